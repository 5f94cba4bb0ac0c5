// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestAccAPIKeyResource_expiryWarning(t *testing.T) {
	t.Parallel()
	const near = "EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31"
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey("")+`
resource "egs_api_key" "renewed" {
  name                 = "renewed"
  role                 = "Owner"
  validity_period_days = 130
}`)
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Warning: EGS API key", 0)

	c.Clock.Advance(115 * day) // 2027-03-16
	acctest.WantText(t, w.Run("plan", "-no-color"), "Warning: EGS API key", 0)
	c.Clock.Advance(day) // 14 days before the end
	output := w.Run("plan", "-no-color", "-detailed-exitcode")
	acctest.WantText(t, output, near, 1)
	acctest.WantText(t, output, "in 14 days", 1)
	acctest.WantText(t, output, "Warning: EGS API key", 1)
	acctest.WantText(t, output, "No changes.", 1)

	c.Clock.Advance(14 * day) // its last day, and past the other key's
	output, _ = w.Try("plan", "-no-color")
	acctest.WantText(t, output, near, 1)
	acctest.WantText(t, output, "That is today.", 1)
	c.Clock.Advance(3 * day)
	output, _ = w.Try("plan", "-no-color")
	acctest.WantText(t, output, "EGS API key \"ci\" of workspace \"red\" expired on 2027-03-31", 1)
	acctest.WantText(t, output, "3 days ago", 1)
	acctest.WantText(t, output, "Warning: EGS API key", 1)

	w.Write("provider.tf", "provider \"egs\" {\n  expiry_warning_days = 0\n}")
	output, _ = w.Try("plan", "-no-color")
	acctest.WantText(t, output, "Warning: EGS API key", 0)
	w.Run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_madeTwiceWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey(""))
	c.fault(egssim.Fault{Method: "POST", Path: "/api/v1/api-key", Kind: egssim.FaultCommitLate, Requests: 4})

	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "Warning: An EGS API key may have been created twice", 1)
	acctest.WantText(t, output, "There is another", 0)
	state := w.Read("terraform.tfstate")
	for _, key := range c.Keys() {
		if c.foreign[key.ID] || strings.Contains(state, key.ID) {
			continue
		}
		acctest.WantText(t, output, "- "+key.ID, 1)
		return
	}
	t.Error("no key was made late")
}

func TestAccAPIKeyResource_twinWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	other, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "Admin", Validity: "2030-01-01"})
	c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "blue", Validity: "2030-01-01"})
	w := c.WorkingDir("1.11.0", viewerKey(""))

	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "There is another EGS API key \"ci\" of workspace \"red\"", 1)
	acctest.WantText(t, output, "- "+other, 1)
	acctest.WantText(t, output, "import it by this id", 1)
	acctest.WantText(t, output, "this run did not make", 1)
	acctest.WantText(t, w.Run("plan", "-no-color"), "There is another", 0)

	c.DeleteKey(other)
	// The key that is replaced is no reason, wherever its secret is kept.
	w.Write("main.tf", strings.ReplaceAll(w.Read("main.tf"), "\"2027-03-31\"", "\"2027-03-31\"\n  store_api_key = false"))
	w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color", "-replace=egs_api_key.test"), "There is another", 0)
	w.Write("main.tf", strings.ReplaceAll(w.Read("main.tf"), "2027-03-31", "2027-04-30"))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "There is another", 0)
	w.Run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_leftBehindIsNoTwin(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey("delete_on_destroy = false\n  rotate_when_changed = { quarter = \"Q1\" }"))
	w.Run("apply", "-auto-approve", "-no-color")
	w.Write("main.tf", strings.ReplaceAll(w.Read("main.tf"), "Q1", "Q2"))
	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "was left to expire", 1)
	acctest.WantText(t, output, "There is another", 0)
}

func TestAccAPIKeyResource_siblingsAreNoTwins(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey("count = 12"))
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "There is another", 0)
	w.Run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_leftToExpire(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey("delete_on_destroy = false"))
	w.Run("apply", "-auto-approve", "-no-color")
	c.ResetJournal()
	output := w.Run("destroy", "-auto-approve", "-no-color")
	acctest.WantText(t, output, "EGS API key \"ci\" of workspace \"red\" was left to expire", 1)
	if err := c.wantNoWrites(nil); err != nil {
		t.Error(err)
	}
}
