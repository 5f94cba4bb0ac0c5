// SPDX-License-Identifier: MPL-2.0

package face

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Filter is the name and the value of an attribute that filters keys. A null value matches all keys.
type Filter struct {
	Name  string
	Value types.String
}

// Matches reports whether the filter matches the string. A null filter matches every string.
func Matches(filter types.String, text string) bool {
	return filter.IsNull() || filter.ValueString() == text
}

// MatchesBool reports whether the filter matches the value. A null filter matches both values.
func MatchesBool(filter types.Bool, is bool) bool {
	return filter.IsNull() || filter.ValueBool() == is
}

// KeysWith describes the keys that match all given filters, for messages.
func KeysWith(filters ...Filter) string {
	var parts []string
	for _, filter := range filters {
		if !filter.Value.IsNull() {
			parts = append(parts, fmt.Sprintf("%s = %q", filter.Name, filter.Value.ValueString()))
		}
	}
	if len(parts) == 0 {
		return "all API keys"
	}
	return "API keys with " + strings.Join(parts, ", ")
}
