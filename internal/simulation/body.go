// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"encoding/json"
	"maps"
	"mime"
	"slices"
)

// Body is the JSON object in the body of a call. Its methods read members. The first error determines the response that
// refuses the call.
type Body struct {
	members   map[string]json.RawMessage
	malformed func(message string) Reply
	refused   *Reply
}

// ReadBody reads the body, which must be a JSON object with the Content-Type application/json. Names of members are case
// sensitive. malformed returns the service's response to a malformed body.
func (c Call) ReadBody(malformed func(message string) Reply) *Body {
	b := &Body{malformed: malformed}
	mediaType, _, err := mime.ParseMediaType(c.ContentType)
	if err != nil || mediaType != "application/json" {
		b.Malformed("Content-Type must be application/json")
	} else if json.Unmarshal(c.Body, &b.members) != nil || b.members == nil {
		b.Malformed("the body must be a JSON object")
	}
	return b
}

// Refused returns the first refusal, or nil.
func (b *Body) Refused() *Reply { return b.refused }

// Refuse refuses the call. Only the first refusal has an effect.
func (b *Body) Refuse(reply Reply) {
	if b.refused == nil {
		b.refused = &reply
	}
}

// Malformed refuses the call because its body is malformed.
func (b *Body) Malformed(message string) { b.Refuse(b.malformed(message)) }

// Unknown returns the names of the members that are not in known, sorted.
func (b *Body) Unknown(known ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.members)), func(name string) bool { return slices.Contains(known, name) })
}

// Has reports whether the body has a member of this name.
func (b *Body) Has(name string) bool { return b.members[name] != nil }

// Text returns a member that must be a string, or "" if it is missing.
func (b *Body) Text(name string) string {
	if text := Member[string](b, name, "a string"); text != nil {
		return *text
	}
	return ""
}

// Texts returns a member that must be an array of strings, or nil if it is missing.
func (b *Body) Texts(name string) (texts []string) {
	const kind = "an array of strings"
	values := Member[[]*string](b, name, kind)
	if values == nil {
		return nil
	}
	for _, text := range *values {
		if text == nil {
			b.Malformed(name + " must be " + kind)
			return nil
		}
		texts = append(texts, *text)
	}
	return texts
}

// Member returns a member of this type, or nil if the member is missing. If the member is null or has another type, Member
// refuses the call. kind describes the required type in the response.
func Member[T any](b *Body, name, kind string) *T {
	raw, ok := b.members[name]
	if !ok {
		return nil
	}
	var value *T
	if json.Unmarshal(raw, &value) != nil || value == nil {
		b.Malformed(name + " must be " + kind)
		return nil
	}
	return value
}
