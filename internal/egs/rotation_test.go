// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// overlapping contains the arguments of a key that is valid for 90 days and is renewed 14 days before it expires. The previous
// key remains for 7 days after the renewal.
const overlapping = "validity_period_days = 90\n  early_renewal_days = 14\n  overlap_days = 7\n  "

func TestAccAPIKeyResource_rotation(t *testing.T) {
	t.Parallel()
	apiKeys.RunRotation(t)
}

// The test applies once a day for 100 days. The apply on day 76 renews the key, and the apply on day 83 deletes the previous key.
func TestAccAPIKeyResource_hundredDays(t *testing.T) {
	t.Parallel()
	for _, secrets := range []egssim.ListedSecrets{egssim.SecretsShown, egssim.SecretsMasked} {
		for _, stored := range []bool{true, false} {
			c := simulate(t, egssim.Options{ListedSecrets: secrets})
			d := c.Applied(redViewer(overlapping + fmt.Sprintf("store_api_key = %t", stored)))
			changed := map[int]int{}
			for day := 1; day <= 100; day++ {
				c.Clock.Advance(24 * time.Hour)
				result := d.Must(d.Apply(driver.Options{}))
				if !result.Plan.Empty() {
					changed[day] = len(c.Created())
					acctest.WantText(t, result.Plan.String(), "egs_api_key.test: update", 1)
				}
			}
			if fmt.Sprint(changed) != "map[76:2 83:1]" {
				t.Errorf("plans with changes, and the keys after them: %v, want day 76 with 2 and day 83 with 1", changed)
			}
			c.Destroy(d)
		}
	}
}

// The provider logs in with the key that it manages, and renews this key in place. At the end of the overlap, the provider can
// delete the previous key only after it logs in with the new key.
func TestAccAPIKeyResource_rotationOfTheOwnKey(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied("resource \"egs_api_key\" \"test\" {\n  name = \"own\"\n  role = \"Owner\"\n  " + overlapping + "}")
	c.Environment["EGS_API_KEY"] = c.Secret(c.OnlyCreated())
	c.Clock.Advance(76 * 24 * time.Hour)
	planned := d.Must(d.Plan(driver.Options{}))
	acctest.WantText(t, planned.Text(), "Warning:", 0)
	d.Must(d.ApplyPlan(planned.Plan))
	c.Clock.Advance(7 * 24 * time.Hour)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), "The provider logs in with the previous key of EGS API key \"own\"", 1)
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "Unable to delete the provider's own EGS API key", 1)
	acctest.WantText(t, d.Fails(d.Destroy()), "Unable to delete the provider's own EGS API key", 1)
	if n := len(c.Created()); n != 2 {
		t.Errorf("there are %d keys, want both", n)
	}
	c.Environment["EGS_API_KEY"] = suite.Saved(d, "egs_api_key", "api_key")[0]
	d.Must(d.Apply(driver.Options{}))
	c.OnlyCreated()
	suite.WantEmptyPlan(t, d)
}

// One apply rotates a key and sets store_api_key to false. The state then contains neither the secret of the new key nor the
// secret of the previous key.
func TestAccAPIKeyResource_rotationWithholds(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(redViewer(overlapping))
	before := c.Secret(c.OnlyCreated())
	c.Clock.Advance(76 * suite.Day)
	d.Config = redViewer(overlapping + "store_api_key = false")
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, suite.JSON(d.State()), before, 0)
	suite.WantEmptyPlan(t, d)
}

// With delete_on_destroy = false, a destroy deletes neither the current key nor the previous key.
func TestAccAPIKeyResource_previousIsLeft(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(redViewer(overlapping + "delete_on_destroy = false"))
	c.Clock.Advance(76 * suite.Day)
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, d.Must(d.Destroy()).Text(), "was not deleted", 2)
	if n := len(c.Created()); n != 2 {
		t.Errorf("%d keys are left, want both", n)
	}
}

// If store_api_key changes, the secret of the previous key is removed from the state or saved again, like the secret of the
// current key.
func TestAccAPIKeyResource_secretOfThePreviousKey(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	config := func(stored bool) string { return redViewer(overlapping + fmt.Sprintf("store_api_key = %t", stored)) }
	d := c.Applied(config(true))
	before := c.OnlyCreated()
	c.Clock.Advance(76 * 24 * time.Hour)
	d.Must(d.Apply(driver.Options{}))
	for _, stored := range []bool{false, true} {
		d.Config = config(stored)
		d.Must(d.Apply(driver.Options{}))
		suite.WantEmptyPlan(t, d)
		previous, _ := d.State().Values.RootModule.Resources[0].AttributeValues["previous"].(map[string]any)
		var want any
		if stored {
			want = c.Secret(before)
		}
		if previous["id"] != before || previous["api_key"] != want || previous["valid_until"] != "2027-02-19" {
			t.Errorf("stored %t: the previous key has the id %v and is valid until %v, or its secret is wrong", stored, previous["id"], previous["valid_until"])
		}
	}
	if n := len(c.Created()); n != 2 || !slices.Contains(c.Created(), before) {
		t.Errorf("there are %d keys, want 2", n)
	}
}

func TestAccAPIKeyResource_overlapIsTooLong(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for config, want := range map[string]string{
		"validity_period_days = 90\n  early_renewal_days = 14\n  overlap_days = 15": "overlap_days is 15, and early_renewal_days is 14",
		"validity_period_days = 90\n  overlap_days = 1":                             "overlap_days is 1, and early_renewal_days is not set",
		"validity_period_days = 10\n  early_renewal_days = 7\n  overlap_days = 7":   "is renewed every 3 days",
		"valid_until = \"2027-03-31\"\n  overlap_days = 0":                          "must be at least 1",
	} {
		acctest.WantText(t, c.Driver(redViewer(config)).Fails(c.Driver(redViewer(config)).Plan(driver.Options{})), want, 1)
	}
}

// Two programs log in continuously during ten renewals. The first program uses the current key of the latest apply. The second
// program uses the previous key while that key exists, and otherwise the current key. No log-in is refused.
func TestAccAPIKeyResource_rotationUnderLoad(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(redViewer(overlapping))
	var current, previous string
	var handOver sync.RWMutex // A hand-over of keys waits for log-ins in progress.
	hand := func() {
		handOver.Lock()
		defer handOver.Unlock()
		values := d.State().Values.RootModule.Resources[0].AttributeValues
		current, _ = values["api_key"].(string)
		previous = current
		if before, ok := values["previous"].(map[string]any); ok {
			previous, _ = before["api_key"].(string)
		}
	}
	hand()
	done := make(chan struct{})
	var logIns, refused atomic.Int64
	var programs sync.WaitGroup
	logIn := func(secret *string) error {
		handOver.RLock()
		defer handOver.RUnlock()
		body := strings.NewReader(fmt.Sprintf(`{"apiKey":%q}`, *secret))
		resp, err := http.Post(c.URL+"/api/v1/auth", "application/json", body)
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			refused.Add(1)
		}
		return resp.Body.Close()
	}
	for _, secret := range []*string{&current, &previous} {
		programs.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := logIn(secret); err != nil {
					t.Error(err)
					return
				}
				logIns.Add(1)
			}
		})
	}
	for range 10 {
		c.Clock.Advance(76 * 24 * time.Hour)
		d.Must(d.Apply(driver.Options{}))
		hand()
		c.Clock.Advance(7 * 24 * time.Hour)
		// The second program switches to the new key before the overlap ends.
		handOver.Lock()
		previous = current
		handOver.Unlock()
		d.Must(d.Apply(driver.Options{}))
		hand()
	}
	close(done)
	programs.Wait()
	t.Logf("%d log-ins", logIns.Load())
	if refused.Load() > 0 || logIns.Load() == 0 {
		t.Errorf("%d of %d log-ins were refused", refused.Load(), logIns.Load())
	}
}
