// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Date returns a validator for a calendar date in the form YYYY-MM-DD.
func Date() validator.String { return dateValidator{} }

type dateValidator struct{}

func (dateValidator) Description(context.Context) string {
	return "value must be a date in the form YYYY-MM-DD"
}

func (v dateValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (dateValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := time.Parse(time.DateOnly, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid date", fmt.Sprintf(
			"%s is %q, which is not a valid date. Use the form YYYY-MM-DD, for example \"2027-03-31\".",
			req.Path, req.ConfigValue.ValueString()))
	}
}
