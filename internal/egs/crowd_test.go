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

// TestAccAPIKeyResource_crowd has fifty people apply side by side at a controller that takes 20
// requests a second: all get their keys, and nobody another's.
func TestAccAPIKeyResource_crowd(t *testing.T) {
	t.Parallel()
	const keysEach = 3
	onSimulatedTime(t, egssim.Options{Options: simulation.Options{RequestsPerSecond: 20}}, func(t *testing.T, c *controller) {
		t.Helper()
		crowd := make([]*driver.Driver, 50)
		var applies sync.WaitGroup
		for i := range crowd {
			crowd[i] = c.Driver(fmt.Sprintf(`
resource "egs_api_key" "test" {
  count       = %d
  name        = "person-%d-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`, keysEach, i))
			applies.Go(func() {
				if err := crowd[i].Apply(driver.Options{}).Err(); err != nil {
					t.Errorf("person %d: %s", i, err)
				}
			})
		}
		applies.Wait()

		if made, want := len(c.Made()), len(crowd)*keysEach; made != want {
			t.Errorf("%d keys were made, want %d", made, want)
		}
		for i, d := range crowd {
			var ids, secrets []string
			for _, key := range c.Keys() {
				if strings.HasPrefix(key.Name, fmt.Sprintf("person-%d-", i)) {
					ids, secrets = append(ids, key.ID), append(secrets, c.Secret(key.ID))
				}
			}
			slices.Sort(secrets)
			if apiKeys.WantKeys(t, d, ids...); !slices.Equal(suite.Saved(d, "egs_api_key", "api_key"), secrets) {
				t.Errorf("the state of person %d does not hold the secrets of its keys", i)
			}
		}
		if !slices.ContainsFunc(c.Journal(), func(entry simulation.Entry) bool { return entry.Status == http.StatusTooManyRequests }) {
			t.Error("no request was rate limited: the crowd was none")
		}
	})
}
