// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"strings"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var keyID = face.KeyID{
	Summary: "Invalid h2oGPTe API key id",
	Rule:    "value must be the id of a key, not its secret",
	Problem: func(s string) string {
		if problem := keyIDProblem(s); problem != "" {
			return problem + ". The data source egs_h2ogpte_api_keys lists the ids."
		}
		return ""
	},
}

// keyIDProblem returns why s cannot be the id of a key. If s can be an id, keyIDProblem returns "". The result continues the
// sentence "The value of …". The result does not contain s, because s is possibly a secret. Secrets begin with "sk-". The form of
// ids is not documented.
func keyIDProblem(s string) string {
	switch {
	case strings.HasPrefix(strings.TrimSpace(s), "sk-"):
		return "looks like an API key itself, not the id of a key; it may now be in your shell history or in a file, so " +
			"consider replacing the key"
	case s == "":
		return "is empty"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' }):
		return "contains white space, a slash or a control character"
	}
	return ""
}
