// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// decodeMembers reads the JSON object that a call's body must be. Names are
// compared with their letter case. What is not an object of JSON, or not
// declared as such, is refused with 400 ("Invalid request format" in the
// vendor's words).
func decodeMembers(c simulation.Call) (map[string]json.RawMessage, *simulation.Reply) {
	mediaType, _, err := mime.ParseMediaType(c.ContentType)
	if err != nil || mediaType != "application/json" {
		return nil, new(failure(http.StatusBadRequest, "Invalid request format: Content-Type must be application/json"))
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(c.Body, &members) != nil || members == nil {
		return nil, new(failure(http.StatusBadRequest, "Invalid request format: the body must be a JSON object"))
	}
	return members, nil
}

// stringMembers reads the known members of a call that has only strings: see
// knownMembers and stringsOf.
func (s *Simulator) stringMembers(c simulation.Call, tried string, known ...string) (map[string]string, *simulation.Reply) {
	members, rep := s.knownMembers(c, tried, known...)
	if rep != nil {
		return nil, rep
	}
	return stringsOf(members, known...)
}

// knownMembers reads the members. Unknown ones are refused with 422 or left out, as
// the dialect does. tried says in the refusal what the call was about to do.
func (s *Simulator) knownMembers(c simulation.Call, tried string, known ...string) (map[string]json.RawMessage, *simulation.Reply) {
	members, rep := decodeMembers(c)
	if rep != nil || !s.options.Dialect.refusesUnknownMembers() {
		return members, rep
	}
	var unknown []detail
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			unknown = append(unknown, detail{Reason: "FieldValueForbidden", Message: "unknown member", Field: name})
		}
	}
	if len(unknown) > 0 {
		return nil, new(s.refuse(refusal{
			status: http.StatusUnprocessableEntity, message: tried,
			text: "unknown members: " + fieldNames(unknown), details: unknown,
		}))
	}
	return members, nil
}

// stringsOf are the members of these names, which must be strings: values of another
// type (null too) are refused with 400.
func stringsOf(members map[string]json.RawMessage, names ...string) (map[string]string, *simulation.Reply) {
	values := make(map[string]string, len(names))
	for _, name := range names {
		raw, ok := members[name]
		if !ok {
			continue
		}
		var value *string
		if json.Unmarshal(raw, &value) != nil || value == nil {
			return nil, new(failure(http.StatusBadRequest, fmt.Sprintf("Invalid request format: %s must be a string", name)))
		}
		values[name] = *value
	}
	return values, nil
}

// stringArray reads a member that must be an array of strings, as stringsOf does.
func stringArray(members map[string]json.RawMessage, name string, into *[]string) *simulation.Reply {
	raw, ok := members[name]
	if !ok {
		return nil
	}
	var values []*string
	err := json.Unmarshal(raw, &values)
	if err != nil || values == nil || slices.Contains(values, nil) {
		return new(failure(http.StatusBadRequest, fmt.Sprintf("Invalid request format: %s must be an array of strings", name)))
	}
	for _, value := range values {
		*into = append(*into, *value)
	}
	return nil
}

// missing refuses with 422 what lacks a mandatory member, or has it empty.
func (s *Simulator) missing(values map[string]string, tried string, mandatory ...string) *simulation.Reply {
	var missing []detail
	for _, name := range mandatory {
		if values[name] == "" {
			missing = append(missing, detail{Reason: "FieldValueRequired", Message: "Required value", Field: name})
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return new(s.refuse(refusal{
		status: http.StatusUnprocessableEntity, message: tried,
		text: "missing mandatory members: " + fieldNames(missing), details: missing,
	}))
}

func fieldNames(details []detail) string {
	names := make([]string, 0, len(details))
	for _, d := range details {
		names = append(names, d.Field)
	}
	return strings.Join(names, ", ")
}
