// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// noon is the time of this machine's clock at the beginning of the tests.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

func TestClock(t *testing.T) {
	t.Parallel()
	local := noon.In(time.FixedZone("", 3600))
	c := apiclient.Clock{Local: func() time.Time { return local }}
	if c.Known() || !c.Now().Equal(noon) || c.Now().Location() != time.UTC {
		t.Errorf("before any response: %s, known %t", c.Now(), c.Known())
	}
	for _, invalid := range []string{"", "noon", "2026-11-21T12:00:00Z"} {
		c.Observe(invalid)
		if c.Known() {
			t.Errorf("%q sets the clock", invalid)
		}
	}
	c.Observe("Sat, 21 Nov 2026 09:00:00 GMT")
	local = local.Add(time.Minute)
	c.Observe("later")
	if want := noon.Add(time.Minute - 3*time.Hour); !c.Known() || !c.Now().Equal(want) {
		t.Errorf("a minute later: %s, want %s", c.Now(), want)
	}
	c.Observe("Sun, 22 Nov 2026 00:00:00 GMT")
	if want := noon.Add(12 * time.Hour); !c.Now().Equal(want) {
		t.Errorf("after another response: %s, want %s", c.Now(), want)
	}
}

func TestClock_skew(t *testing.T) {
	t.Parallel()
	const right, wrong = 24 * time.Hour, 24*time.Hour + time.Second
	for name, test := range map[string]struct {
		maxSkew  time.Duration
		observed []time.Duration
		want     time.Duration
		skewed   bool
	}{
		"no response":                     {24 * time.Hour, nil, 0, false},
		"ahead, within the limit":         {24 * time.Hour, []time.Duration{right}, right, false},
		"behind, within the limit":        {24 * time.Hour, []time.Duration{-right}, -right, false},
		"ahead, beyond the limit":         {24 * time.Hour, []time.Duration{wrong}, wrong, true},
		"behind, beyond the limit":        {24 * time.Hour, []time.Duration{-wrong}, -wrong, true},
		"wrong response after right ones": {24 * time.Hour, []time.Duration{time.Hour, 2 * time.Hour, wrong}, 2 * time.Hour, false},
		"right response after wrong ones": {24 * time.Hour, []time.Duration{wrong, -wrong, time.Hour}, time.Hour, false},
		"no limit":                        {0, []time.Duration{time.Hour, 99 * wrong}, 99 * wrong, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := apiclient.Clock{Local: func() time.Time { return noon }, MaxSkew: test.maxSkew}
			for _, ahead := range test.observed {
				c.Observe(noon.Add(ahead).Format(http.TimeFormat))
			}
			now, err := c.Trusted("EGS")
			if !now.Equal(noon.Add(test.want)) || !now.Equal(c.Now()) {
				t.Errorf("the time is %s, want %s after %s", now, test.want, noon)
			}
			skew, skewed := errors.AsType[*apiclient.SkewError](err)
			if skewed != test.skewed || err != nil && !skewed {
				t.Fatalf("got %v", err)
			}
			if !skewed {
				return
			}
			want := fmt.Sprintf("the clock of EGS shows %s, and the clock of this machine shows 2026-11-21T12:00:00Z; the maximum allowed difference is 24h0m0s",
				now.Format(time.RFC3339))
			if err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
			if !skew.First() || skew.First() {
				t.Error("First is not true exactly once")
			}
		})
	}
}
