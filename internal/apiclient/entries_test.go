// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"encoding/json"
	"reflect"
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

// Decode treats unknown members, duplicate members, and members of the wrong type in the same way as encoding/json.
func TestDecode(t *testing.T) {
	t.Parallel()
	type entry struct {
		Name   string `json:"name"`
		APIKey string `json:"apiKey"`
		Days   int    `json:"days"`
		Text   *struct {
			A, B string
		} `json:"text"`
	}
	for _, document := range []string{
		`{"name":"a","_name":"b","NAME":"c"}`, `{"apiKey":"a","api_key":"b","api-key":null}`, `{"apiKey":"a","apiKey":null}`,
		`{"name":"a","name":"b"}`, `{"name":7,"apiKey":"a"}`, `{"days":"7","name":"a"}`, `{"days":7.5,"name":"a"}`, `{"days":null}`,
		`{"text":{"a":"1"},"text":{"B":"2"}}`, "{\"name\":\"\xff\"}", `{"name":"\ud800"}`, `null`, `[]`, `{"name":"a"`, ``, `{"name":"a"}x`,
	} {
		var got, want entry
		gotErr, wantErr := apiclient.Decode([]byte(document), &got), json.Unmarshal([]byte(document), &want)
		if !reflect.DeepEqual(got, want) || (gotErr == nil) != (wantErr == nil) {
			t.Errorf("%s: got %+v, %v, want %+v, %v", document, got, gotErr, want, wantErr)
		}
	}
}
