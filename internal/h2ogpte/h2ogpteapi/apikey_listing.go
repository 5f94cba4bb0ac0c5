// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// The OpenAPI document spells the path of the list of keys with underscores. The REST page spells the path with hyphens.
const (
	underscoredPath = "admin/api_keys"
	hyphenedPath    = "admin/api-keys"
)

// newListing returns the listing of the entries. The function read returns the id of an entry even with an error, if the id
// is valid. An unreadable entry does not affect the other entries.
func newListing[T any](entries []json.RawMessage, ended bool, read func(json.RawMessage) (id string, item T, err error)) *apiclient.Listing[T] {
	l := &apiclient.Listing[T]{Partial: !ended}
	for _, entry := range entries {
		id, item, err := read(entry)
		l.Add(id, item, err)
	}
	return l
}

// APIKeys lists the keys of all users or, with a filter, of users whose names match the filter. How names match is not
// documented. The parameter size is the number of keys per page. A size below 2 selects the default of 100. See
// apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context, filter string, size int) (*APIKeyList, error) {
	if size < 2 {
		size = pageSize
	}
	if filter == "" && size == pageSize {
		return c.keys.List(ctx, "") // All readers share this listing.
	}
	return c.keys.List(ctx, fmt.Sprintf("%d %s", size, filter))
}

// APIKey finds a key in the list. created is the time when the key was created, by the service's clock, or zero if that
// time is unknown. The error is ErrNotFound only if lists prove that the key does not exist: see apiclient.Listings.Find.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	if !isID(id) {
		return nil, c.noKey(opList, id)
	}
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

func (c *Client) noKey(op, id string) error {
	return &Error{Op: op, Section: section, Message: "no key has the id " + transport.Clip(c.conn.Secrets.Hide(id)), Err: ErrNotFound}
}

// fetchKeys sends the list requests. The parameter "of" contains the page size and the filter, separated by a space. If it
// is empty, fetchKeys uses the default size and no filter.
func (c *Client) fetchKeys(ctx context.Context, of string, proof bool) (*apiclient.Listing[APIKey], error) {
	sizeText, filter, _ := strings.Cut(of, " ")
	size, err := strconv.Atoi(sizeText)
	if err != nil {
		size = pageSize
	}
	return fetch(ctx, c, opList, &c.keyPages, size, proof, func(query url.Values) ([]json.RawMessage, error) {
		if filter != "" {
			query.Set("filter", filter)
		}
		return c.pageOfKeys(ctx, query)
	}, decodeKey)
}

// pageOfKeys sends a list request. The service responds with 404 to one of the two spellings of the path. Until a list
// request has succeeded, pageOfKeys tries the other spelling after a 404.
func (c *Client) pageOfKeys(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
	if known := c.collection.Load(); known != nil {
		return c.page(ctx, opList, *known, query)
	}
	path := underscoredPath
	entries, err := c.page(ctx, opList, path, query)
	if isUnknown(err) {
		others, otherErr := c.page(ctx, opList, hyphenedPath, query)
		if isUnknown(otherErr) {
			return nil, c.wrongBaseURL(err)
		}
		path, entries, err = hyphenedPath, others, otherErr
	}
	if err == nil {
		c.collection.Store(&path)
	}
	return entries, err
}

func (c *Client) pathOfKeys() string {
	if known := c.collection.Load(); known != nil {
		return *known
	}
	return underscoredPath
}

// listEntry is APIKeyInfo of the OpenAPI document, without the members that the client does not need.
type listEntry struct {
	ID                 string    `json:"id"`
	UserName           string    `json:"username"`
	Name               string    `json:"name"`
	Hint               string    `json:"hint"`
	CreatedAt          timestamp `json:"created_at"`
	IsActive           *bool     `json:"is_active"`
	IsGlobalKey        bool      `json:"is_global_key"`
	ExpiresAt          timestamp `json:"expires_at"`
	InactivityInterval dayCount  `json:"inactivity_interval"`
	CollectionID       string    `json:"collection_id"`
	CollectionName     string    `json:"collection_name"`
}

// timestamp is a date-time, or zero for none. UnmarshalJSON sets bad for an invalid value. If UnmarshalJSON returned an
// error instead, encoding/json would skip the members that follow.
type timestamp struct {
	time.Time
	bad bool
}

func (t *timestamp) UnmarshalJSON(b []byte) error {
	var s *string
	err := json.Unmarshal(b, &s)
	*t = timestamp{bad: err != nil}
	if err == nil && s != nil && *s != "" {
		t.Time, err = parseTime(*s)
		t.bad = err != nil
	}
	return nil
}

func (t timestamp) orNil() *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}

// parseTime parses a date-time in the form of RFC 3339 or Python, with or without fractions of a second. A time without a
// zone is UTC.
func parseTime(s string) (time.Time, error) {
	s = strings.Replace(strings.ToUpper(s), " ", "T", 1)
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", s)
	}
	t = t.UTC()
	if err == nil && (t.Year() < 1 || t.Year() > 9999) {
		// RFC 3339 has only years of four digits.
		err = errors.New("the year is out of range")
	}
	return t, err
}

// dayCount is a number of days, or nil for none. The JSON value is a number, a string of digits, or an interval in the
// format of requests ("30 days").
type dayCount struct {
	days *int64
	bad  bool
}

// UnmarshalJSON sets bad instead of returning an error: see timestamp.
func (d *dayCount) UnmarshalJSON(b []byte) error {
	*d = dayCount{}
	if text := strings.Trim(string(b), `"`); text != "null" && text != "" {
		digits, _, _ := strings.Cut(text, " day")
		n, err := strconv.ParseInt(strings.TrimSuffix(digits, ".0"), 10, 64)
		d.days, d.bad = &n, err != nil || n < 0
	}
	return nil
}

// decodeKey decodes an entry of the list. If the id is valid, decodeKey returns the id even with an error.
func decodeKey(raw json.RawMessage) (string, APIKey, error) {
	var e listEntry
	err := json.Unmarshal(raw, &e)
	if !isID(e.ID) {
		return "", APIKey{}, errors.New("the entry has no id")
	}
	switch {
	case err != nil:
	case e.CreatedAt.bad || e.ExpiresAt.bad:
		err = errors.New("the entry contains an invalid time")
	case e.InactivityInterval.bad:
		err = errors.New("the entry contains an invalid inactivity interval")
	case strings.ContainsFunc(e.UserName+e.Name+e.Hint+e.CollectionID+e.CollectionName, unicode.IsControl):
		err = errors.New("the entry contains control characters")
	}
	if err != nil {
		return e.ID, APIKey{}, err
	}
	return e.ID, APIKey{
		ID:                     e.ID,
		UserName:               e.UserName,
		Name:                   e.Name,
		Hint:                   e.Hint,
		CreatedAt:              e.CreatedAt.Time,
		Active:                 e.IsActive == nil || *e.IsActive,
		Global:                 e.IsGlobalKey,
		ExpiresAt:              e.ExpiresAt.orNil(),
		InactivityIntervalDays: e.InactivityInterval.days,
		CollectionID:           e.CollectionID,
		CollectionName:         e.CollectionName,
	}, nil
}

// isID reports whether the text can be an id and a path element. A text that looks like a secret is rejected, since
// messages show ids.
func isID(s string) bool {
	return s != "" && s != "." && s != ".." && !secretPattern.MatchString(s) && transport.IsPrintable(s)
}
