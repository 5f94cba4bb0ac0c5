// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// noon is when the tests begin, by this machine's clock.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

func TestClock(t *testing.T) {
	t.Parallel()
	local := noon.In(time.FixedZone("", 3600))
	c := apiclient.Clock{Local: func() time.Time { return local }}
	if c.Known() || !c.Now().Equal(noon) || c.Now().Location() != time.UTC {
		t.Errorf("before any answer: %s, known %t", c.Now(), c.Known())
	}
	for _, nonsense := range []string{"", "noon", "2026-11-21T12:00:00Z"} {
		c.Observe(nonsense)
		if c.Known() {
			t.Errorf("%q tells the time", nonsense)
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
		t.Errorf("after another answer: %s, want %s", c.Now(), want)
	}
}
