// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// keyID checks that a string has the form of a key's id. It does not repeat the
// string, since that may be a secret.
type keyID struct{}

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// aboutIDs says what an id is.
const aboutIDs = "The id is the SHA-256 of the key, as 64 hexadecimal digits in lower case; the data source egs_gaia_api_keys lists the ids."

func (keyID) Description(context.Context) string {
	return "value must be a key's id: 64 hexadecimal digits in lower case"
}

func (v keyID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (keyID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || keyIDForm.MatchString(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid API key id", fmt.Sprintf(
		"The value of %s is not the id of an API key. If it is an API key itself, consider replacing the key. %s", req.Path, aboutIDs))
}
