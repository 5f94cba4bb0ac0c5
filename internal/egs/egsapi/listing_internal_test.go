// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
)

const (
	secret   = "45338461-ec42-49d2-aef3-ff39099950c5"
	secretID = "030b514f342dcf5ac94f3f39726c247e"
)

// The first list shows whether a filter is needed. After a write, the client does not request another list to find this out.
func TestKeyListings_oneListShowsWhetherFilterIsNeeded(t *testing.T) {
	t.Parallel()
	requests := 0
	l := keyListings{Listings: apiclient.Listings[APIKey]{
		Clock: &apiclient.Clock{Local: time.Now},
		Fetch: func(context.Context, string, bool) (*apiclient.Listing[APIKey], error) {
			requests++
			return &apiclient.Listing[APIKey]{}, nil
		},
	}}
	if _, err := l.Get(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	l.Changed()
	if filter, err := l.filter(t.Context(), "red"); filter != "" || err != nil || requests != 1 {
		t.Errorf("filter %q (%v) after %d lists, want none after one", filter, err, requests)
	}
}

func TestDecodeListing_entries(t *testing.T) {
	t.Parallel()
	clienttest.Entries(t, `{"data":[{"id":"first"},%s,{"id":"last"}]}`, decodeKeys, idOf, nil, map[string]clienttest.Entry[APIKey]{
		"of the REST page": {
			JSON: `{"id":"` + secretID + `","apiKey":"` + secret + `","description":"d","name":"API-Token-1","role":"Editor",` +
				`"saName":"kubeslice-rbac-rw-slice-andromeda","workspaceName":"andromeda","tokenTtlSeconds":"900",` +
				`"userName":"Admin","validity":"2025-03-31"}`,
			Want: &APIKey{
				ID: secretID, Secret: secret, Description: "d", Name: "API-Token-1", Role: "Editor",
				ServiceAccountName: "kubeslice-rbac-rw-slice-andromeda", WorkspaceName: "andromeda", TokenTTLSeconds: 900,
				UserName: "Admin", ValidUntil: "2025-03-31",
			},
		},
		"ttl as a number":      {JSON: `{"id":"1","tokenTtlSeconds":900}`, Want: &APIKey{ID: "1", TokenTTLSeconds: 900}},
		"ttl empty":            {JSON: `{"id":"1","tokenTtlSeconds":""}`, Want: &APIKey{ID: "1"}},
		"ttl null":             {JSON: `{"id":"1","tokenTtlSeconds":null}`, Want: &APIKey{ID: "1"}},
		"ttl without digits":   {JSON: `{"id":"1","tokenTtlSeconds":"soon"}`, Want: &APIKey{ID: "1"}},
		"validity, timestamp":  {JSON: `{"id":"1","validity":"2025-03-31T00:00:00Z"}`, Want: &APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"validUntil":           {JSON: `{"id":"1","validUntil":"2025-03-31"}`, Want: &APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"sliceName":            {JSON: `{"id":"1","sliceName":"red"}`, Want: &APIKey{ID: "1", WorkspaceName: "red"}},
		"both workspaces":      {JSON: `{"id":"1","sliceName":"red","workspaceName":"blue"}`, Want: &APIKey{ID: "1", WorkspaceName: "blue"}},
		"both dates":           {JSON: `{"id":"1","validUntil":"2025-01-01","validity":"2025-03-31"}`, Want: &APIKey{ID: "1", ValidUntil: "2025-03-31"}},
		"masked secret":        {JSON: `{"id":"` + secretID + `","apiKey":"****50c5"}`, Want: &APIKey{ID: secretID}},
		"masked in its form":   {JSON: `{"id":"` + secretID + `","apiKey":"********-****-****-****-********50c5"}`, Want: &APIKey{ID: secretID}},
		"no secret":            {JSON: `{"id":"` + secretID + `"}`, Want: &APIKey{ID: secretID}},
		"secret null":          {JSON: `{"id":"` + secretID + `","apiKey":null}`, Want: &APIKey{ID: secretID}},
		"secret and no id":     {JSON: `{"apiKey":"` + secret + `"}`, Want: &APIKey{ID: secretID, Secret: secret}},
		"secret is not a UUID": {JSON: `{"id":"` + APIKeyID("abc") + `","apiKey":"abc"}`, Want: &APIKey{ID: APIKeyID("abc"), Secret: "abc"}},
		"id of another kind":   {JSON: `{"id":"7","apiKey":"` + secret + `"}`, Want: &APIKey{ID: "7", Secret: secret}},
		"unknown members":      {JSON: `{"id":"1","new":{"a":[1]}}`, Want: &APIKey{ID: "1"}},
		"mask and no id":       {JSON: `{"apiKey":"****50c5","name":"a"}`, Unreadable: 1},
		"no id and no secret":  {JSON: `{"name":"a"}`, Unreadable: 1},
		"id of another type":   {JSON: `{"id":7}`, Unreadable: 1},
		"duplicate id":         {JSON: `{"id":"first","name":"a"}`, UnreadableID: "first"},
		"control characters":   {JSON: `{"id":"1","name":"a\u001b[2J"}`, UnreadableID: "1"},
		"null":                 {JSON: `null`, Unreadable: 1},
		"text":                 {JSON: `"` + secret + `"`, Unreadable: 1},
		"array":                {JSON: `[]`, Unreadable: 1},
	})
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

func decodeKeys(data string) (*apiclient.Listing[APIKey], error) {
	return decodeListing(json.RawMessage(data), 1<<20)
}

func idOf(key APIKey) string { return key.ID }

func FuzzDecodeListing(f *testing.F) {
	clienttest.FuzzListing(f, `{"data":[{"id":"`+secretID+`","apiKey":"`+secret+`","tokenTtlSeconds":"900","validity":"2025-03-31"}]}`,
		decodeKeys, idOf, encode, func(a, b APIKey) bool { return a == b })
}

func FuzzDate(f *testing.F) {
	f.Add("2025-03-31T00:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		got := date(s)
		if got != s {
			if _, err := time.Parse(time.DateOnly, got); err != nil || !strings.HasPrefix(s, got) {
				t.Errorf("%q: got %q", s, got)
			}
		}
		if again := date(got); again != got {
			t.Errorf("%q: got %q, and %q for that", s, got, again)
		}
	})
}

// encode returns the data of a list with these keys.
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
			ID: APIKeyID(secret), Secret: secret, Name: fmt.Sprintf("key-%d", i), Description: "created by the benchmark",
			Role: "Editor", ServiceAccountName: "kubeslice-rbac-rw-slice-red", WorkspaceName: "red", UserName: "Admin",
			ValidUntil: "2027-01-01", TokenTTLSeconds: 900,
		}
	}
	data := json.RawMessage(encode(keys))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		l, err := decodeListing(data, 1<<20)
		if err != nil || len(l.Items) != len(keys) {
			b.Fatalf("%d keys, %v", len(l.Items), err)
		}
	}
}

// An entry that has its secret as its id, in any spelling, is invalid, since ids are shown to users.
func TestDecodeListing_secretAsID(t *testing.T) {
	t.Parallel()
	for how, id := range hostile.Spellings(secret) {
		l, err := decodeKeys(clienttest.JSON(map[string]any{"data": []any{map[string]any{"id": id, "apiKey": secret}}}))
		if err != nil || l.Unreadable != 1 || len(l.Items) != 0 || l.NumUnreadableIDs() != 0 {
			t.Errorf("%s: got %+v, %v", how, l, err)
		}
	}
}
