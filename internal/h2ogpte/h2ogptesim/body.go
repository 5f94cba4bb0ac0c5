// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// defaultLimit is how many entries a page holds where the request does not say.
const defaultLimit = 100

// failed is the body of every refusal.
type failed struct {
	Code      int    `json:"code"`
	Message   string `json:"message"`
	ErrorType string `json:"error_type,omitempty"`
}

// Failure implements simulation.API.
func (s *Simulator) Failure(status int, message string) simulation.Reply {
	body := failed{Code: status, Message: cmp.Or(message, http.StatusText(status))}
	if s.options.ErrorTypes {
		body.ErrorType = strings.ReplaceAll(http.StatusText(status), " ", "") + "Error"
	}
	return simulation.JSON(status, body)
}

func (s *Simulator) malformed(message string) *simulation.Reply {
	return new(s.Failure(http.StatusBadRequest, message))
}

// members reads the JSON object that a call's body must be, without unknown members.
// Names are compared with their letter case.
func (s *Simulator) members(c simulation.Call, known ...string) (map[string]json.RawMessage, *simulation.Reply) {
	mediaType, _, err := mime.ParseMediaType(c.ContentType)
	if err != nil || mediaType != "application/json" {
		return nil, s.malformed("Content-Type must be application/json")
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(c.Body, &members) != nil || members == nil {
		return nil, s.malformed("the body must be a JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			return nil, s.malformed("unknown member: " + name)
		}
	}
	return members, nil
}

// text is a member that must be a string where it is there; nil where it is not.
func (s *Simulator) text(members map[string]json.RawMessage, name string) (*string, *simulation.Reply) {
	raw, ok := members[name]
	if !ok {
		return nil, nil
	}
	var value *string
	if json.Unmarshal(raw, &value) != nil || value == nil {
		return nil, s.malformed(name + " must be a string")
	}
	return value, nil
}

// days is a member that must be an integer from 1 where it is there; nil where it is
// not.
func (s *Simulator) days(members map[string]json.RawMessage, name string) (*int64, *simulation.Reply) {
	raw, ok := members[name]
	if !ok {
		return nil, nil
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 1 {
		return nil, s.malformed(name + " must be an integer from 1")
	}
	return &n, nil
}

// count reads a query parameter that is an integer from 0.
func count(values []string) (int, bool) {
	if len(values) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(values[0])
	return n, err == nil && n >= 0
}

var uuidForm = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
