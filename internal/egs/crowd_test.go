// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestAccAPIKeyResource_crowd has fifty people apply side by side at a controller
// that takes 20 requests a second: all get their keys, and nobody another's.
func TestAccAPIKeyResource_crowd(t *testing.T) {
	t.Parallel()
	const people, each = 50, 3
	c := simulate(t, egssim.Options{RequestsPerSecond: 20})
	crowd := make([]*acctest.WorkingDir, people)
	for i := range crowd {
		// Once is enough: make test runs several CLIs.
		crowd[i] = c.WorkingDir("1.14.0", fmt.Sprintf(`
resource "egs_api_key" "test" {
  count       = %d
  name        = "person-%d-${count.index}"
  role        = "Owner"
  valid_until = "2027-03-31"
}`, each, i))
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

	if made := len(c.Keys()) - len(c.foreign); made != people*each {
		t.Errorf("%d keys were made, want %d", made, people*each)
	}
	for i, w := range crowd {
		want := map[string]string{}
		for _, key := range c.Keys() {
			if strings.HasPrefix(key.Name, fmt.Sprintf("person-%d-", i)) {
				want[key.ID] = c.Secret(key.ID)
			}
		}
		if got := savedKeys(w); len(got) != each || !maps.Equal(got, want) {
			t.Errorf("the state of person %d holds %d keys, and they are not those %d that were made for it", i, len(got), len(want))
		}
	}

	// How many there are is a matter of how fast the machine is.
	tooFast := 0
	for _, entry := range c.Journal() {
		if entry.Status == http.StatusTooManyRequests {
			tooFast++
		}
	}
	t.Logf("%d of %d requests came too fast", tooFast, len(c.Journal()))
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
