// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"unicode"
)

// errHidden: the entry shows a mask in its key's place.
var errHidden = errors.New("the entry hides its key")

// listEntry is an entry of the list.
type listEntry struct {
	APIKey *string         `json:"api_key"`
	Config json.RawMessage `json:"config"`
}

// decodeListing reads a list: [{"api_key":"…","config":{…}}]. An entry that cannot be
// read does not hide the others.
func decodeListing(document json.RawMessage) (*listing, error) {
	var entries []json.RawMessage
	if err := json.Unmarshal(document, &entries); err != nil || entries == nil {
		return nil, errors.New("the list is no JSON array")
	}
	l := &listing{
		keys: make([]APIKey, 0, len(entries)),
		byID: make(map[string]int, len(entries)),
		odd:  map[string]bool{},
	}
	for _, entry := range entries {
		l.add(decodeKey(entry))
	}
	return l, nil
}

// add takes up what was read of an entry.
func (l *listing) add(key APIKey, err error) {
	_, twice := l.byID[key.ID]
	switch {
	case errors.Is(err, errHidden):
		l.hidden++
	case key.ID == "" || twice || l.odd[key.ID]:
		// What stands there again and again may be a text in the place of keys.
		l.unreadable++
	case err != nil:
		l.odd[key.ID] = true
	default:
		l.byID[key.ID] = len(l.keys)
		l.keys = append(l.keys, key)
	}
}

// decodeKey reads an entry of the list. Beside an error the id is set, where there is one.
func decodeKey(raw json.RawMessage) (APIKey, error) {
	var e listEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return APIKey{}, err
	}
	switch {
	case e.APIKey == nil && e.Config == nil:
		return APIKey{}, errors.New("the entry holds nothing of a key")
	case e.APIKey == nil || (!isSecret(*e.APIKey) && !strings.ContainsFunc(*e.APIKey, unicode.IsControl)):
		return APIKey{}, errHidden
	case !isSecret(*e.APIKey):
		return APIKey{}, errors.New("the entry holds control characters")
	}
	key := APIKey{ID: APIKeyID(*e.APIKey), Secret: *e.APIKey}
	if err := json.Unmarshal(e.Config, &key.Config); err != nil || key.Config == nil {
		return APIKey{ID: key.ID}, errors.New("the entry has no config")
	}
	// A key may have no permissions, but none of another kind: those could not be told.
	var permissions *string
	if given, ok := key.Config[permissionsMember]; ok && json.Unmarshal(given, &permissions) != nil {
		return APIKey{ID: key.ID}, errors.New("the entry's permissions are no text")
	}
	if permissions != nil {
		key.Permissions = *permissions
	}
	if strings.ContainsFunc(key.Permissions, unicode.IsControl) {
		return APIKey{ID: key.ID}, errors.New("the entry holds control characters")
	}
	delete(key.Config, permissionsMember)
	return key, nil
}

// sameJSON says whether two documents are the same but for their writing.
func sameJSON(a, b json.RawMessage) bool {
	one, errOne := decodeAny(a)
	other, errOther := decodeAny(b)
	return errOne == nil && errOther == nil && reflect.DeepEqual(one, other)
}

// decodeAny keeps numbers as they are written.
func decodeAny(document json.RawMessage) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
