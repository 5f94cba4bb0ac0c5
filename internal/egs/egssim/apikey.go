// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	triedCreate = "Error creating Api Key"
	triedDelete = "Error deleting Api Key"

	messageForbidden = "Forbidden: You lack required permissions"
	messageNoKeys    = "No API Keys found"
)

// listEntry is a key in the list's answer. Members that are nil are left out.
type listEntry struct {
	ID              string  `json:"id"`
	APIKey          *string `json:"apiKey,omitempty"`
	Description     *string `json:"description,omitempty"`
	Name            string  `json:"name"`
	Role            string  `json:"role"`
	SAName          string  `json:"saName"`
	WorkspaceName   *string `json:"workspaceName,omitempty"`
	TokenTTLSeconds string  `json:"tokenTtlSeconds"`
	UserName        string  `json:"userName"`
	Validity        string  `json:"validity"`
}

// keyList is the list's `data`, which holds another `data`.
type keyList struct {
	Data []listEntry `json:"data"`
}

// createKey is POST /api/v1/api-key. Its answer has the secret and no id.
func (s *Simulator) createKey(c simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner && caller.role != roleEditor {
		return failure(http.StatusForbidden, messageForbidden)
	}
	dates := s.options.Dialect.dateMembers()
	known := append([]string{"name", "role", "userName", "description", "workspaceName"}, dates...)
	values, rep := s.stringMembers(c, triedCreate, known...)
	if rep != nil {
		return *rep
	}
	date := dates[0]
	if i := slices.IndexFunc(dates, func(name string) bool { return values[name] != "" }); i >= 0 {
		date = dates[i]
	}
	if rep := s.missing(values, triedCreate, "name", "role", date); rep != nil {
		return *rep
	}
	key := Key{
		Name: values["name"], Description: values["description"], Role: values["role"],
		WorkspaceName: values["workspaceName"], UserName: values["userName"], Validity: values[date],
	}
	if rep := s.checkKey(key, date); rep != nil {
		return *rep
	}
	if caller.bound() && !caller.manages(key.Role, key.WorkspaceName) {
		return failure(http.StatusForbidden, messageForbidden)
	}
	if key.WorkspaceName != "" && !s.workspaces.has(key.WorkspaceName) {
		return s.refuse(refusal{
			status: s.options.UnknownWorkspaceStatus, message: triedCreate,
			text: fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q not found", key.WorkspaceName),
		})
	}
	return success(map[string]string{"apiKey": s.AddKey(key)})
}

// checkKey refuses a role, a date or a lack of workspace that no caller may
// ask for. date is the name the dialect has for the validity.
func (s *Simulator) checkKey(key Key, date string) *simulation.Reply {
	refused := func(status int, field, text string) *simulation.Reply {
		return new(s.refuse(refusal{
			status: status, message: triedCreate, text: text,
			details: []detail{{Reason: "FieldValueInvalid", Message: text, Field: field}},
		}))
	}
	switch key.Role {
	case roleOwner:
	case roleEditor, roleViewer:
		if rep := s.missing(map[string]string{"workspaceName": key.WorkspaceName}, triedCreate, "workspaceName"); rep != nil {
			return rep
		}
	default:
		return refused(s.options.UnknownRoleStatus, "role",
			fmt.Sprintf("role %q is not one of Owner, Editor, Viewer", key.Role))
	}
	if !isDate(key.Validity) {
		return refused(http.StatusUnprocessableEntity, date,
			fmt.Sprintf("%s %q is not a date of the form YYYY-MM-DD", date, key.Validity))
	}
	if s.expired(key.Validity) {
		return refused(s.options.PastDateStatus, date, fmt.Sprintf("%s %s is in the past", date, key.Validity))
	}
	return nil
}

// listKeys is GET /api/v1/api-key/list. A query parameter that the dialect
// does not know is ignored, so a filter by it answers with every key.
func (s *Simulator) listKeys(c simulation.Call, caller grant) simulation.Reply {
	var filters []string
	for _, name := range s.options.Dialect.filterParameters() {
		if workspace := c.Query.Get(name); workspace != "" {
			filters = append(filters, workspace)
		}
	}
	for _, workspace := range filters {
		if caller.bound() && workspace != caller.workspace {
			return failure(http.StatusForbidden, messageForbidden)
		}
	}
	if len(filters) == 0 {
		refusedToBound := s.options.UnfilteredList == UnfilteredRefused && caller.bound()
		if refusedToBound || s.options.UnfilteredList == UnfilteredRefusedToAll {
			return failure(http.StatusForbidden, messageForbidden)
		}
	}
	keys := s.keys.shown(func(key ListedKey) bool {
		for _, workspace := range filters {
			if key.WorkspaceName != workspace {
				return false
			}
		}
		return caller.sees(key) && (!s.options.HideExpiredKeys || !s.expired(key.Validity))
	})
	if len(keys) == 0 && !s.options.EmptyListAs200 {
		return failure(http.StatusNotFound, messageNoKeys)
	}
	entries := make([]listEntry, len(keys))
	for i := range keys {
		entries[i] = s.entry(&keys[i])
	}
	return success(keyList{Data: entries})
}

// entry points into the key instead of copying its strings.
func (s *Simulator) entry(key *storedKey) listEntry {
	entry := listEntry{
		ID: key.ID, APIKey: &key.secret, Description: &key.Description, Name: key.Name, Role: key.Role,
		SAName: key.SAName, WorkspaceName: &key.WorkspaceName, TokenTTLSeconds: key.TokenTTLSeconds,
		UserName: key.UserName, Validity: s.shownValidity(key.Validity),
	}
	switch s.options.ListedSecrets {
	case SecretsShown:
	case SecretsMasked:
		entry.APIKey = new("********-****-****-****-********" + key.secret[len(key.secret)-4:])
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
	return entry
}

func (s *Simulator) shownValidity(validity string) string {
	if s.options.ValidityAsTimestamp && isDate(validity) {
		return validity + "T00:00:00Z"
	}
	return validity
}

// deleteKey is DELETE /api/v1/api-key, which names the key by its secret.
func (s *Simulator) deleteKey(c simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner && caller.role != roleEditor {
		return failure(http.StatusForbidden, messageForbidden)
	}
	values, rep := s.stringMembers(c, triedDelete, "apiKey")
	if rep != nil {
		return *rep
	}
	if rep := s.missing(values, triedDelete, "apiKey"); rep != nil {
		return *rep
	}
	key, found := s.keys.withSecret(values["apiKey"])
	if found && !caller.sees(key.ListedKey) {
		return failure(http.StatusForbidden, messageForbidden)
	}
	if !found || !s.keys.remove(key.ID) {
		return s.refuse(refusal{
			status: s.options.DeleteUnknownStatus, message: triedDelete, text: "API Key not found",
		})
	}
	return s.deleted(nil)
}

// deleted is the answer of a successful delete; data is what an envelope holds.
func (s *Simulator) deleted(data any) simulation.Reply {
	switch s.options.DeleteAnswer {
	case DeleteAnswerNull:
		return simulation.JSON(http.StatusOK, nil)
	case DeleteAnswerEmpty:
		return simulation.Reply{Status: http.StatusOK}
	default:
		return success(data)
	}
}

// listed is the key as the service keeps it.
func (s *Simulator) listed(key Key) ListedKey {
	userName := key.UserName
	if userName == "" {
		userName = "admin" // the default of both sources
	}
	switch s.options.UserNameCase {
	case UserNameCapitalised:
		first, size := utf8.DecodeRuneInString(userName)
		userName = string(unicode.ToUpper(first)) + userName[size:]
	case UserNameUpper:
		userName = strings.ToUpper(userName)
	case UserNameAsSent:
	}
	return ListedKey{
		Description: key.Description, Name: key.Name, Role: key.Role,
		SAName: serviceAccount(key.Role, key.WorkspaceName), WorkspaceName: key.WorkspaceName,
		TokenTTLSeconds: strconv.FormatInt(wholeSeconds(s.options.TokenTTL), 10),
		UserName:        userName, Validity: key.Validity,
	}
}
