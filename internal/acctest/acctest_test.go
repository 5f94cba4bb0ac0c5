// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
)

func TestClock(t *testing.T) {
	t.Parallel()
	c := acctest.NewClock()
	if got := c.Now(); got != time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC) || got != c.Now() {
		t.Errorf("a new clock shows %s", got)
	}
	c.Advance(90 * time.Minute)
	if got := c.Now().Format(time.RFC3339); got != "2026-11-21T13:30:00Z" {
		t.Errorf("after 90 minutes, the clock shows %s", got)
	}
}

func TestAccWorkingDir(t *testing.T) {
	t.Parallel()
	tf := acctest.Terraform{T: t, Clock: acctest.NewClock(), Environment: map[string]string{"GAIA_ENDPOINT": "https://gaia.example.com"}}
	w := tf.WorkingDir("1.11.0", "output \"a\" {\n  value = \"b\"\n}\n")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Apply complete!", 1)
	if state := w.Read("terraform.tfstate"); !strings.Contains(state, `"b"`) {
		t.Errorf("got the state %s", state)
	}
	// The CLI runs the built provider. The test's environment gives the provider an endpoint but no credentials.
	w.Write("key.tf", "resource \"egs_gaia_api_key\" \"a\" {\n  permissions = \"read\"\n}\n")
	output := w.Exits(1, "plan", "-no-color")
	acctest.WantText(t, output, "Missing Search GAIA credentials", 1)
	acctest.WantText(t, output, "Missing Search GAIA endpoint", 0)
}
