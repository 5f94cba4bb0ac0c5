// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
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
			config := func(days int) string {
				return fmt.Sprintf(`
resource "egs_h2ogpte_api_key" "test" {
  count           = %d
  username        = ["alice", "bob"][count.index %% 2]
  name            = "test-${count.index}"
  expires_in_days = %d
}`, keys, days)
			}
			d := s.Driver(config(90))
			run := func(want counts, name string, command func() *driver.Result) {
				t.Helper()
				s.ResetJournal()
				if result := d.Must(command()); name == "plan" && !result.Plan.Empty() {
					t.Errorf("the plan is %s, want no changes", result.Plan)
				}
				if err := s.wantRequests(want)(nil); err != nil {
					t.Errorf("%s: %s", name, err)
				}
			}
			apply := func() *driver.Result { return d.Apply(driver.Options{}) }
			plan := func() *driver.Result { return d.Plan(driver.Options{}) }
			// The list is what was there before.
			run(counts{users: 1, lists: test.pages, creates: keys}, "apply", apply)
			pages := (test.there + 1 + keys + 98) / 99 // Pages overlap by one key.
			run(counts{lists: pages}, "plan", plan)
			// What comes of a change is deduced.
			d.Config = config(60)
			run(counts{lists: pages, changes: keys}, "apply", apply)
			run(counts{lists: pages}, "plan", plan)
			run(counts{lists: pages, deletes: keys}, "destroy", d.Destroy)
		})
	}
}

// TestAccAPIKeysDataSource_pages reads all keys, whatever the page size and order.
func TestAccAPIKeysDataSource_pages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options h2ogptesim.Options
		config  string
		pages   int
	}{
		"newest first":           {h2ogptesim.Options{Keys: 1049}, "", 11},
		"oldest first":           {h2ogptesim.Options{Keys: 1049, Order: h2ogptesim.OrderOldestFirst}, "", 11},
		"page size of 50":        {h2ogptesim.Options{Keys: 1049}, "page_size = 50", 22},
		"page size of 100":       {h2ogptesim.Options{Keys: 1049}, "page_size = 100", 11},
		"page size of the least": {h2ogptesim.Options{Keys: 149}, "page_size = 2", 150},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, test.options)
			d := s.Driver("data \"egs_h2ogpte_api_keys\" \"test\" {\n  " + test.config + "\n}")
			d.Must(d.Apply(driver.Options{}))
			// Once to plan, and not again to apply.
			if err := s.wantRequests(counts{lists: test.pages})(nil); err != nil {
				t.Error(err)
			}
			ids := map[any]bool{}
			found, _ := d.State().Values.RootModule.Resources[0].AttributeValues["api_keys"].([]any)
			for _, key := range found {
				attributes, _ := key.(map[string]any)
				ids[attributes["id"]] = true
			}
			for _, key := range s.Keys() {
				if !ids[key.ID] {
					t.Errorf("the key %s is missing", key.ID)
				}
			}
			if want := test.options.Keys + 1; len(found) != want || len(ids) != want {
				t.Errorf("%d keys of %d ids, want %d", len(found), len(ids), want)
			}
			state, err := json.Marshal(d.State())
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(state, []byte("sk-")) {
				t.Error("the state holds a secret")
			}
		})
	}
}
