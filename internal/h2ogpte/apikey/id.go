// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// keyID checks that a string can be a key's id.
var keyID = face.KeyID{
	Summary: "Invalid h2oGPTe API key id",
	Rule:    "value must be a key's id, not its secret",
	Problem: func(s string) string {
		if problem := keyIDProblem(s); problem != "" {
			return problem + ". The data source egs_h2ogpte_api_keys lists the ids."
		}
		return ""
	},
}

// keyIDProblem says why a text cannot be a key's id, as a predicate that does not repeat it; "" if it can. What ids
// look like is not documented, what secrets begin with is.
func keyIDProblem(s string) string {
	switch {
	case strings.HasPrefix(strings.TrimSpace(s), "sk-"):
		return "looks like an API key itself, not its id; since it may stand in a history or file now, consider replacing the key"
	case s == "":
		return "is empty"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' }):
		return "holds white space, a slash or a control character, which no id does"
	}
	return ""
}
