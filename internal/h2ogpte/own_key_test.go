// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// The list of keys marks the provider's own one, so that a person who imports keys leaves it out.
func TestAccAPIKeyListResource_ownKeyIsMarked(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.issue(h2ogptesim.Key{UserName: "alice", Name: "other"})
	d := s.Driver("")
	found, result := d.Query("list \"egs_h2ogpte_api_key\" \"all\" {\n  provider = egs\n}\n")
	d.Must(result)
	marked := 0
	for _, message := range found {
		if strings.Contains(fmt.Sprintf("%+v", message), "the provider's own key") {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d of %v are marked, want 1", marked, found)
	}
}

// A plan that replaces the provider's own key warns of it.
func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	const warned = "Warning: The provider's own h2oGPTe API key will be replaced"
	s := simulate(t, h2ogptesim.Options{})
	config := strings.Replace(aliceKey(""), "alice", s.Users()[0].UserName, 1)
	d := s.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	d.Config = strings.Replace(config, `"ci"`, `"renamed"`, 1)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 0)
	s.Environment["H2OGPTE_API_KEY"] = s.Secret(s.managed("ci").ID)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 1)
	s.Environment["H2OGPTE_API_KEY"] = s.AdminKey()
	d.Must(d.Destroy())
}
