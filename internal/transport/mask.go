// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"regexp"
)

// maxMasked is the maximum size, in bytes, of a body that logs show.
const maxMasked = 16 << 10

// memberName matches every member name that the services use. The keys of the services do not match memberName.
var memberName = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// masked is a body that logs show without its values. Text logs call String and JSON logs call MarshalText. Both logs would
// print a []byte as it is. Member names may be secrets too, so the caller's function hide replaces the secrets that the
// caller knows.
type masked struct {
	body []byte
	hide func(string) string
}

func (m masked) String() string {
	text := mask(m.body)
	if m.hide != nil {
		text = m.hide(text)
	}
	return text
}

func (m masked) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// mask returns a JSON document in which each string and number is replaced by its type. Each member name that memberName
// does not match is replaced too. For a body that is not JSON, mask returns a fixed text.
func mask(body []byte) string {
	switch {
	case len(body) == 0:
		return ""
	case len(body) > maxMasked:
		return "(too large to show)"
	}
	var document any
	if err := json.Unmarshal(body, &document); err != nil {
		return "(not JSON)"
	}
	masked, err := json.Marshal(maskValue(document))
	if err != nil {
		return "(not JSON)"
	}
	return string(masked)
}

func maskValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		masked := make(map[string]any, len(value))
		for name, member := range value {
			if !memberName.MatchString(name) {
				name = "(name)"
			}
			masked[name] = maskValue(member)
		}
		return masked
	case []any:
		masked := make([]any, len(value))
		for i, element := range value {
			masked[i] = maskValue(element)
		}
		return masked
	case string:
		return "(text)"
	case float64:
		return "(number)"
	default:
		// The values true, false and null are not secret.
		return value
	}
}
