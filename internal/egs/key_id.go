// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

// keyID checks that a string has the form of a key's id. It does not repeat the
// string, since that may be a secret.
type keyID struct{}

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (keyID) Description(context.Context) string {
	return "value must be a key's id: 32 hexadecimal digits in lower case"
}

func (v keyID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (keyID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || keyIDForm.MatchString(req.ConfigValue.ValueString()) {
		return
	}
	problem := "is not the id of an API key"
	if egsapi.LooksLikeSecret(req.ConfigValue.ValueString()) {
		problem = "looks like an API key itself, not its id"
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid API key id", fmt.Sprintf(
		"The value of %s %s. The id is the MD5 of the key, as 32 hexadecimal digits in lower case, for example "+
			"030b514f342dcf5ac94f3f39726c247e; the data source egs_api_keys lists the ids.", req.Path, problem))
}
