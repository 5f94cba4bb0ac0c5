// SPDX-License-Identifier: MPL-2.0

package face

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// StringOrNull returns the string, or null if it is empty.
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Count returns a number with the name of the counted things, for example "1 key" or "2 keys".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// SetOf returns a set of the strings. It removes duplicates.
func SetOf(texts []string) types.Set {
	texts = slices.Compact(slices.Sorted(slices.Values(texts)))
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return types.SetValueMust(types.StringType, elements)
}

// Texts returns the sorted strings of a set.
func Texts(set types.Set) []string {
	texts := []string{}
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			texts = append(texts, text.ValueString())
		}
	}
	slices.Sort(texts)
	return texts
}

// IsUnknown reports whether a value is unknown.
func IsUnknown(value attr.Value) bool { return value.IsUnknown() }
