// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// KeyID validates the id of a key. Its error does not contain the invalid value, because the value may be a secret.
type KeyID struct {
	// Summary is the summary of the error. Rule describes a valid id.
	Summary, Rule string
	// Problem returns the end of an error that begins with "The value of ids …". The text must not contain the id. Problem
	// returns "" for a valid id.
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
