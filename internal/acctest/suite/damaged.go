// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// damaged edits the state, as users sometimes do. Operations must then fail, and must not change or delete another object.
func (s *Suite) damaged(t *testing.T) {
	t.Helper()
	withoutRefresh := driver.Options{NoRefresh: true}
	destroy := driver.Options{NoRefresh: true, Destroy: true}
	for name, value := range map[string]*string{"null": nil, "empty": new("")} {
		t.Run(s.ID+" "+name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{})
			d := subject.Applied(s.config())
			id := subject.OnlyCreated()
			d.Edit(string(s.address()), s.ID, value)
			d.Config = s.Updated("test", "")
			for _, result := range []*driver.Result{d.Plan(driver.Options{}), d.Refresh(), d.Plan(withoutRefresh), d.Apply(destroy)} {
				output := d.Fails(result)
				acctest.WantText(t, output, "Error: Invalid state of "+s.Noun, 1)
				acctest.WantText(t, output, "has no "+s.ID, 1)
				acctest.WantText(t, output, "terraform state rm", 1)
			}
			if !subject.Exists(id) {
				t.Error("the object was deleted")
			}
		})
	}
	if s.Secret == "" {
		return
	}
	// Some services delete and change a key by its secret, or derive the key's id from the secret.
	t.Run("secret", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		d := subject.Applied(s.config())
		id, own := subject.OnlyCreated(), ""
		for _, own = range subject.site.Settings {
			d.Edit(string(s.address()), s.Secret, &own)
		}
		acctest.WantText(t, d.Fails(d.Apply(destroy)), "Error: Unable to delete the provider's own "+s.Noun, 1)
		if s.Recovers == "" {
			return
		}
		other := subject.Issue()
		d.Edit(string(s.address()), s.Secret, new(subject.Secret(other)))
		results := []*driver.Result{d.Apply(destroy)}
		if s.Update != "" {
			d.Config = s.Updated("test", "")
			results = append(results, d.Apply(withoutRefresh))
		}
		for _, result := range results {
			output := d.Fails(result)
			acctest.WantText(t, output, "the secret does not belong to the key", 1)
			acctest.WantText(t, output, s.Recovers, 1)
		}
		if !subject.Exists(id) || !subject.Exists(other) {
			t.Error("a key was deleted")
		}
		if s.Update != "" {
			d.Edit(string(s.address()), s.Secret, nil)
			for _, result := range []*driver.Result{d.Apply(destroy), d.Apply(withoutRefresh)} {
				acctest.WantText(t, d.Fails(result), "has no "+s.Secret, 1)
			}
		}
		// A refresh restores the secret.
		subject.Destroy(d)
	})
}
