// SPDX-License-Identifier: MPL-2.0

package face

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Filter is an attribute that chooses keys, by its name and value; null chooses all.
type Filter struct {
	Name  string
	Value types.String
}

// Matches says whether a filter chooses what has this text.
func Matches(filter types.String, text string) bool {
	return filter.IsNull() || filter.ValueString() == text
}

// MatchesBool says whether a filter chooses what is so or not.
func MatchesBool(filter types.Bool, is bool) bool {
	return filter.IsNull() || filter.ValueBool() == is
}

// KeysWith names in messages what several filters choose.
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
