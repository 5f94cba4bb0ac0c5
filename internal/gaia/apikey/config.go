// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// invalidConfig is the summary of a config that cannot be one.
const invalidConfig = "Invalid config"

// configMembers reads a config, or says what is wrong with it.
func configMembers(text string) (members map[string]json.RawMessage, problem string) {
	if json.Unmarshal([]byte(text), &members) != nil || members == nil {
		return nil, "The config of a key is a JSON object: write it with jsonencode({ … })."
	}
	for name := range members {
		// Python tells letter cases, but whoever writes this means the same.
		if strings.EqualFold(name, "permissions") {
			return nil, "The config here holds the members beside permissions: set permissions as the argument of this name."
		}
	}
	return members, ""
}

// furtherMembers checks that a config is an object without permissions.
type furtherMembers struct{}

func (furtherMembers) Description(context.Context) string {
	return "value must be a JSON object without permissions"
}

func (v furtherMembers) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (furtherMembers) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, problem := configMembers(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, invalidConfig, problem)
	}
}
