// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"regexp"
)

// maxMasked is the maximum size, in bytes, of a body that is shown in logs.
const maxMasked = 16 << 10

// memberName matches the member names of the services. Keys do not match it.
var memberName = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// masked is a body for logs. It implements fmt.Stringer and encoding.TextMarshaler, since text and JSON logs would print a
// slice unmasked. The caller's hide is applied too, since member names may be secrets.
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

// mask returns a JSON document with its values replaced by their types. It keeps only member names that cannot be keys, and
// does not show text that is not JSON.
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
		// true, false and null are not secret.
		return value
	}
}
