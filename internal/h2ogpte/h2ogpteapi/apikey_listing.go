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

// The path of the list of keys is written with underscores in the OpenAPI document and with hyphens on the REST page.
const (
	underscoredPath = "admin/api_keys"
	hyphenedPath    = "admin/api-keys"
)

// newListing reads entries. Beside an error, read returns a valid id: what could not be read does not hide the others.
func newListing[T any](entries []json.RawMessage, ended bool, read func(json.RawMessage) (id string, item T, err error)) *apiclient.Listing[T] {
	l := &apiclient.Listing[T]{Partial: !ended}
	for _, entry := range entries {
		id, item, err := read(entry)
		l.Add(id, item, err)
	}
	return l
}

// APIKeys lists the keys, those of all users or with a filter of usernames that match it; how it matches is up to the
// service. The page size is from 2, and 0 for the usual one. See apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context, filter string, size int) (*APIKeyList, error) {
	if size < 2 {
		size = pageSize
	}
	if filter == "" && size == pageSize {
		return c.keys.List(ctx, "") // Everything that reads shares it.
	}
	return c.keys.List(ctx, fmt.Sprintf("%d %s", size, filter))
}

// APIKey finds a key in the list. Created is when it was created, by the service's clock, zero where that is not known.
// The error is ErrNotFound only where it is proven that the key does not exist: see apiclient.Listings.Find.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	if !isID(id) {
		return nil, c.noKey(opList, id)
	}
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

func (c *Client) noKey(op, id string) error {
	return &Error{Op: op, Section: section, Message: "no key has the id " + transport.Clip(c.conn.Secrets.Hide(id)), Err: ErrNotFound}
}

// fetchKeys sends the list requests. They are of the size and filter that APIKeys has written.
func (c *Client) fetchKeys(ctx context.Context, of string, proof bool) (*apiclient.Listing[APIKey], error) {
	sizeText, filter, _ := strings.Cut(of, " ")
	size, err := strconv.Atoi(sizeText)
	if err != nil {
		size = pageSize
	}
	return fetch(ctx, c, opList, &c.pagesOfKeys, size, proof, func(query url.Values) ([]json.RawMessage, error) {
		if filter != "" {
			query.Set("filter", filter)
		}
		return c.pageOfKeys(ctx, query)
	}, decodeKey)
}

// pageOfKeys sends a list request, in the spelling that the service knows: it responds 404 to the other.
func (c *Client) pageOfKeys(ctx context.Context, query url.Values) ([]json.RawMessage, error) {
	if known := c.collection.Load(); known != nil {
		return c.page(ctx, opList, *known, query)
	}
	path := underscoredPath
	entries, err := c.page(ctx, opList, path, query)
	if isUnknown(err) {
		others, otherErr := c.page(ctx, opList, hyphenedPath, query)
		if isUnknown(otherErr) {
			return nil, c.misplaced(err)
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

// listEntry is APIKeyInfo. What the service does not send is absent.
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

// timestamp is a date-time, zero where there is none. What is no date-time is noted: an error of UnmarshalJSON would
// hide the members that follow.
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

// parseTime reads a date-time as RFC 3339 and Python write it, with or without fractions of a second. Without a zone it
// is UTC.
func parseTime(s string) (time.Time, error) {
	s = strings.Replace(strings.ToUpper(s), " ", "T", 1)
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", s)
	}
	t = t.UTC()
	if err == nil && (t.Year() < 1 || t.Year() > 9999) {
		// RFC 3339 could not write it.
		err = errors.New("the year is out of range")
	}
	return t, err
}

// dayCount is a number of days, nil where there is none; a string of digits, or of an interval as the service takes them
// ("30 days"), would say the same.
type dayCount struct {
	days *int64
	bad  bool
}

// UnmarshalJSON returns no error, as that of timestamp.
func (d *dayCount) UnmarshalJSON(b []byte) error {
	*d = dayCount{}
	if text := strings.Trim(string(b), `"`); text != "null" && text != "" {
		digits, _, _ := strings.Cut(text, " day")
		n, err := strconv.ParseInt(strings.TrimSuffix(digits, ".0"), 10, 64)
		d.days, d.bad = &n, err != nil || n < 0
	}
	return nil
}

// decodeKey reads an entry of the list. Beside an error the id is returned, if it is valid.
func decodeKey(raw json.RawMessage) (string, APIKey, error) {
	var e listEntry
	err := json.Unmarshal(raw, &e)
	if !isID(e.ID) {
		return "", APIKey{}, errors.New("the entry has no id")
	}
	switch {
	case err != nil:
	case e.CreatedAt.bad || e.ExpiresAt.bad:
		err = errors.New("the entry holds an invalid time")
	case e.InactivityInterval.bad:
		err = errors.New("the entry holds an invalid inactivity interval")
	case strings.ContainsFunc(e.UserName+e.Name+e.Hint+e.CollectionID+e.CollectionName, unicode.IsControl):
		err = errors.New("the entry holds control characters")
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

// isID says whether the text can be an id, and a part of a path. A secret is no id: it would be shown.
func isID(s string) bool {
	return s != "" && s != "." && s != ".." && !secretAnywhere.MatchString(s) && transport.IsPrintable(s)
}
