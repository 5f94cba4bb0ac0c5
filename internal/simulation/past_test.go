// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestPast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		items := []string{"a"}
		present := func() []string { return append([]string{}, items...) }
		var past simulation.Past[string]
		shows := func(want string) {
			t.Helper()
			if got := strings.Join(past.Show(present), ""); got != want {
				t.Errorf("after %s it shows %q, want %q", time.Now().Format("5.0"), got, want)
			}
		}
		items = []string{"a", "b"}
		past.Record(present)
		shows("ab") // no lag

		past.Start(time.Second, present())
		items = []string{"a", "b", "c"}
		past.Record(present)
		time.Sleep(900 * time.Millisecond)
		shows("ab")
		items = []string{"c"}
		past.Record(present)
		time.Sleep(100 * time.Millisecond)
		shows("abc")
		time.Sleep(900 * time.Millisecond)
		shows("c")
		items = nil
		past.Record(present)
		shows("c")
		time.Sleep(time.Hour)
		shows("")
	})
}
