// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

func TestListsLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, h2ogptesim.Options{ListLag: time.Second})
		shows := func(want string) {
			t.Helper()
			if got := s.names(""); got != want {
				t.Errorf("it lists %q, want %q", got, want)
			}
		}
		id, _ := s.create(map[string]any{"name": "a"}).APIKey["id"].(string)
		shows("simulator")
		time.Sleep(time.Second)
		shows("a simulator")
		s.ChangeKey(id, func(key *h2ogptesim.Key) { key.Name = "b" })
		s.ask("DELETE", keysPath+"/"+id, "")
		shows("a simulator")
		if len(s.Keys()) != 1 {
			t.Errorf("it holds %v", s.Keys())
		}
		time.Sleep(time.Second)
		shows("simulator")
	})
}
