// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// A plan that replaces the provider's own key, or renews it, warns of it.
func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	const (
		own    = "resource \"egs_api_key\" \"test\" {\n  name = \"own\"\n  role = \"Owner\"\n  "
		period = "validity_period_days = 90\n  early_renewal_days = 14\n}"
		warned = "Warning: The provider's own EGS API key will be replaced"
	)
	for name, change := range map[string]func(*controller, *driver.Driver){
		"changed": func(_ *controller, d *driver.Driver) { d.Config = strings.Replace(own+period, `"own"`, `"renamed"`, 1) },
		"due":     func(c *controller, _ *driver.Driver) { c.Clock.Advance(80 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			d := c.Driver(own + period)
			d.Must(d.Apply(driver.Options{}))
			c.Environment["EGS_API_KEY"] = c.Secret(c.managed("own").ID)
			acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 0)
			change(c, d)
			acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 1)
			c.Environment["EGS_API_KEY"] = c.OwnerKey()
			acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 0)
			d.Must(d.Destroy())
		})
	}
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
