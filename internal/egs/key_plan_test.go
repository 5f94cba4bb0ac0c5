// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	const config = "resource \"egs_api_key\" \"test\" {\n  name = \"own\"\n  role = \"Owner\"\n" +
		"  validity_period_days = 90\n  early_renewal_days = 14\n}"
	apiKeys.RunOwnReplaced(t, config, map[string]func(*suite.Subject, *driver.Driver){
		"changed": func(_ *suite.Subject, d *driver.Driver) { d.Config = strings.Replace(config, `"own"`, `"renamed"`, 1) },
		"due":     func(s *suite.Subject, _ *driver.Driver) { s.Clock.Advance(80 * day) },
	})
}

// Triggers that are set for the first time rotate nothing, and the plan says so.
func TestAccAPIKeyResource_firstTriggers(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey(""))
	d.Must(d.Apply(driver.Options{}))
	d.Config = viewerKey(`rotate_when_changed = { incident = "1" }`)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), `Warning: EGS API key "ci" of workspace "red" is not rotated by this`, 1)
	d.Must(d.Apply(driver.Options{}))
	d.Config = viewerKey(`rotate_when_changed = { incident = "2" }`)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), "is not rotated by this", 0)
	d.Must(d.Destroy())
}
