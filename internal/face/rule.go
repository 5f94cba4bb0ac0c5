// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Rule validates a string attribute. It skips null and unknown values.
type Rule struct {
	// Summary is the summary of the error. Requirement describes a valid string, for example "must be a date".
	Summary, Requirement string
	Valid                func(string) bool
}

// Description implements validator.String.
func (r Rule) Description(context.Context) string { return r.Requirement }

// MarkdownDescription implements validator.String.
func (r Rule) MarkdownDescription(context.Context) string { return r.Requirement }

// ValidateString implements validator.String.
func (r Rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if v := req.ConfigValue; !v.IsNull() && !v.IsUnknown() && !r.Valid(v.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, r.Summary, fmt.Sprintf("%s %s, got: %q.", req.Path, r.Requirement, v.ValueString()))
	}
}
