// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const invalidConfig = "Invalid config"

// configMembers returns the members of a config. If the config is invalid, problem is the error message.
func configMembers(text string) (members map[string]json.RawMessage, problem string) {
	if json.Unmarshal([]byte(text), &members) != nil || members == nil {
		return nil, "The config of a key must be a JSON object. Use jsonencode({ … })."
	}
	for name := range members {
		// Reject other letter cases too. To the service, "Permissions" is a different member, but it is probably a mistake.
		if strings.EqualFold(name, "permissions") {
			return nil, "config must not contain permissions. Set the argument permissions instead."
		}
	}
	return members, ""
}

// furtherMembers validates that a config is an object without permissions.
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
