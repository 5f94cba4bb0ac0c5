// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"crypto/md5"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	triedCreate = "Error creating Api Key"
	triedDelete = "Error deleting Api Key"
)

// Key has the values of a new API key. Role is Owner, Editor or Viewer. Validity is a date, YYYY-MM-DD. UserName defaults to
// admin.
type Key struct {
	Name, Description, Role, WorkspaceName, UserName, Validity string
	// TokenTTL is the lifetime of the key's access tokens. Defaults to Options.TokenTTL.
	TokenTTL time.Duration
}

// ListedKey is an API key as the list shows it, without its secret.
type ListedKey struct {
	// ID is the lowercase hexadecimal MD5 of the secret by default. For other forms see Options.KeyIDs.
	ID            string `json:"id"`
	Description   string `json:"description"`
	Name          string `json:"name"`
	Role          string `json:"role"`
	SAName        string `json:"saName"`
	WorkspaceName string `json:"workspaceName"`
	// TokenTTLSeconds is a string on the wire.
	TokenTTLSeconds string `json:"tokenTtlSeconds"`
	UserName        string `json:"userName"`
	Validity        string `json:"validity"`
}

// listEntry is a key in a list. Nil members are omitted.
type listEntry struct {
	*ListedKey
	APIKey        *string `json:"apiKey,omitempty"`
	Description   *string `json:"description,omitempty"`
	WorkspaceName *string `json:"workspaceName,omitempty"`
	SliceName     *string `json:"sliceName,omitempty"`
	Validity      string  `json:"validity,omitempty"`
	ValidUntil    string  `json:"validUntil,omitempty"`
}

// createKey handles POST /api/v1/api-key. The response has the secret and no id.
func (s *Simulator) createKey(c simulation.Call, caller grant) simulation.Reply {
	if !caller.writes() {
		return s.forbidden()
	}
	dates := s.options.Dialect.dateMembers()
	in := s.body(c, triedCreate, append([]string{"name", "role", "userName", "description", "workspaceName"}, dates...)...)
	key := Key{
		Name: s.options.Named(in.mustText("name")), Role: in.mustText("role"), Description: in.Text("description"),
		WorkspaceName: in.Text("workspaceName"), UserName: in.Text("userName"),
	}
	date := dates[0]
	for _, name := range slices.Backward(dates) {
		if text := in.Text(name); text != "" {
			date, key.Validity = name, text
		}
	}
	in.must(date, key.Validity != "")
	if key.Role == roleEditor || key.Role == roleViewer {
		in.must("workspaceName", key.WorkspaceName != "")
	}
	in.refuseInvalid()
	in.checkKey(key, date)
	if !caller.manages(key.Role, key.WorkspaceName) {
		in.Refuse(s.forbidden())
	}
	if key.WorkspaceName != "" && s.workspaces.ByID(key.WorkspaceName) == nil {
		in.deny(s.options.UnknownWorkspaceStatus, workspaceNotFound(key.WorkspaceName))
	}
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	return success(map[string]string{"apiKey": s.AddKey(key)})
}

// checkKey refuses an invalid role or date. The parameter date is the member name of the validity in the request.
func (b *body) checkKey(key Key, date string) {
	invalid := func(status int, field, text string) {
		b.deny(status, text, detail{Reason: "FieldValueInvalid", Message: text, Field: field})
	}
	if key.Role != roleOwner && key.Role != roleEditor && key.Role != roleViewer {
		invalid(b.s.options.UnknownRoleStatus, "role", fmt.Sprintf("role %q is not one of Owner, Editor, Viewer", key.Role))
	}
	if !isDate(key.Validity) {
		invalid(http.StatusUnprocessableEntity, date, fmt.Sprintf("%s %q is not a date of the form YYYY-MM-DD", date, key.Validity))
	}
	if b.s.expired(key.Validity) {
		invalid(b.s.options.PastDateStatus, date, fmt.Sprintf("%s %s is in the past", date, key.Validity))
	}
}

// listKeys handles GET /api/v1/api-key/list. It ignores query parameters with names that Options.Dialect does not have. So a
// list with an unknown filter has all keys.
func (s *Simulator) listKeys(c simulation.Call, caller grant) simulation.Reply {
	var filters []string
	for _, name := range s.options.Dialect.filterParameters() {
		workspace := c.Query.Get(name)
		if workspace == "" {
			continue
		}
		if caller.bound && workspace != caller.workspace {
			return s.forbidden()
		}
		filters = append(filters, workspace)
	}
	if len(filters) == 0 && (s.options.UnfilteredList == UnfilteredRefusedToAll ||
		(s.options.UnfilteredList == UnfilteredRefused && caller.bound)) {
		return s.forbidden()
	}
	keys := slices.DeleteFunc(s.keys.Listed(), func(key *simulation.Item[ListedKey]) bool {
		other := func(workspace string) bool { return key.Value.WorkspaceName != workspace }
		return slices.ContainsFunc(filters, other) || !caller.sees(key.Value) ||
			(s.options.HideExpiredKeys && s.expired(key.Value.Validity))
	})
	if len(keys) == 0 {
		return s.emptyList(s.options.EmptyKeyList, "data", s.refuse(http.StatusNotFound, "", "No API Keys found"))
	}
	entries := make([]listEntry, len(keys))
	for i, key := range keys {
		entries[i] = s.entry(key)
	}
	return success(map[string]any{"data": entries})
}

// entry returns the key as a list shows it. The entry points to the strings of the key instead of copying them.
func (s *Simulator) entry(item *simulation.Item[ListedKey]) listEntry {
	key := &item.Value
	entry := listEntry{
		ListedKey: key, APIKey: &item.Secret, Description: &key.Description, WorkspaceName: &key.WorkspaceName,
		Validity: s.shownValidity(key.Validity),
	}
	switch s.options.ListedSecrets {
	case SecretsShown:
	case SecretsMasked:
		entry.APIKey = new("********-****-****-****-********" + item.Secret[len(item.Secret)-4:])
	case SecretsOmitted:
		entry.APIKey = nil
	}
	if s.options.OmitEmptyMembers {
		if key.Description == "" {
			entry.Description = nil
		}
		if key.WorkspaceName == "" {
			entry.WorkspaceName = nil
		}
	}
	if s.options.SecretNames {
		entry.WorkspaceName, entry.SliceName = nil, entry.WorkspaceName
		entry.Validity, entry.ValidUntil = "", entry.Validity
	}
	return entry
}

func (s *Simulator) shownValidity(validity string) string {
	if s.options.ValidityAsTimestamp && isDate(validity) {
		return validity + "T00:00:00Z"
	}
	return validity
}

// deleteKey handles DELETE /api/v1/api-key, which identifies the key by its secret.
func (s *Simulator) deleteKey(c simulation.Call, caller grant) simulation.Reply {
	if !caller.writes() {
		return s.forbidden()
	}
	in := s.body(c, triedDelete, "apiKey")
	secret := in.mustText("apiKey")
	if refused := in.refused(); refused != nil {
		return *refused
	}
	key := s.keys.BySecret(secret)
	if key != nil && !caller.sees(key.Value) {
		return s.forbidden()
	}
	if key == nil || !s.keys.Remove(key.ID) {
		return s.refuse(s.options.DeleteUnknownStatus, triedDelete, "API Key not found")
	}
	return s.deleted(nil)
}

// deleted returns the response to a successful delete. The parameter data is the data of the envelope, if the response has an
// envelope.
func (s *Simulator) deleted(data any) simulation.Reply {
	switch s.options.DeleteBody {
	case DeleteBodyNull:
		return simulation.JSON(http.StatusOK, nil)
	case DeleteBodyEmpty:
		return simulation.Reply{Status: http.StatusOK}
	default:
		return success(data)
	}
}

// Keys returns all keys in the order of the list, including keys that a list would hide.
func (s *Simulator) Keys() []ListedKey {
	keys := simulation.Values(s.keys.All())
	for i := range keys {
		keys[i].Validity = s.shownValidity(keys[i].Validity)
	}
	return keys
}

// DeleteKey deletes a key outside the API, and reports whether the key existed.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.Remove(id) }

// ChangeKey sets members of a key by their wire names, outside the API and without validation. If members has no `saName`,
// ChangeKey derives it from `role` and `workspaceName`. The error is simulation.ErrUnknown if the key does not exist. Any
// other error names a member that is unknown or cannot be set. `id` cannot be set, since it is derived from the secret.
func (s *Simulator) ChangeKey(id string, members map[string]string) error {
	return s.keys.Change(id, func(key *ListedKey) error {
		err := simulation.SetMembers(members, map[string]*string{
			"description": &key.Description, "name": &key.Name, "role": &key.Role, "saName": &key.SAName,
			"workspaceName": &key.WorkspaceName, "tokenTtlSeconds": &key.TokenTTLSeconds, "userName": &key.UserName,
			"validity": &key.Validity,
		}, func(field *string, value string) error {
			*field = value
			return nil
		})
		if _, given := members["saName"]; !given {
			key.SAName = serviceAccount(key.Role, key.WorkspaceName)
		}
		return err
	})
}

// Secret returns the secret of the key with this id, or "" if the key does not exist.
func (s *Simulator) Secret(id string) string { return s.keys.Secret(id) }

// AddKey adds a key outside the API, without validation, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) {
	secret = simulation.NewUUID()
	userName := cmp.Or(key.UserName, "admin") // the default in the SDK and on the REST page
	switch s.options.UserNameCase {
	case UserNameCapitalized:
		first, size := utf8.DecodeRuneInString(userName)
		userName = string(unicode.ToUpper(first)) + userName[size:]
	case UserNameUpper:
		userName = strings.ToUpper(userName)
	case UserNameAsSent:
	}
	id := keyID(secret)
	switch s.options.KeyIDs {
	case KeyIDsMD5:
	case KeyIDsUpper:
		id = strings.ToUpper(id)
	case KeyIDsOwn:
		id = "key-" + simulation.NewUUID()
	}
	s.keys.Add(simulation.Item[ListedKey]{ID: id, Secret: secret, Value: ListedKey{
		ID: id, Description: key.Description, Name: key.Name, Role: key.Role,
		SAName: serviceAccount(key.Role, key.WorkspaceName), WorkspaceName: key.WorkspaceName,
		TokenTTLSeconds: strconv.FormatInt(wholeSeconds(cmp.Or(key.TokenTTL, s.options.TokenTTL)), 10),
		UserName:        userName, Validity: key.Validity,
	}})
	return secret
}

// keyID returns the id of the key with this secret. In the example of the REST page, the id of
// 45338461-ec42-49d2-aef3-ff39099950c5 is 030b514f342dcf5ac94f3f39726c247e.
func keyID(secret string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(secret))) // the hash is only an id, not a protection
}

// isDate reports whether a create body's date has the form YYYY-MM-DD.
func isDate(validity string) bool {
	_, err := time.Parse(time.DateOnly, validity)
	return err == nil
}

// expired reports whether a key with this validity has expired. If the validity is a timestamp, only its date matters. If the
// validity is not a date, the key never expires.
func (s *Simulator) expired(validity string) bool {
	date, _, _ := strings.Cut(validity, "T")
	end, err := time.ParseInLocation(time.DateOnly, date, s.options.ExpiryZone)
	if !s.options.ExpiryExclusive {
		end = end.AddDate(0, 0, 1)
	}
	return err == nil && !s.Now().Before(end)
}
