// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// versionOf finds the version in what `version -json` prints.
var versionOf = regexp.MustCompile(`"terraform_version":\s*"([^"]+)"`)

// wantText checks how often the output holds a text, however lines are broken.
func wantText(t *testing.T, output, text string, times int) {
	t.Helper()
	flat := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	if n := strings.Count(flat, text); n != times {
		t.Errorf("%q stands %d times in the output, want %d:\n%s", text, n, times, output)
	}
}

func TestAccAPIKeyResource_expiryWarning(t *testing.T) {
	t.Parallel()
	const near = "EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31"
	c := simulate(t, egssim.Options{})
	w := c.workingDir("1.11.0", viewerKey("")+`
resource "egs_api_key" "renewed" {
  name                 = "renewed"
  role                 = "Owner"
  validity_period_days = 130
}`)
	wantText(t, w.run("apply", "-auto-approve", "-no-color"), "Warning: EGS API key", 0)

	c.clock.advance(115 * day) // 2027-03-16
	wantText(t, w.run("plan", "-no-color"), "Warning: EGS API key", 0)
	c.clock.advance(day) // 14 days before the end
	output := w.run("plan", "-no-color", "-detailed-exitcode")
	wantText(t, output, near, 1)
	wantText(t, output, "in 14 days", 1)
	wantText(t, output, "Warning: EGS API key", 1)
	wantText(t, output, "No changes.", 1)

	c.clock.advance(14 * day) // its last day, and past the other key's
	output, _ = w.try("plan", "-no-color")
	wantText(t, output, near, 1)
	wantText(t, output, "That is today.", 1)
	c.clock.advance(3 * day)
	output, _ = w.try("plan", "-no-color")
	wantText(t, output, "EGS API key \"ci\" of workspace \"red\" expired on 2027-03-31", 1)
	wantText(t, output, "3 days ago", 1)
	wantText(t, output, "Warning: EGS API key", 1)

	w.write("provider.tf", "provider \"egs\" {\n  expiry_warning_days = 0\n}")
	output, _ = w.try("plan", "-no-color")
	wantText(t, output, "Warning: EGS API key", 0)
	w.run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_madeTwiceWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.workingDir("1.11.0", viewerKey(""))
	c.fault(egssim.Fault{Method: "POST", Path: "/api/v1/api-key", Kind: egssim.FaultCommitLate, Requests: 4})

	output := w.run("apply", "-auto-approve", "-no-color")
	wantText(t, output, "Warning: An EGS API key may have been created twice", 1)
	wantText(t, output, "There is another", 0)
	state := readFile(t, w.path+"/terraform.tfstate")
	for _, key := range c.Keys() {
		if c.foreign[key.ID] || strings.Contains(state, key.ID) {
			continue
		}
		wantText(t, output, "- "+key.ID, 1)
		return
	}
	t.Error("no key was made late")
}

func TestAccAPIKeyResource_twinWarning(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	other, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "Admin", Validity: "2030-01-01"})
	c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "blue", Validity: "2030-01-01"})
	w := c.workingDir("1.11.0", viewerKey(""))

	output := w.run("apply", "-auto-approve", "-no-color")
	wantText(t, output, "There is another EGS API key \"ci\" of workspace \"red\"", 1)
	wantText(t, output, "- "+other, 1)
	wantText(t, output, "import it by this id", 1)
	wantText(t, output, "this run did not make", 1)
	wantText(t, w.run("plan", "-no-color"), "There is another", 0)

	c.DeleteKey(other)
	// The key that is replaced is no reason, wherever its secret is kept.
	w.write("main.tf", strings.ReplaceAll(readFile(t, w.path+"/main.tf"), "\"2027-03-31\"", "\"2027-03-31\"\n  store_api_key = false"))
	w.run("apply", "-auto-approve", "-no-color")
	wantText(t, w.run("apply", "-auto-approve", "-no-color", "-replace=egs_api_key.test"), "There is another", 0)
	w.write("main.tf", strings.ReplaceAll(readFile(t, w.path+"/main.tf"), "2027-03-31", "2027-04-30"))
	wantText(t, w.run("apply", "-auto-approve", "-no-color"), "There is another", 0)
	w.run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_leftBehindIsNoTwin(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.workingDir("1.11.0", viewerKey("delete_on_destroy = false\n  rotate_when_changed = { quarter = \"Q1\" }"))
	w.run("apply", "-auto-approve", "-no-color")
	w.write("main.tf", strings.ReplaceAll(readFile(t, w.path+"/main.tf"), "Q1", "Q2"))
	output := w.run("apply", "-auto-approve", "-no-color")
	wantText(t, output, "was left to expire", 1)
	wantText(t, output, "There is another", 0)
}

func TestAccAPIKeyResource_siblingsAreNoTwins(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.workingDir("1.11.0", viewerKey("count = 12"))
	wantText(t, w.run("apply", "-auto-approve", "-no-color"), "There is another", 0)
	w.run("destroy", "-auto-approve", "-no-color")
}

func TestAccAPIKeyResource_leftToExpire(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.workingDir("1.11.0", viewerKey("delete_on_destroy = false"))
	w.run("apply", "-auto-approve", "-no-color")
	c.ResetJournal()
	output := w.run("destroy", "-auto-approve", "-no-color")
	wantText(t, output, "EGS API key \"ci\" of workspace \"red\" was left to expire", 1)
	if err := c.wantNoWrites(nil); err != nil {
		t.Error(err)
	}
}
