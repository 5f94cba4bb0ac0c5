// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// APIKeyList is a list of keys, sorted by id. Unreadable are also those that hide their key.
type APIKeyList = apiclient.List[APIKey]

// APIKeys lists all keys, the client's own too: see apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context) (*APIKeyList, error) { return c.keys.List(ctx, "") }

// APIKey finds a key in the list. Created is when it was created, by the service's clock, zero where that is not known.
// The error is ErrNotFound only where it is proven that the key does not exist (see apiclient.Listings.Find), and
// ErrHidden where the list hides keys.
func (c *Client) APIKey(ctx context.Context, id string, created time.Time) (*APIKey, error) {
	return c.keys.Find(ctx, apiclient.Ref[APIKey]{ID: id, Created: created})
}

// refusesListing says whether the service does not let these credentials list. A 404 may say that there are no keys.
func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
}

// fetch sends the list request. No refusal is known to mean that there are no keys.
func (c *Client) fetch(ctx context.Context, _ string, _ bool) (*apiclient.Listing[APIKey], error) {
	r := c.request(opList, http.MethodGet)
	r.Repeatable, r.List = true, true
	document, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	l, err := decodeListing(document, c.conn.MaxEntries())
	if err != nil {
		return nil, c.conn.Unlisted(r, err)
	}
	c.conn.Secrets.LearnListed("", apiclient.SecretsOf(l, func(key *APIKey) string { return key.Secret }))
	return l, nil
}

// errHidden: the entry shows a mask in its key's place.
var errHidden = errors.New("the entry hides its key")

var errTwice = errors.New("the entry is listed twice")

// listEntry is an entry of the list.
type listEntry struct {
	APIKey *string         `json:"api_key"`
	Config json.RawMessage `json:"config"`
}

// decodeListing reads a list of so many entries, and so many members of their configs, at most:
// [{"api_key":"…","config":{…}}]. An entry that cannot be read does not hide the others.
func decodeListing(document json.RawMessage, most int) (*apiclient.Listing[APIKey], error) {
	l := &apiclient.Listing[APIKey]{}
	members := 0
	none, err := apiclient.Entries(document, "", most, func(entry *listEntry, err error) {
		if members > most {
			return
		}
		key, err := entry.key(err)
		members += len(key.Config)
		switch {
		case errors.Is(err, errHidden):
			l.Hidden++
			l.Silent = ErrHidden
		case l.Has(key.ID):
			// What stands there again and again may be a text in the place of keys.
			l.Add("", key, errTwice)
			l.Add(key.ID, key, errTwice)
		default:
			l.Add(key.ID, key, err)
		}
	})
	if none {
		err = errors.New("the list is not a JSON array")
	}
	if members > most {
		err = fmt.Errorf("%w: its configs have more than %d members", apiclient.ErrListTooLarge, most)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// key is the key of an entry that was decoded with this error. Beside an error the id is set, where there is one.
func (e *listEntry) key(err error) (APIKey, error) {
	if err != nil {
		return APIKey{}, err
	}
	switch {
	case e.APIKey == nil && e.Config == nil:
		return APIKey{}, errors.New("the entry does not describe a key")
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
		return APIKey{ID: key.ID}, errors.New("the permissions of the entry are not a string")
	}
	if permissions != nil {
		key.Permissions = *permissions
	}
	if !transport.IsPrintable(key.Permissions) {
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
