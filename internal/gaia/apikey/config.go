// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
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

// keepWriting keeps the prior value where the new one is the same JSON in another writing:
// what a custom type sees as the same is no difference when the service is read, but is
// one in a plan.
type keepWriting struct{}

func (keepWriting) Description(context.Context) string {
	return "another writing of the same JSON is no difference"
}

func (m keepWriting) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepWriting) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	before := jsontypes.NewNormalizedValue(req.StateValue.ValueString())
	same, diags := before.StringSemanticEquals(ctx, jsontypes.NewNormalizedValue(req.PlanValue.ValueString()))
	if !diags.HasError() && same {
		resp.PlanValue = req.StateValue
	}
}
