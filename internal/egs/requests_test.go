// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestAccAPIKeyResource_requests counts what Terraform's commands cost the
// controller: with more keys there are more creates and deletes, and nothing else.
// A command walks twice, to plan and to do it, and each walk is a provider of its
// own; to plan what is not there yet takes no request.
func TestAccAPIKeyResource_requests(t *testing.T) {
	t.Parallel()
	for _, keys := range []int{5, 40} {
		t.Run(fmt.Sprint(keys), func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			w := c.WorkingDir("1.11.0", manyKeys(keys))
			run := func(logins, lists, creates, deletes int, args ...string) {
				t.Helper()
				c.ResetJournal()
				w.Run(args...)
				if err := c.wantRequests(logins, lists, creates, deletes)(nil); err != nil {
					t.Errorf("%s: %s", args[0], err)
				}
			}
			// The lists are what was there before, and what the first key teaches, which
			// all others wait for.
			run(1, 2, keys, 0, "apply", "-auto-approve")
			run(1, 1, 0, 0, "plan", "-detailed-exitcode") // an exit code of 2 would mean changes
			run(2, 1, 0, keys, "destroy", "-auto-approve")
		})
	}
}

// manyKeys are keys of two workspaces.
func manyKeys(n int) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  count          = %d
  name           = "test-${count.index}"
  role           = "Editor"
  workspace_name = ["red", "green"][count.index %% 2]
  valid_until    = "2027-03-31"
}`, n)
}
