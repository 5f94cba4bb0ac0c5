// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

func TestListsLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, gaiasim.Options{ListLag: time.Second})
		shows := func(key string, want bool) {
			t.Helper()
			if got := strings.Contains(s.list(), key); got != want {
				t.Errorf("it lists the key: %t", got)
			}
		}
		key := s.create(`{"permissions":"read"}`)
		shows(key, false)
		time.Sleep(time.Second)
		shows(key, true)
		s.ask("DELETE", deletePath+escape(key), "").wants(t, 200, `{"api_key":"`+key+`","result":"deleted"}`)
		shows(key, true)
		if len(s.Keys()) != 1 {
			t.Errorf("it holds %v", s.Keys())
		}
		time.Sleep(time.Second)
		shows(key, false)
	})
}
