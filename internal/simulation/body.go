// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"encoding/json"
	"maps"
	"mime"
	"slices"
)

// Body reads the JSON object of a call member by member. Of what is wrong with it, the first refusal counts.
type Body struct {
	members   map[string]json.RawMessage
	malformed func(message string) Reply
	refused   *Reply
}

// ReadBody reads the JSON object that the body must be and be declared as. Names are compared with
// their letter case. malformed is how the service refuses a body of another form.
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

// Refused is the first refusal, or nil.
func (b *Body) Refused() *Reply { return b.refused }

// Refuse refuses the call, unless it was refused before.
func (b *Body) Refuse(reply Reply) {
	if b.refused == nil {
		b.refused = &reply
	}
}

// Malformed refuses the call for the form of its body.
func (b *Body) Malformed(message string) { b.Refuse(b.malformed(message)) }

// Unknown are the sorted names of members other than these.
func (b *Body) Unknown(known ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.members)), func(name string) bool { return slices.Contains(known, name) })
}

// Has reports whether the body has a member of this name.
func (b *Body) Has(name string) bool { return b.members[name] != nil }

// Text is a member that must be a string; "" if it is missing.
func (b *Body) Text(name string) string {
	if text := Member[string](b, name, "a string"); text != nil {
		return *text
	}
	return ""
}

// Texts is a member that must be an array of strings; nil if it is missing.
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

// Member is a member of this type, or nil if it is missing. A value of another type is refused, null
// as well; kind is what the refusal calls the type.
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
