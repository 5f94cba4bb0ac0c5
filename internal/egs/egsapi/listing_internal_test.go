// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

const (
	secret   = "45338461-ec42-49d2-aef3-ff39099950c5"
	secretID = "030b514f342dcf5ac94f3f39726c247e"
)

func TestDecodeListing_entries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		entry string
		want  APIKey
		// unreadable says that there is nothing to want.
		unreadable bool
	}{
		"of the REST page": {
			entry: `{"id":"` + secretID + `","apiKey":"` + secret + `","description":"d","name":"API-Token-1","role":"Editor",` +
				`"saName":"kubeslice-rbac-rw-slice-andromeda","workspaceName":"andromeda","tokenTtlSeconds":"900",` +
				`"userName":"Admin","validity":"2025-03-31"}`,
			want: APIKey{
				ID: secretID, Secret: secret, Description: "d", Name: "API-Token-1", Role: "Editor",
				ServiceAccountName: "kubeslice-rbac-rw-slice-andromeda", WorkspaceName: "andromeda", TokenTTLSeconds: 900,
				UserName: "Admin", ValidUntil: "2025-03-31",
			},
		},
		"ttl as a number":        {entry: `{"id":"1","tokenTtlSeconds":900}`, want: APIKey{ID: "1", TokenTTLSeconds: 900}},
		"ttl empty":              {entry: `{"id":"1","tokenTtlSeconds":""}`, want: APIKey{ID: "1"}},
		"ttl null":               {entry: `{"id":"1","tokenTtlSeconds":null}`, want: APIKey{ID: "1"}},
		"ttl of words":           {entry: `{"id":"1","tokenTtlSeconds":"soon"}`, want: APIKey{ID: "1"}},
		"validity, timestamp":    {entry: `{"id":"1","validity":"2025-03-31T00:00:00Z"}`, want: APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"validUntil":             {entry: `{"id":"1","validUntil":"2025-03-31"}`, want: APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"sliceName":              {entry: `{"id":"1","sliceName":"red"}`, want: APIKey{ID: "1", WorkspaceName: "red"}},
		"both workspaces":        {entry: `{"id":"1","sliceName":"red","workspaceName":"blue"}`, want: APIKey{ID: "1", WorkspaceName: "blue"}},
		"both dates":             {entry: `{"id":"1","validUntil":"2025-01-01","validity":"2025-03-31"}`, want: APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"masked secret":          {entry: `{"id":"` + secretID + `","apiKey":"****50c5"}`, want: APIKey{ID: secretID}},
		"masked in its form":     {entry: `{"id":"` + secretID + `","apiKey":"********-****-****-****-********50c5"}`, want: APIKey{ID: secretID}},
		"no secret":              {entry: `{"id":"` + secretID + `"}`, want: APIKey{ID: secretID}},
		"secret null":            {entry: `{"id":"` + secretID + `","apiKey":null}`, want: APIKey{ID: secretID}},
		"secret and no id":       {entry: `{"apiKey":"` + secret + `"}`, want: APIKey{ID: secretID, Secret: secret}},
		"secret of any form":     {entry: `{"id":"` + APIKeyID("odd") + `","apiKey":"odd"}`, want: APIKey{ID: APIKeyID("odd"), Secret: "odd"}},
		"id of another kind":     {entry: `{"id":"7","apiKey":"` + secret + `"}`, want: APIKey{ID: "7", Secret: secret}},
		"unknown members":        {entry: `{"id":"1","new":{"a":[1]}}`, want: APIKey{ID: "1"}},
		"mask and no id":         {entry: `{"apiKey":"****50c5","name":"a"}`, unreadable: true},
		"nothing that names it":  {entry: `{"name":"a"}`, unreadable: true},
		"id of another type":     {entry: `{"id":7}`, unreadable: true},
		"id that is there twice": {entry: `{"id":"first","name":"a"}`, unreadable: true},
		"control characters":     {entry: `{"id":"1","name":"a\u001b[2J"}`, unreadable: true},
		"null":                   {entry: `null`, unreadable: true},
		"text":                   {entry: `"` + secret + `"`, unreadable: true},
		"array":                  {entry: `[]`, unreadable: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := decodeListing(json.RawMessage(`{"data":[{"id":"first"},` + test.entry + `,{"id":"last"}]}`))
			if err != nil {
				t.Fatal(err)
			}
			// Whatever it is, it does not hide its neighbours.
			for _, id := range []string{"first", "last"} {
				if !l.Has(id) {
					t.Errorf("%s is lost", id)
				}
			}
			if test.unreadable {
				if l.Unreadable+l.Odd() != 1 || len(l.Items) != 2 {
					t.Errorf("got %d unreadable and %+v", l.Unreadable, l.Items)
				}
				return
			}
			if l.Unreadable+l.Odd() != 0 || len(l.Items) != 3 || l.Items[1] != test.want || !l.Has(test.want.ID) {
				t.Fatalf("got %d unreadable and %+v, want %+v", l.Unreadable, l.Items, test.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2025-03-31":                    "2025-03-31",
		"2025-03-31T00:00:00Z":          "2025-03-31",
		"2025-03-31T23:59:59.999+02:00": "2025-03-31",
		"2025-03-31 00:00:00":           "2025-03-31",
		"":                              "",
		"never":                         "never",
		"31.03.2025 00:00":              "31.03.2025 00:00",
		"2025-02-30T00:00:00Z":          "2025-02-30T00:00:00Z",
		"20250331":                      "20250331",
	} {
		if got := date(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// A list that stands twice mixes no keys.
func TestDecodeListing_twice(t *testing.T) {
	t.Parallel()
	const secret = "45338461-ec42-49d2-aef3-ff39099950c5"
	l, err := decodeListing([]byte(`{"data":[{"id":"1","apiKey":"` + secret + `","role":"Owner"}],"data":[{"id":"2","name":"b"}]}`))
	if err != nil || len(l.Items) != 1 || l.Items[0] != (APIKey{ID: "2", Name: "b"}) {
		t.Errorf("got %+v, %v", l, err)
	}
}

func FuzzDecodeListing(f *testing.F) {
	clienttest.FuzzListing(f, `{"data":[{"id":"`+secretID+`","apiKey":"`+secret+`","tokenTtlSeconds":"900","validity":"2025-03-31"}]}`,
		func(data string) (*apiclient.Listing[APIKey], error) { return decodeListing(json.RawMessage(data)) },
		func(key APIKey) string { return key.ID }, encode, func(a, b APIKey) bool { return a == b })
}

func FuzzDate(f *testing.F) {
	f.Add("2025-03-31T00:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		got := date(s)
		if got != s {
			if _, err := time.Parse(time.DateOnly, got); err != nil || !strings.HasPrefix(s, got) {
				t.Errorf("%q becomes %q", s, got)
			}
		}
		if again := date(got); again != got {
			t.Errorf("%q becomes %q, and that %q", s, got, again)
		}
	})
}

// encode is the data of a list of these keys.
func encode(keys []APIKey) string {
	entries := make([]map[string]string, len(keys))
	for i, key := range keys {
		entries[i] = map[string]string{
			"id": key.ID, "apiKey": key.Secret, "description": key.Description, "name": key.Name, "role": key.Role,
			"saName": key.ServiceAccountName, "workspaceName": key.WorkspaceName, "userName": key.UserName,
			"tokenTtlSeconds": fmt.Sprint(key.TokenTTLSeconds), "validity": key.ValidUntil,
		}
	}
	return clienttest.JSON(map[string]any{"data": entries})
}

func BenchmarkDecodeListing(b *testing.B) {
	keys := make([]APIKey, 100_000)
	for i := range keys {
		secret := fmt.Sprintf("%08x-ec42-49d2-aef3-ff39099950c5", i)
		keys[i] = APIKey{
			ID: APIKeyID(secret), Secret: secret, Name: fmt.Sprintf("key-%d", i), Description: "made for the benchmark",
			Role: "Editor", ServiceAccountName: "kubeslice-rbac-rw-slice-red", WorkspaceName: "red", UserName: "Admin",
			ValidUntil: "2027-01-01", TokenTTLSeconds: 900,
		}
	}
	data := json.RawMessage(encode(keys))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		l, err := decodeListing(data)
		if err != nil || len(l.Items) != len(keys) {
			b.Fatalf("%d keys, %v", len(l.Items), err)
		}
	}
}
