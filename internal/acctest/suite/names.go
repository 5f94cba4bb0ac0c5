// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

const blank = " "

// RunNames tests a service that stores a name different from the configured name. Terraform must not replace the key "ci" of
// Suite.Config.
func (s *Suite) RunNames(t *testing.T) {
	t.Helper()
	for listed, warnings := range map[string]int{"CI": 0, "ci" + blank: 0, "c": 1} {
		t.Run(listed, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t, Options{StoredName: func(string) string { return listed }})
			d := subject.Driver(s.config())
			d.Must(d.Apply(driver.Options{}))
			key := subject.OnlyCreated()
			warning := `is listed as "` + listed + `"`
			acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warning, warnings)
			WantEmptyPlan(t, d)
			d.Must(d.Refresh())
			acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warning, 0)
			s.WantKeys(t, d, key)
		})
	}
}
