// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

const (
	secret   = "45338461-ec42-49d2-aef3-ff39099950c5"
	standard = `"config":{"permissions":"read"}`
)

func TestDecodeListing_entries(t *testing.T) {
	t.Parallel()
	key := func(permissions, config string) *APIKey {
		return &APIKey{ID: APIKeyID(secret), Secret: secret, Permissions: permissions, Config: decodeMembers(t, config)}
	}
	list := `[{"api_key":"first",` + standard + `},%s,{"api_key":"last",` + standard + `}]`
	clienttest.Entries(t, list, decodeList, idOf, same, map[string]clienttest.Entry[APIKey]{
		"documented": {JSON: `{"api_key":"` + secret + `","config":{"permissions":"read"}}`, Want: key("read", `{}`)},
		"further members": {
			JSON: `{"api_key":"` + secret + `","config":{"a":1.50,"permissions":"write","b":{"c":[null]}}}`, Want: key("write", `{"a":1.50,"b":{"c":[null]}}`),
		},
		"other permissions":           {JSON: `{"api_key":"` + secret + `","config":{"permissions":"admin"}}`, Want: key("admin", `{}`)},
		"permissions null":            {JSON: `{"api_key":"` + secret + `","config":{"permissions":null}}`, Want: key("", `{}`)},
		"no permissions":              {JSON: `{"api_key":"` + secret + `","config":{}}`, Want: key("", `{}`)},
		"other members":               {JSON: `{"api_key":"` + secret + `","name":"x",` + standard + `}`, Want: key("read", `{}`)},
		"permissions as a list":       {JSON: `{"api_key":"` + secret + `","config":{"permissions":["read"]}}`, UnreadableID: APIKeyID(secret)},
		"permissions as a number":     {JSON: `{"api_key":"` + secret + `","config":{"permissions":7}}`, UnreadableID: APIKeyID(secret)},
		"control characters":          {JSON: `{"api_key":"` + secret + `","config":{"permissions":"a\u001b[2J"}}`, UnreadableID: APIKeyID(secret)},
		"no config":                   {JSON: `{"api_key":"` + secret + `"}`, UnreadableID: APIKeyID(secret)},
		"config null":                 {JSON: `{"api_key":"` + secret + `","config":null}`, UnreadableID: APIKeyID(secret)},
		"config as a list":            {JSON: `{"api_key":"` + secret + `","config":[]}`, UnreadableID: APIKeyID(secret)},
		"duplicate key":               {JSON: `{"api_key":"first",` + standard + `}`, Unreadable: 1},
		"masked":                      {JSON: `{"api_key":"****50c5",` + standard + `}`, Hidden: 1},
		"masked UUID":                 {JSON: `{"api_key":"********-****-****-****-********50c5",` + standard + `}`, Hidden: 1},
		"masked by dots":              {JSON: `{"api_key":"4533...50c5",` + standard + `}`, Hidden: 1},
		"masked by an ellipsis":       {JSON: `{"api_key":"4533…",` + standard + `}`, Hidden: 1},
		"key empty":                   {JSON: `{"api_key":"",` + standard + `}`, Hidden: 1},
		"key null":                    {JSON: `{"api_key":null,` + standard + `}`, Hidden: 1},
		"no key":                      {JSON: `{` + standard + `}`, Hidden: 1},
		"path element":                {JSON: `{"api_key":"..",` + standard + `}`, Hidden: 1},
		"key with control characters": {JSON: `{"api_key":"a\u0000",` + standard + `}`, Unreadable: 1},
		"key as a number":             {JSON: `{"api_key":7,` + standard + `}`, Unreadable: 1},
		"empty":                       {JSON: `{}`, Unreadable: 1},
		"null":                        {JSON: `null`, Unreadable: 1},
		"text":                        {JSON: `"` + secret + `"`, Unreadable: 1},
		"array":                       {JSON: `[]`, Unreadable: 1},
	})
}

// If a list masks keys, a key that it does not show possibly exists.
func TestDecodeListing_hidden(t *testing.T) {
	t.Parallel()
	for entry, hides := range map[string]bool{`{"api_key":"a",` + standard + `}`: false, `{"api_key":"****50c5",` + standard + `}`: true} {
		if l, err := decodeList("[" + entry + "]"); err != nil || (l.Inconclusive != nil) != hides {
			t.Errorf("%s: got %+v, %v", entry, l, err)
		}
	}
}

func decodeList(document string) (*apiclient.Listing[APIKey], error) {
	return decodeListing(json.RawMessage(document), 1<<20)
}

// idOf returns the id of a key, or "" if the decoder must not return the key.
func idOf(key APIKey) string {
	if key.Secret == "" || key.ID != APIKeyID(key.Secret) || key.Config == nil {
		return ""
	}
	return key.ID
}

func TestSameJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[2,3]}`, ` {"b" : [2,3], "a":1}`, true},
		{`"\u003c"`, `"<"`, true},
		{`null`, `null`, true},
		{`[1,2]`, `[2,1]`, false},
		{`1`, `"1"`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`{}`, `{"a":null}`, false},
		{``, ``, false},
	} {
		if got := sameJSON(json.RawMessage(test.a), json.RawMessage(test.b)); got != test.want {
			t.Errorf("%s and %s: %t", test.a, test.b, got)
		}
	}
}

func FuzzDecodeListing(f *testing.F) {
	clienttest.FuzzListing(f, `[{"api_key":"`+secret+`","config":{"permissions":"read"}}]`,
		decodeList, idOf, encode, same)
}

func same(a, b APIKey) bool {
	return a.ID == b.ID && a.Secret == b.Secret && a.Permissions == b.Permissions && maps.EqualFunc(a.Config, b.Config, sameJSON)
}

func decodeMembers(tb testing.TB, object string) (members map[string]json.RawMessage) {
	tb.Helper()
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		tb.Fatal(err)
	}
	return members
}

// encode returns a list response with the given keys, in JSON.
func encode(keys []APIKey) string {
	entries := make([]map[string]any, len(keys))
	for i, key := range keys {
		config := map[string]any{"permissions": key.Permissions}
		for name, value := range key.Config {
			config[name] = value
		}
		entries[i] = map[string]any{"api_key": key.Secret, "config": config}
	}
	return clienttest.JSON(entries)
}

func BenchmarkDecodeListing(b *testing.B) {
	keys := make([]APIKey, 100_000)
	for i := range keys {
		keys[i] = APIKey{Secret: fmt.Sprintf("%08x-ec42-49d2-aef3-ff39099950c5", i), Permissions: "read"}
	}
	document := json.RawMessage(encode(keys))
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		l, err := decodeListing(document, 1<<20)
		if err != nil || len(l.Items) != len(keys) {
			b.Fatalf("%d keys, %v", len(l.Items), err)
		}
	}
}

// The limit for the number of list entries also applies to the total number of config members, because a member takes as much
// memory as an entry.
func TestDecodeListing_members(t *testing.T) {
	t.Parallel()
	document := json.RawMessage(`[{"api_key":"a","config":{"a":1,"b":2}},{"api_key":"b","config":{"permissions":"read","a":1,"b":2}}]`)
	for most, want := range map[int]error{4: nil, 3: apiclient.ErrListTooLarge} {
		if _, err := decodeListing(document, most); !errors.Is(err, want) {
			t.Errorf("%d: got %v", most, err)
		}
	}
}
