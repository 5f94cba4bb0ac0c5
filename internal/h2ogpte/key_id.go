// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// keyID checks that a string can be a key's id. It does not repeat the string, since
// that may be a secret.
type keyID struct{}

func (keyID) Description(context.Context) string {
	return "value must be a key's id, not its secret"
}

func (v keyID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (keyID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := keyIDProblem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid h2oGPTe API key id", fmt.Sprintf(
			"The value of %s %s. The data source egs_h2ogpte_api_keys lists the ids.", req.Path, problem))
	}
}

// keyIDProblem says why a text cannot be a key's id, as a predicate that does not
// repeat it; "" if it can. What ids look like is not documented, what secrets begin
// with is.
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
