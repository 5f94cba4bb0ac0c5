// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// keysEach is how many keys a person of a crowd makes.
const keysEach = 3

func keysOfPerson(i int) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  count       = %d
  name        = "person-%d-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`, keysEach, i)
}

// wantCrowd checks that people have their own keys in their states, by id, and nobody another's.
func (c *controller) wantCrowd(states []map[string]string) {
	c.T.Helper()
	if made, want := len(c.Keys())-len(c.foreign), len(states)*keysEach; made != want {
		c.T.Errorf("%d keys were made, want %d", made, want)
	}
	for i, got := range states {
		want := map[string]string{}
		for _, key := range c.Keys() {
			if strings.HasPrefix(key.Name, fmt.Sprintf("person-%d-", i)) {
				want[key.ID] = c.Secret(key.ID)
			}
		}
		if len(got) != keysEach || !maps.Equal(got, want) {
			c.T.Errorf("the state of person %d holds %d keys, and they are not those %d that were made for it", i, len(got), len(want))
		}
	}
}

// TestAccAPIKeyResource_crowd has fifty people apply side by side at a controller that takes 20
// requests a second: all get their keys, and nobody another's.
func TestAccAPIKeyResource_crowd(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, egssim.Options{Options: simulation.Options{RequestsPerSecond: 20}}, func(t *testing.T, c *controller) {
		t.Helper()
		crowd := make([]*driver.Driver, 50)
		var applies sync.WaitGroup
		for i := range crowd {
			crowd[i] = c.Driver(keysOfPerson(i))
			applies.Go(func() {
				if err := crowd[i].Apply(driver.Options{}).Err(); err != nil {
					t.Errorf("person %d: %s", i, err)
				}
			})
		}
		applies.Wait()

		states := make([]map[string]string, len(crowd))
		for i, d := range crowd {
			states[i] = map[string]string{}
			for _, saved := range d.State().Values.RootModule.Resources {
				states[i][fmt.Sprint(saved.AttributeValues["id"])] = fmt.Sprint(saved.AttributeValues["api_key"])
			}
		}
		c.wantCrowd(states)
		limited := 0
		for _, entry := range c.Journal() {
			if entry.Status == http.StatusTooManyRequests {
				limited++
			}
		}
		if limited == 0 {
			t.Error("no request was rate limited: the crowd was none")
		}
	})
}

// TestCLIAPIKeyResource_crowd is the same with processes: fifty with TEST_FULL=1, otherwise few.
func TestCLIAPIKeyResource_crowd(t *testing.T) {
	t.Parallel()
	people := 5
	if os.Getenv("TEST_FULL") == "1" {
		people = 50
	}
	c := simulate(t, egssim.Options{Options: simulation.Options{RequestsPerSecond: 20}})
	crowd := make([]*acctest.WorkingDir, people)
	for i := range crowd {
		crowd[i] = c.WorkingDir("1.11.0", keysOfPerson(i))
	}
	var applies sync.WaitGroup
	for i, w := range crowd {
		applies.Go(func() {
			if output, code := w.Try("apply", "-auto-approve", "-no-color"); code != 0 {
				t.Errorf("person %d: exit code %d\n%s", i, code, output)
			}
		})
	}
	applies.Wait()

	states := make([]map[string]string, len(crowd))
	for i, w := range crowd {
		states[i] = savedKeys(w)
	}
	c.wantCrowd(states)
}

// savedKeys are the secrets of the keys in the state, by id.
func savedKeys(w *acctest.WorkingDir) map[string]string {
	w.T.Helper()
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					ID     string `json:"id"`
					APIKey string `json:"api_key"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(w.Read("terraform.tfstate")), &state); err != nil {
		w.T.Fatal(err)
	}
	keys := map[string]string{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			keys[instance.Attributes.ID] = instance.Attributes.APIKey
		}
	}
	return keys
}
