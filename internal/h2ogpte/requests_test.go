// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// TestAccAPIKeyResource_requests counts what Terraform's commands cost the service: with
// more keys there are more creates, changes and deletes, and more pages. A command walks
// twice, to plan and to do it, and each walk is a provider of its own; to plan what is
// not there yet takes no request.
func TestAccAPIKeyResource_requests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ there, pages int }{
		{0, 1},
		{149, 2},
	} {
		t.Run(fmt.Sprintf("%d pages", test.pages), func(t *testing.T) {
			t.Parallel()
			const keys = 50
			s := simulate(t, h2ogptesim.Options{Keys: test.there})
			w := s.WorkingDir("1.11.0", fmt.Sprintf(`
resource "egs_h2ogpte_api_key" "test" {
  count           = %d
  username        = ["alice", "bob"][count.index %% 2]
  name            = "test-${count.index}"
  expires_in_days = 90
}`, keys))
			run := func(want counts, args ...string) {
				t.Helper()
				s.ResetJournal()
				w.Run(args...)
				if err := s.wantRequests(want)(nil); err != nil {
					t.Errorf("%s: %s", args[0], err)
				}
			}
			// The list is what was there before.
			run(counts{users: 1, lists: test.pages, creates: keys}, "apply", "-auto-approve")
			pages := (test.there + 1 + keys + 98) / 99 // Pages overlap by one key.
			run(counts{lists: pages}, "plan", "-detailed-exitcode")
			// What comes of a change is deduced.
			w.Write("main.tf", strings.Replace(w.Read("main.tf"), "= 90", "= 60", 1))
			run(counts{lists: pages, changes: keys}, "apply", "-auto-approve")
			run(counts{lists: pages}, "plan", "-detailed-exitcode")
			run(counts{lists: pages, deletes: keys}, "destroy", "-auto-approve")
		})
	}
}

// TestAccAPIKeysDataSource_pages reads 1,050 keys, whatever the page size and order.
func TestAccAPIKeysDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		config  string
		pages   int
	}{
		"newest first":           {h2ogptesim.Options{}, "", 11},
		"oldest first":           {h2ogptesim.Options{Order: h2ogptesim.OrderOldestFirst}, "", 11},
		"page size of 50":        {h2ogptesim.Options{}, "page_size = 50", 22},
		"page size of 100":       {h2ogptesim.Options{}, "page_size = 100", 11},
		"page size of the least": {h2ogptesim.Options{}, "page_size = 2", 1050},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.options.Keys = 1049
			s := simulate(t, test.options)
			w := s.WorkingDir("1.11.0", "data \"egs_h2ogpte_api_keys\" \"test\" {\n  "+test.config+`
}
output "keys" {
  value = length(distinct(data.egs_h2ogpte_api_keys.test.api_keys[*].id))
}`)
			output := w.Run("apply", "-auto-approve", "-no-color")
			acctest.WantText(t, output, "Outputs: keys = 1050", 1)
			// Once to plan, and not again to apply.
			if err := s.wantRequests(counts{lists: test.pages})(nil); err != nil {
				t.Error(err)
			}
			if strings.Contains(w.Read("terraform.tfstate"), "sk-") {
				t.Error("the state holds a secret")
			}
		})
	}
}
