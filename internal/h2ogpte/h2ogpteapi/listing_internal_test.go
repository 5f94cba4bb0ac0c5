// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

func TestDecodeKey_entries(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, time.November, 21, 12, 0, 0, 123456000, time.UTC)
	expires := time.Date(2026, time.December, 21, 12, 0, 0, 0, time.UTC)
	active := func(key APIKey) *APIKey {
		key.ID, key.Active = "1", true
		return &key
	}
	clienttest.Entries(t, `[{"id":"first"},%s,{"id":"last"}]`, decodeKeys, idOf, nil, map[string]clienttest.Entry[APIKey]{
		"all members": {
			JSON: `{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":true,` +
				`"is_global_key":true,"expires_at":"2026-12-21T12:00:00Z","last_used_at":"2026-11-22T12:00:00Z","inactivity_interval":30,` +
				`"total_calls":7,"collection_name":"Papers","collection_id":"c"}`,
			Want: &APIKey{
				ID: "1", UserName: "alice", Name: "a", Hint: "wxyz", CreatedAt: created, Active: true, Global: true,
				ExpiresAt: &expires, InactivityIntervalDays: new(int64(30)), CollectionID: "c", CollectionName: "Papers",
			},
		},
		"required members only": {
			JSON: `{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":false,"is_global_key":false}`,
			Want: &APIKey{ID: "1", UserName: "alice", Name: "a", Hint: "wxyz", CreatedAt: created},
		},
		"null members": {
			JSON: `{"id":"1","username":null,"name":null,"hint":null,"created_at":null,"is_active":null,"is_global_key":null,` +
				`"expires_at":null,"inactivity_interval":null,"collection_name":null,"collection_id":null}`,
			Want: active(APIKey{}),
		},
		"nothing but an id":          {JSON: `{"id":"1"}`, Want: active(APIKey{})},
		"unknown members":            {JSON: `{"id":"1","new":{"a":[1]},"user_id":7}`, Want: active(APIKey{})},
		"time without a zone":        {JSON: `{"id":"1","created_at":"2026-11-21T12:00:00.123456"}`, Want: active(APIKey{CreatedAt: created})},
		"empty times":                {JSON: `{"id":"1","created_at":"","expires_at":""}`, Want: active(APIKey{})},
		"interval as in requests":    {JSON: `{"id":"1","inactivity_interval":"30 days"}`, Want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval as a string":       {JSON: `{"id":"1","inactivity_interval":"30"}`, Want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval with a fraction":   {JSON: `{"id":"1","inactivity_interval":30.0}`, Want: active(APIKey{InactivityIntervalDays: new(int64(30))})},
		"interval of zero days":      {JSON: `{"id":"1","inactivity_interval":0}`, Want: active(APIKey{InactivityIntervalDays: new(int64(0))})},
		"invalid created_at":         {JSON: `{"created_at":"yesterday","id":"1"}`, UnreadableID: "1"},
		"created_at as a number":     {JSON: `{"created_at":1795262400,"id":"1"}`, UnreadableID: "1"},
		"invalid expires_at":         {JSON: `{"expires_at":"soon","id":"1"}`, UnreadableID: "1"},
		"invalid interval":           {JSON: `{"inactivity_interval":"a while","id":"1"}`, UnreadableID: "1"},
		"interval as an object":      {JSON: `{"inactivity_interval":{"days":30},"id":"1"}`, UnreadableID: "1"},
		"negative interval":          {JSON: `{"inactivity_interval":-1,"id":"1"}`, UnreadableID: "1"},
		"is_active as a string":      {JSON: `{"is_active":"yes","id":"1"}`, UnreadableID: "1"},
		"name as a number":           {JSON: `{"name":7,"id":"1"}`, UnreadableID: "1"},
		"control characters":         {JSON: `{"id":"1","name":"a\u001b[2J"}`, UnreadableID: "1"},
		"duplicate id":               {JSON: `{"id":"first","name":"a"}`, UnreadableID: "first"},
		"no id":                      {JSON: `{"name":"a"}`, Unreadable: 1},
		"id as a number":             {JSON: `{"id":7}`, Unreadable: 1},
		"id that is a secret":        {JSON: `{"id":"sk-abcdefgh"}`, Unreadable: 1},
		"id that is a path element":  {JSON: `{"id":".."}`, Unreadable: 1},
		"id with control characters": {JSON: `{"id":"1\n"}`, Unreadable: 1},
		"null":                       {JSON: `null`, Unreadable: 1},
		"text":                       {JSON: `"sk-abcdefgh"`, Unreadable: 1},
		"array":                      {JSON: `[]`, Unreadable: 1},
	})
}

func decodeKeys(list string) (*apiclient.Listing[APIKey], error) {
	var entries []json.RawMessage
	if err := json.Unmarshal([]byte(list), &entries); err != nil {
		return nil, err
	}
	l := newListing(entries, true, decodeKey)
	if len(l.Items)+l.Unreadable+l.NumUnreadableIDs() > len(entries) {
		return l, errors.New("there are more keys than entries")
	}
	return l, nil
}

// idOf returns the id that the decoder must return for a key, or "" if the id is invalid.
func idOf(key APIKey) string {
	if !isID(key.ID) {
		return ""
	}
	return key.ID
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
	requested := NewAPIKey{UserName: "alice", Name: "a", CollectionID: "c", InactivityIntervalDays: new(int64(7))}
	for body, want := range map[string]*CreatedAPIKey{
		`{"secret_key":"sk-1234","api_key":{"id":"1","name":"b"}}`: {Secret: "sk-1234", APIKey: APIKey{ID: "1", Name: "b", Active: true}},
		// The client keeps a created key even if other members of the response are invalid.
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
		got, err := decodeCreated([]byte(body), requested)
		if (err == nil) != (want != nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}

func FuzzDecodeListing(f *testing.F) {
	clienttest.FuzzListing(f, `[{"id":"1","username":"alice","name":"a","hint":"wxyz","created_at":"2026-11-21T12:00:00.123456Z","is_active":true,"inactivity_interval":30}]`,
		decodeKeys, idOf, encode, func(a, b APIKey) bool { return reflect.DeepEqual(a, b) })
}

func FuzzParseTime(f *testing.F) {
	f.Add("2026-11-21T12:00:00.123456+02:00")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTime(s)
		if err != nil {
			return
		}
		if again, err := parseTime(got.Format(time.RFC3339Nano)); err != nil || !again.Equal(got) {
			t.Errorf("%q is parsed as %s, and this as %s, %v", s, got, again, err)
		}
	})
}

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
		if l, err := decodeKeys(data); err != nil || len(l.Items) != len(keys) {
			b.Fatalf("%+v, %v", l, err)
		}
	}
}
