// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
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
			d := c.Driver(manyKeys(keys))
			run := func(name string, command func() *driver.Result, logins, lists, creates, deletes int) *driver.Result {
				t.Helper()
				c.ResetJournal()
				result := d.Must(command())
				if err := c.wantRequests(logins, lists, creates, deletes)(nil); err != nil {
					t.Errorf("%s: %s", name, err)
				}
				return result
			}
			// The list tells what existed before. Nothing is listed after a create.
			run("apply", func() *driver.Result { return d.Apply(driver.Options{}) }, 1, 1, keys, 0)
			if planned := run("plan", func() *driver.Result { return d.Plan(driver.Options{}) }, 1, 1, 0, 0); !planned.Plan.Empty() {
				t.Errorf("the plan is not empty:\n%s", planned.Plan)
			}
			run("refresh", d.Refresh, 1, 1, 0, 0)
			run("destroy", d.Destroy, 2, 1, 0, keys)
		})
	}
}

// manyKeys are keys of three workspaces.
func manyKeys(n int) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  count          = %d
  name           = "test-${count.index}"
  role           = "Editor"
  workspace_name = ["red", "green", "blue"][count.index %% 3]
  valid_until    = "2027-03-31"
}`, n)
}
