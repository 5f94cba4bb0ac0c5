// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestAccAPIKeyResource_expiryWarning(t *testing.T) {
	t.Parallel()
	const near = "EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31"
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey("") + `
resource "egs_api_key" "renewed" {
  name                 = "renewed"
  role                 = "Owner"
  validity_period_days = 130
}`)
	plan := func() *driver.Result {
		t.Helper()
		return d.Must(d.Plan(driver.Options{}))
	}
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning: EGS API key", 0)

	c.Clock.Advance(115 * day) // 2027-03-16
	acctest.WantText(t, plan().Text(), "Warning: EGS API key", 0)
	c.Clock.Advance(day) // 14 days before the end
	planned := plan()
	acctest.WantText(t, planned.Text(), near, 1)
	acctest.WantText(t, planned.Text(), "in 14 days", 1)
	acctest.WantText(t, planned.Text(), "Warning: EGS API key", 1)
	if !planned.Plan.Empty() {
		t.Errorf("the warning comes with changes:\n%s", planned.Plan)
	}

	c.Clock.Advance(14 * day) // its last day, and past the other key's
	planned = plan()
	acctest.WantText(t, planned.Text(), near, 1)
	acctest.WantText(t, planned.Text(), "That is today.", 1)
	c.Clock.Advance(3 * day)
	planned = plan()
	acctest.WantText(t, planned.Text(), "EGS API key \"ci\" of workspace \"red\" expired on 2027-03-31", 1)
	acctest.WantText(t, planned.Text(), "3 days ago", 1)
	acctest.WantText(t, planned.Text(), "Warning: EGS API key", 1)

	d.Config += "\nprovider \"egs\" {\n  expiry_warning_days = 0\n}"
	acctest.WantText(t, plan().Text(), "Warning: EGS API key", 0)
}

// savedIDs are the ids of all that the state holds.
func savedIDs(d *driver.Driver) []string {
	var ids []string
	for _, saved := range d.State().Values.RootModule.Resources {
		if id, ok := saved.AttributeValues["id"].(string); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// duplicateWarning is the summary of the warning of a key that is equal to "ci".
const duplicateWarning = `Warning: Another EGS API key is equal to "ci"`

func TestAccAPIKeyResource_duplicateWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	other, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "Admin", Validity: "2030-01-01"})
	c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "blue", Validity: "2030-01-01"})
	d := c.Driver(viewerKey(""))

	told := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, told, duplicateWarning, 1)
	acctest.WantText(t, told, "- "+other, 1)
	acctest.WantText(t, told, "import it by this id", 1)
	acctest.WantText(t, told, "was not created by this run", 1)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), duplicateWarning, 0)

	c.DeleteKey(other)
	// The key that is replaced is no reason, wherever its secret is kept.
	d.Config = strings.ReplaceAll(d.Config, "\"2027-03-31\"", "\"2027-03-31\"\n  store_api_key = false")
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{Replace: []string{testKey}})).Text(), duplicateWarning, 0)
	d.Config = strings.ReplaceAll(d.Config, "2027-03-31", "2027-04-30")
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), duplicateWarning, 0)
}

func TestAccAPIKeyResource_siblingsAreNoDuplicates(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey("count = 12"))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), duplicateWarning, 0)
	if made := len(savedIDs(d)); made != 12 {
		t.Errorf("%d keys were made, want 12", made)
	}
}

// TestAccAPIKeyResource_leftToExpire leaves a key behind in a replacement, which makes it no
// duplicate, and in a destroy.
func TestAccAPIKeyResource_leftToExpire(t *testing.T) {
	t.Parallel()
	const left = "EGS API key \"ci\" of workspace \"red\" was left to expire"
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey("delete_on_destroy = false\n  rotate_when_changed = { quarter = \"Q1\" }"))
	d.Must(d.Apply(driver.Options{}))
	d.Config = strings.ReplaceAll(d.Config, "Q1", "Q2")
	told := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, told, left, 1)
	acctest.WantText(t, told, duplicateWarning, 0)

	c.ResetJournal()
	acctest.WantText(t, d.Must(d.Destroy()).Text(), left, 1)
	if err := c.wantNoWrites(nil); err != nil {
		t.Error(err)
	}
	if left := len(c.Keys()) - len(c.foreign); left != 2 {
		t.Errorf("%d keys were left, want 2", left)
	}
}
