// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"regexp"
)

// maxMasked is how large a body may be, in bytes, to be shown in logs at all.
const maxMasked = 16 << 10

// memberName is what members of the services are named like, and keys are not.
var memberName = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// masked is a body as logs show it: by its text in every form of the log, where a slice would be printed as it is.
// Names of members may be secrets as well.
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

// mask shows the form of a JSON document: member names stay, values become their types. What is not JSON is not shown.
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
		// true, false and null tell no secret.
		return value
	}
}
