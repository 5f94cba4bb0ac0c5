// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestAccAPIKeyResource_concurrentUsers checks that each of 50 users gets exactly their own keys. All users apply at the same
// time, and the controller allows 20 requests per second.
func TestAccAPIKeyResource_concurrentUsers(t *testing.T) {
	t.Parallel()
	const keysEach = 3
	onSimulatedTime(t, egssim.Options{Options: simulation.Options{RequestsPerSecond: 20}}, func(t *testing.T, c *controller) {
		t.Helper()
		users := make([]*driver.Driver, 50)
		var applies sync.WaitGroup
		for i := range users {
			users[i] = c.Driver(fmt.Sprintf(`
resource "egs_api_key" "test" {
  count       = %d
  name        = "user-%d-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`, keysEach, i))
			applies.Go(func() {
				if err := users[i].Apply(driver.Options{}).Err(); err != nil {
					t.Errorf("user %d: %s", i, err)
				}
			})
		}
		applies.Wait()

		if created, want := len(c.Created()), len(users)*keysEach; created != want {
			t.Errorf("%d keys were created, want %d", created, want)
		}
		for i, d := range users {
			var ids, secrets []string
			for _, key := range c.Keys() {
				if strings.HasPrefix(key.Name, fmt.Sprintf("user-%d-", i)) {
					ids, secrets = append(ids, key.ID), append(secrets, c.Secret(key.ID))
				}
			}
			slices.Sort(secrets)
			if apiKeys.WantKeys(t, d, ids...); !slices.Equal(suite.Saved(d, "egs_api_key", "api_key"), secrets) {
				t.Errorf("the state of user %d does not contain the secrets of its keys", i)
			}
		}
		if !slices.ContainsFunc(c.Journal(), func(entry simulation.Entry) bool { return entry.Status == http.StatusTooManyRequests }) {
			t.Error("no request was rate limited, so the test proves nothing")
		}
	})
}
