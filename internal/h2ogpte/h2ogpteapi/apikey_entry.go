// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
)

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

// UnmarshalJSON implements json.Unmarshaler.
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

// orNil is nil where there is no time.
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

// UnmarshalJSON implements json.Unmarshaler. See timestamp for errors.
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
		err = errors.New("the entry holds a time that is none")
	case e.InactivityInterval.bad:
		err = errors.New("the entry holds an inactivity interval that is no number of days")
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
	return s != "" && s != "." && s != ".." && !secretAnywhere.MatchString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
