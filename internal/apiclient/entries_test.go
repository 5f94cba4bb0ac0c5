// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

func TestEntries(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]struct {
		entries int
		none    bool
		failed  bool
	}{
		`{"data":[1,2]}`:          {entries: 2},
		`{"data":[]}`:             {},
		`{"data":null}`:           {none: true},
		`{"data":null,"count":0}`: {none: true},
		`{}`:                      {none: true},
		`null`:                    {none: true},
		`{"count":0}`:             {failed: true},
		`{"workspaces":[]}`:       {failed: true},
		`{"data":{}}`:             {failed: true},
		`{"data":""}`:             {failed: true},
		`[]`:                      {failed: true},
		`{"data":[1],"data":[2]}`: {entries: 1, failed: true},
		`{"data":[1,2,3]}`:        {entries: 2, failed: true},
		`{"data":[1,2`:            {entries: 2, failed: true},
		`{"data":[1}`:             {entries: 1, failed: true},
		`{"data":[1]}}`:           {entries: 1, failed: true},
		`{"data":[1],"x":`:        {entries: 1, failed: true},
		`{"x":[{}],"data":["a"]}`: {entries: 1},
		`""`:                      {failed: true},
	} {
		n := 0
		none, err := apiclient.Entries([]byte(data), "data", 2, func(*int, error) { n++ })
		if n != want.entries || none != want.none || (err != nil) != want.failed {
			t.Errorf("%s: got %d entries, none is %t, %v", data, n, none, err)
		}
	}
}
