// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
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
				if i, ok := l.byID[APIKeyID(secret)]; !ok || l.keys[i].Secret != secret {
					t.Errorf("%s is lost", secret)
				}
			}
			if len(l.odd) != test.odd || l.hidden != test.hidden || l.unreadable != test.unreadable {
				t.Errorf("%d odd, %d hidden, %d unreadable", len(l.odd), l.hidden, l.unreadable)
			}
			if test.odd > 0 && !l.odd[APIKeyID(secret)] {
				t.Error("it is not known whose entry is odd")
			}
			i, ok := l.byID[APIKeyID(secret)]
			if ok != (test.want != nil) {
				t.Fatalf("it is found: %t", ok)
			}
			if ok && !same(l.keys[i], *test.want) {
				t.Errorf("got %+v, want %+v", l.keys[i], *test.want)
			}
		})
	}
}

func TestDecodeListing_noList(t *testing.T) {
	t.Parallel()
	for _, document := range []string{``, `null`, `{}`, `7`, `""`, `[`, `{"api_keys":[]}`} {
		if l, err := decodeListing(json.RawMessage(document)); err == nil {
			t.Errorf("%q: got %+v", document, l)
		}
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
	f.Add(`[{"api_key":"` + secret + `","config":{"permissions":"read"}}]`)
	f.Fuzz(func(t *testing.T, document string) {
		l, err := decodeListing(json.RawMessage(document))
		if err != nil {
			if l != nil {
				t.Error("a listing and an error")
			}
			return
		}
		for i, key := range l.keys {
			if key.Secret == "" || key.ID != APIKeyID(key.Secret) || key.Config == nil {
				t.Errorf("key %d is %+v", i, key)
			}
			if found, ok := l.byID[key.ID]; !ok || found != i || l.lacks(key.ID) {
				t.Errorf("key %d is not found by its id", i)
			}
		}
		// What was read is read again from what it makes.
		again, err := decodeListing(encode(t, l.keys))
		if err != nil || again.unreadable+again.hidden+len(again.odd) != 0 || len(again.keys) != len(l.keys) {
			t.Fatalf("read again: %+v, %v", again, err)
		}
		for i := range l.keys {
			if !same(again.keys[i], l.keys[i]) {
				t.Errorf("got %+v, and then %+v", l.keys[i], again.keys[i])
			}
		}
	})
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
func encode(tb testing.TB, keys []APIKey) json.RawMessage {
	tb.Helper()
	entries := make([]map[string]any, len(keys))
	for i, key := range keys {
		config := map[string]any{"permissions": key.Permissions}
		for name, value := range key.Config {
			config[name] = value
		}
		entries[i] = map[string]any{"api_key": key.Secret, "config": config}
	}
	document, err := json.Marshal(entries)
	if err != nil {
		tb.Fatal(err)
	}
	return document
}

func BenchmarkDecodeListing(b *testing.B) {
	keys := make([]APIKey, 100_000)
	for i := range keys {
		keys[i] = APIKey{Secret: fmt.Sprintf("%08x-ec42-49d2-aef3-ff39099950c5", i), Permissions: "read"}
	}
	document := encode(b, keys)
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		l, err := decodeListing(document)
		if err != nil || len(l.keys) != len(keys) {
			b.Fatalf("%d keys, %v", len(l.keys), err)
		}
	}
}
