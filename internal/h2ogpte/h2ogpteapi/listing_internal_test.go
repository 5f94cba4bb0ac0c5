// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

func TestDecodeKey_entries(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, time.November, 21, 12, 0, 0, 123456000, time.UTC)
	expires := time.Date(2026, time.December, 21, 12, 0, 0, 0, time.UTC)
	active := func(key APIKey) APIKey {
		key.ID, key.Active = "1", true
		return key
	}
	for name, test := range map[string]struct {
		entry string
		want  APIKey
		// odd says that no more than the id makes sense, and unreadable not even that.
		odd, unreadable bool
	}{
		"all members": {
			entry: `{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":true,` +
				`"is_global_key":true,"expires_at":"2026-12-21T12:00:00Z","last_used_at":"2026-11-22T12:00:00Z","inactivity_interval":30,` +
				`"total_calls":7,"collection_name":"Papers","collection_id":"c"}`,
			want: APIKey{
				ID: "1", UserName: "alice", Name: "a", Hint: "wxyz", CreatedAt: created, Active: true, Global: true,
				ExpiresAt: &expires, InactivityIntervalDays: new(int64(30)), CollectionID: "c", CollectionName: "Papers",
			},
		},
		"mandatory members alone": {
			entry: `{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":false,"is_global_key":false}`,
			want:  APIKey{ID: "1", UserName: "alice", Name: "a", Hint: "wxyz", CreatedAt: created},
		},
		"null members": {
			entry: `{"id":"1","username":null,"name":null,"hint":null,"created_at":null,"is_active":null,"is_global_key":null,` +
				`"expires_at":null,"inactivity_interval":null,"collection_name":null,"collection_id":null}`,
			want: active(APIKey{}),
		},
		"nothing but an id":          {entry: `{"id":"1"}`, want: active(APIKey{})},
		"unknown members":            {entry: `{"id":"1","new":{"a":[1]},"user_id":7}`, want: active(APIKey{})},
		"time without a zone":        {entry: `{"id":"1","created_at":"2026-11-21T12:00:00.123456"}`, want: active(APIKey{CreatedAt: created})},
		"empty times":                {entry: `{"id":"1","created_at":"","expires_at":""}`, want: active(APIKey{})},
		"interval in words":          {entry: `{"id":"1","inactivity_interval":"30 days"}`, want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval of digits":         {entry: `{"id":"1","inactivity_interval":"30"}`, want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval with a fraction":   {entry: `{"id":"1","inactivity_interval":30.0}`, want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval of no days":        {entry: `{"id":"1","inactivity_interval":0}`, want: active(APIKey{InactivityIntervalDays: new(int64(0))})},
		"created at no time":         {entry: `{"created_at":"yesterday","id":"1"}`, odd: true},
		"created at a number":        {entry: `{"created_at":1795262400,"id":"1"}`, odd: true},
		"expires at no time":         {entry: `{"expires_at":"soon","id":"1"}`, odd: true},
		"interval of no number":      {entry: `{"inactivity_interval":"a while","id":"1"}`, odd: true},
		"interval of an object":      {entry: `{"inactivity_interval":{"days":30},"id":"1"}`, odd: true},
		"negative interval":          {entry: `{"inactivity_interval":-1,"id":"1"}`, odd: true},
		"activity in words":          {entry: `{"is_active":"yes","id":"1"}`, odd: true},
		"name of another type":       {entry: `{"name":7,"id":"1"}`, odd: true},
		"control characters":         {entry: `{"id":"1","name":"a\u001b[2J"}`, odd: true},
		"id that is there twice":     {entry: `{"id":"first","name":"a"}`, odd: true},
		"nothing that names it":      {entry: `{"name":"a"}`, unreadable: true},
		"id of another type":         {entry: `{"id":7}`, unreadable: true},
		"id that is a secret":        {entry: `{"id":"sk-abcdefgh"}`, unreadable: true},
		"id that is another path":    {entry: `{"id":".."}`, unreadable: true},
		"id with control characters": {entry: `{"id":"1\n"}`, unreadable: true},
		"null":                       {entry: `null`, unreadable: true},
		"text":                       {entry: `"sk-abcdefgh"`, unreadable: true},
		"array":                      {entry: `[]`, unreadable: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := decodeEntries(t, `[{"id":"first"},`+test.entry+`,{"id":"last"}]`)
			wanted := []APIKey{active(APIKey{}), test.want, active(APIKey{})}
			wanted[0].ID, wanted[2].ID = "first", "last"
			odd, unreadable := 0, 0
			switch {
			case test.odd:
				wanted, odd = slices.Delete(wanted, 1, 2), 1
			case test.unreadable:
				wanted, unreadable = slices.Delete(wanted, 1, 2), 1
			}
			// Whatever it is, it does not hide its neighbors.
			if l.Odd() != odd || l.Unreadable != unreadable || !reflect.DeepEqual(l.Items, wanted) {
				t.Errorf("got %d odd, %d unreadable and %+v, want %+v", l.Odd(), l.Unreadable, l.Items, wanted)
			}
			// An entry of which no more than the id can be read is there all the same.
			if l.Has("1") == (test.unreadable || strings.Contains(test.entry, "first")) {
				t.Errorf("the listing has it: %t", l.Has("1"))
			}
		})
	}
}

func decodeEntries(tb testing.TB, list string) *apiclient.Listing[APIKey] {
	tb.Helper()
	var entries []json.RawMessage
	if err := json.Unmarshal([]byte(list), &entries); err != nil {
		tb.Fatal(err)
	}
	return newListing(entries, true, decodeKey)
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-11-21T12:00:00Z":                "2026-11-21T12:00:00Z",
		"2026-11-21t12:00:00z":                "2026-11-21T12:00:00Z",
		"2026-11-21T12:00:00.5Z":              "2026-11-21T12:00:00.5Z",
		"2026-11-21T12:00:00.123456Z":         "2026-11-21T12:00:00.123456Z",
		"2026-11-21T12:00:00.123456789Z":      "2026-11-21T12:00:00.123456789Z",
		"2026-11-21T12:00:00+02:00":           "2026-11-21T10:00:00Z",
		"2026-11-21T12:00:00.123456+00:00":    "2026-11-21T12:00:00.123456Z",
		"2026-11-21T12:00:00":                 "2026-11-21T12:00:00Z",
		"2026-11-21T12:00:00.123456":          "2026-11-21T12:00:00.123456Z",
		"2026-11-21 12:00:00.123456":          "2026-11-21T12:00:00.123456Z",
		"2026-11-21 12:00:00+00:00":           "2026-11-21T12:00:00Z",
		"2026-11-21":                          "",
		"2026-11-21T12:00":                    "",
		"2026-02-30T12:00:00Z":                "",
		"9999-12-31T23:59:59-01:00":           "",
		"0000-01-01T00:00:00Z":                "",
		"21 Nov 2026 12:00:00":                "",
		"2026-11-21T12:00:00 Europe/Helsinki": "",
		"1795262400":                          "",
		"":                                    "",
	} {
		got, err := parseTime(in)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q: got %s", in, got)
		case want != "" && (err != nil || got.Format(time.RFC3339Nano) != want || got.Location() != time.UTC):
			t.Errorf("%q: got %s, %v, want %s", in, got.Format(time.RFC3339Nano), err, want)
		}
	}
}

func TestDecodeCreated(t *testing.T) {
	t.Parallel()
	asked := NewAPIKey{UserName: "alice", Name: "a", CollectionID: "c", InactivityIntervalDays: new(int64(7))}
	for body, want := range map[string]*CreatedAPIKey{
		`{"secret_key":"sk-1234","api_key":{"id":"1","name":"b"}}`: {Secret: "sk-1234", APIKey: APIKey{ID: "1", Name: "b", Active: true}},
		// A key that was made is not lost for what makes no sense about it.
		`{"secret_key":"sk-1234","api_key":{"id":"1","name":7}}`: {Secret: "sk-1234", APIKey: APIKey{
			ID: "1", UserName: "alice", Name: "a", CollectionID: "c", InactivityIntervalDays: new(int64(7)), Active: true,
		}},
		`{"secret_key":"another form","api_key":{"id":"1"}}`:  nil,
		`{"secret_key":"sk-****","api_key":{"id":"1"}}`:       nil,
		`{"secret_key":"","api_key":{"id":"1"}}`:              nil,
		`{"secret_key":null,"api_key":{"id":"1"}}`:            nil,
		`{"secret_key":7,"api_key":{"id":"1"}}`:               nil,
		`{"api_key":{"id":"1"}}`:                              nil,
		`{"secret_key":"sk-1234","api_key":{}}`:               nil,
		`{"secret_key":"sk-1234","api_key":{"id":"sk-1234"}}`: nil,
		`{"secret_key":"sk-1234","api_key":null}`:             nil,
		`{"secret_key":"sk-1234"}`:                            nil,
		`{"secret_key":"sk-1234","id":"1"}`:                   nil,
		`{}`:                                                  nil,
		`null`:                                                nil,
		`[]`:                                                  nil,
		`"sk-1234"`:                                           nil,
		`{"secret_key":"sk-1234","api_`:                       nil,
		``:                                                    nil,
	} {
		got, err := decodeCreated([]byte(body), asked)
		if (err == nil) != (want != nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}

func FuzzDecodeListing(f *testing.F) {
	clienttest.FuzzListing(f, `[{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":true,"inactivity_interval":30}]`,
		func(data string) (*apiclient.Listing[APIKey], error) {
			var entries []json.RawMessage
			if err := json.Unmarshal([]byte(data), &entries); err != nil {
				return nil, err
			}
			l := newListing(entries, true, decodeKey)
			if len(l.Items)+l.Unreadable+l.Odd() > len(entries) {
				return l, errors.New("there are more keys than entries")
			}
			return l, nil
		},
		func(key APIKey) string {
			if !isID(key.ID) {
				return ""
			}
			return key.ID
		}, encode, func(a, b APIKey) bool { return reflect.DeepEqual(a, b) })
}

func FuzzParseTime(f *testing.F) {
	f.Add("2026-11-21T12:00:00.123456+02:00")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTime(s)
		if err != nil {
			return
		}
		if again, err := parseTime(got.Format(time.RFC3339Nano)); err != nil || !again.Equal(got) {
			t.Errorf("%q becomes %s, and that %s, %v", s, got, again, err)
		}
	})
}

// encode is the list of these keys.
func encode(keys []APIKey) string {
	entries := make([]map[string]any, len(keys))
	for i, key := range keys {
		entries[i] = map[string]any{
			"id": key.ID, "username": key.UserName, "name": key.Name, "hint": key.Hint, "is_active": key.Active,
			"is_global_key": key.Global, "collection_id": key.CollectionID, "collection_name": key.CollectionName,
			"inactivity_interval": key.InactivityIntervalDays, "expires_at": key.ExpiresAt,
		}
		if !key.CreatedAt.IsZero() {
			entries[i]["created_at"] = key.CreatedAt
		}
	}
	return clienttest.JSON(entries)
}

func BenchmarkDecodeListing(b *testing.B) {
	keys := make([]APIKey, 1_000)
	for i := range keys {
		keys[i] = APIKey{
			ID: fmt.Sprintf("%08x-ec42-49d2-aef3-ff39099950c5", i), UserName: "alice", Name: fmt.Sprintf("key-%d", i), Hint: "wxyz",
			CreatedAt: time.Unix(1795262400, 0), Active: true, Global: true,
		}
	}
	data := encode(keys)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if l := decodeEntries(b, data); len(l.Items) != len(keys) {
			b.Fatalf("%d keys", len(l.Items))
		}
	}
}
