// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// listEntry is an entry of data.data[]. In the Kubernetes Secret of a key, the fields for the workspace and the date are
// sliceName and validUntil. Lists of EGS before 1.12 may use these names too.
type listEntry struct {
	ID                 string     `json:"id"`
	APIKey             string     `json:"apiKey"`
	Description        string     `json:"description"`
	Name               string     `json:"name"`
	Role               string     `json:"role"`
	ServiceAccountName string     `json:"saName"`
	WorkspaceName      string     `json:"workspaceName"`
	SliceName          string     `json:"sliceName"`
	TokenTTLSeconds    ttlSeconds `json:"tokenTtlSeconds"`
	UserName           string     `json:"userName"`
	Validity           string     `json:"validity"`
	ValidUntil         string     `json:"validUntil"`
}

// ttlSeconds is a string in every recorded list; a number is accepted too. Any other value is treated as unknown, and does not
// make the key invalid.
type ttlSeconds int64

func (t *ttlSeconds) UnmarshalJSON(b []byte) error {
	if n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64); err == nil {
		*t = ttlSeconds(n)
	}
	return nil
}

// decodeListing decodes the data of a list: {"data":[…]}. The parameter most is the maximum number of entries: see
// apiclient.Entries. decodeListing counts invalid entries and returns the others.
func decodeListing(data json.RawMessage, most int) (l *apiclient.Listing[APIKey], err error) {
	l = &apiclient.Listing[APIKey]{}
	l.Inferred, err = apiclient.Entries(data, "data", most, func(entry *listEntry, err error) {
		key, err := entry.key(err)
		l.Add(key.ID, key, err)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// key converts the entry to an APIKey. The parameter err is the error from decoding the entry. If key returns an error, the
// returned APIKey has only an id. The id is "" if the id of the entry is invalid.
func (e *listEntry) key(err error) (APIKey, error) {
	if md5Sum.MatchString(e.ID) {
		e.ID = strings.ToLower(e.ID)
	}
	genuine := e.ID != "" && e.ID == APIKeyID(e.APIKey)
	if !genuine && apiclient.ContainsSecret(e.ID, e.APIKey) {
		// Ids are shown to users, so an id must not be a secret.
		return APIKey{}, errors.New("the entry shows its secret as its id")
	}
	if !transport.IsPrintable(e.ID) || (e.ID == "" && !isSecret(e.APIKey, "")) {
		return APIKey{}, errors.New("the entry has no id")
	}
	if err == nil && (!transport.IsPrintable(e.Role+e.WorkspaceName+e.SliceName+e.Validity+e.ValidUntil) ||
		strings.ContainsFunc(e.Name+e.UserName, unicode.IsControl)) {
		err = errors.New("the entry contains control characters")
	}
	if err != nil {
		return APIKey{ID: cmp.Or(e.ID, APIKeyID(e.APIKey))}, err
	}
	key := APIKey{
		ID:                 e.ID,
		Name:               e.Name,
		Description:        e.Description,
		Role:               e.Role,
		ServiceAccountName: e.ServiceAccountName,
		WorkspaceName:      cmp.Or(e.WorkspaceName, e.SliceName),
		UserName:           e.UserName,
		ValidUntil:         date(cmp.Or(e.Validity, e.ValidUntil)),
		TokenTTLSeconds:    int64(e.TokenTTLSeconds),
	}
	if genuine && e.APIKey != "" || isSecret(e.APIKey, "") {
		key.Secret = e.APIKey
		key.ID = cmp.Or(key.ID, APIKeyID(e.APIKey))
	}
	return key, nil
}

// md5Sum matches the usual form of an id: an MD5 in hexadecimal digits of any letter case.
var md5Sum = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// isSecret reports whether s is a secret and not a mask such as "****". Some versions of EGS may show masks in lists. A
// secret is a UUID, or its MD5 is the parameter id.
func isSecret(s, id string) bool { return s != "" && (APIKeyID(s) == id || LooksLikeSecret(s)) }

// LooksLikeSecret reports whether the text has the form of an API key: a UUID.
func LooksLikeSecret(s string) bool { return uuid.MatchString(s) }
