// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// KeyID checks that a string can be a key's id. It does not repeat the string, since that may be a secret.
type KeyID struct {
	// Summary is that of the error, and Rule what an id must be.
	Summary, Rule string
	// Problem says why a text cannot be an id, as what follows "The value of ids ", without its text; "" if it can.
	Problem func(string) string
}

// Description implements validator.String.
func (v KeyID) Description(context.Context) string { return v.Rule }

// MarkdownDescription implements validator.String.
func (v KeyID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v KeyID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.Problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, v.Summary, fmt.Sprintf("The value of %s %s", req.Path, problem))
	}
}
