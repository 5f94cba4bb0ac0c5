// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// anotherEndpoint runs commands with an endpoint where the object does not exist. The object must stay in the state, and the
// provider must send only list requests. If the object exists at a new endpoint, the provider must store this endpoint.
func (s *Suite) anotherEndpoint(t *testing.T) {
	t.Helper()
	subject, other := s.Start(t, Options{}), s.Start(t, Options{})
	d := subject.Applied(s.Updated("test", ""))
	id := subject.OnlyCreated()
	want := func(verb string, result *driver.Result) {
		t.Helper()
		output := d.Fails(result)
		acctest.WantText(t, output, "Error: Unable to "+verb+" "+s.Noun, 1)
		acctest.WantText(t, output, "does not exist at "+other.URL, 1)
		acctest.WantText(t, output, "last seen at "+subject.URL, 1)
		s.WantKeys(t, d, id)
	}
	withoutRefresh := driver.Options{Destroy: true, NoRefresh: true}
	subject.Use(other.Service)
	want("find", d.Plan(driver.Options{}))
	want("find", d.Apply(driver.Options{}))
	want("find", d.Refresh())
	want("find", d.Destroy())
	want("delete", d.Apply(withoutRefresh))
	d.Config = s.config()
	if s.Update != "" || s.Secret != "" {
		want("update", d.Apply(driver.Options{NoRefresh: true}))
	}
	subject.Use(subject.Service)
	d.Must(d.Apply(driver.Options{}))
	subject.Use(other.Service)
	want("delete", d.Apply(withoutRefresh))
	for request := range other.counts() {
		if !strings.HasPrefix(request, http.MethodGet) && request != s.LogIn {
			t.Errorf("%s was sent to another service", request)
		}
	}
	wantSorted(t, "the other service has", other.Created(), nil)

	// After the service has moved, an apply without a refresh finds the object.
	subject.Move("/moved")
	for _, config := range []string{s.Updated("test", ""), s.config()} {
		d.Config = config
		d.Must(d.Apply(driver.Options{NoRefresh: true}))
	}
	WantEmptyPlan(t, d)
	d.Must(d.Refresh())
	subject.Remove(id)
	WantPlan(t, d, string(s.address())+": create")
	d.Must(d.Apply(driver.Options{}))
	d.Must(d.Apply(withoutRefresh))
	subject.WantDestroyed()
}
