// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"encoding/json"
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
	for name, test := range map[string]struct {
		entry string
		// want is nil where no key can be read: then it counts as one of these.
		want                    *APIKey
		odd, hidden, unreadable int
	}{
		"of the page": {entry: `{"api_key":"` + secret + `","config":{"permissions":"read"}}`, want: key("read", `{}`)},
		"further members": {
			entry: `{"api_key":"` + secret + `","config":{"a":1.50,"permissions":"write","b":{"c":[null]}}}`, want: key("write", `{"a":1.50,"b":{"c":[null]}}`),
		},
		"other permissions":         {entry: `{"api_key":"` + secret + `","config":{"permissions":"admin"}}`, want: key("admin", `{}`)},
		"permissions null":          {entry: `{"api_key":"` + secret + `","config":{"permissions":null}}`, want: key("", `{}`)},
		"no permissions":            {entry: `{"api_key":"` + secret + `","config":{}}`, want: key("", `{}`)},
		"members beside config":     {entry: `{"api_key":"` + secret + `","name":"x",` + standard + `}`, want: key("read", `{}`)},
		"permissions as a list":     {entry: `{"api_key":"` + secret + `","config":{"permissions":["read"]}}`, odd: 1},
		"permissions as a number":   {entry: `{"api_key":"` + secret + `","config":{"permissions":7}}`, odd: 1},
		"control characters":        {entry: `{"api_key":"` + secret + `","config":{"permissions":"a\u001b[2J"}}`, odd: 1},
		"no config":                 {entry: `{"api_key":"` + secret + `"}`, odd: 1},
		"config null":               {entry: `{"api_key":"` + secret + `","config":null}`, odd: 1},
		"config as a list":          {entry: `{"api_key":"` + secret + `","config":[]}`, odd: 1},
		"key that is there twice":   {entry: `{"api_key":"first",` + standard + `}`, unreadable: 1},
		"masked":                    {entry: `{"api_key":"****50c5",` + standard + `}`, hidden: 1},
		"masked in its form":        {entry: `{"api_key":"********-****-****-****-********50c5",` + standard + `}`, hidden: 1},
		"masked by dots":            {entry: `{"api_key":"4533...50c5",` + standard + `}`, hidden: 1},
		"masked by an ellipsis":     {entry: `{"api_key":"4533…",` + standard + `}`, hidden: 1},
		"key empty":                 {entry: `{"api_key":"",` + standard + `}`, hidden: 1},
		"key null":                  {entry: `{"api_key":null,` + standard + `}`, hidden: 1},
		"no key":                    {entry: `{` + standard + `}`, hidden: 1},
		"step in a path":            {entry: `{"api_key":"..",` + standard + `}`, hidden: 1},
		"key of control characters": {entry: `{"api_key":"a\u0000",` + standard + `}`, unreadable: 1},
		"key as a number":           {entry: `{"api_key":7,` + standard + `}`, unreadable: 1},
		"empty":                     {entry: `{}`, unreadable: 1},
		"null":                      {entry: `null`, unreadable: 1},
		"text":                      {entry: `"` + secret + `"`, unreadable: 1},
		"array":                     {entry: `[]`, unreadable: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := decodeListing(json.RawMessage(`[{"api_key":"first",` + standard + `},` + test.entry + `,{"api_key":"last",` + standard + `}]`))
			if err != nil {
				t.Fatal(err)
			}
			// Whatever it is, it does not hide its neighbours.
			for _, secret := range []string{"first", "last"} {
				if find(l, secret) == nil {
					t.Errorf("%s is lost", secret)
				}
			}
			if l.Odd() != test.odd || l.Hidden != test.hidden || l.Unreadable != test.unreadable {
				t.Errorf("%d odd, %d hidden, %d unreadable", l.Odd(), l.Hidden, l.Unreadable)
			}
			if test.odd > 0 && !l.Has(APIKeyID(secret)) {
				t.Error("it is not known whose entry is odd")
			}
			got := find(l, secret)
			if (got != nil) != (test.want != nil) || got != nil && !same(*got, *test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if (l.Silent != nil) != (test.hidden > 0) {
				t.Errorf("the list proves absence: %v", l.Silent)
			}
		})
	}
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
		func(document string) (*apiclient.Listing[APIKey], error) {
			return decodeListing(json.RawMessage(document))
		},
		func(key APIKey) string {
			if key.Secret == "" || key.ID != APIKeyID(key.Secret) || key.Config == nil {
				return ""
			}
			return key.ID
		}, encode, same)
}

// find is the listed key of this secret, or nil.
func find(l *apiclient.Listing[APIKey], secret string) *APIKey {
	for i := range l.Items {
		if l.Items[i].Secret == secret {
			return &l.Items[i]
		}
	}
	return nil
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

// encode is a list of these keys.
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
		l, err := decodeListing(document)
		if err != nil || len(l.Items) != len(keys) {
			b.Fatalf("%d keys, %v", len(l.Items), err)
		}
	}
}
