// SPDX-License-Identifier: MPL-2.0

package face

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// StringOrNull is the text, or null where it is empty.
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Count is a number of things in words.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
