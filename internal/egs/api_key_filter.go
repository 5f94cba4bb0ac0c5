// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

// apiKeyFilter chooses API keys; every part that is set must match.
type apiKeyFilter struct {
	WorkspaceName types.String `tfsdk:"workspace_name"`
	Role          types.String `tfsdk:"role"`
	UserName      types.String `tfsdk:"user_name"`
	Name          types.String `tfsdk:"name"`
}

func (f *apiKeyFilter) matches(key *egsapi.APIKey) bool {
	return (f.WorkspaceName.IsNull() || f.WorkspaceName.ValueString() == key.WorkspaceName) &&
		(f.Role.IsNull() || f.Role.ValueString() == key.Role) &&
		(f.UserName.IsNull() || strings.EqualFold(f.UserName.ValueString(), key.UserName)) &&
		(f.Name.IsNull() || f.Name.ValueString() == key.Name)
}

// object names what is looked for in messages.
func (f *apiKeyFilter) object() string {
	var parts []string
	for _, part := range []struct {
		name  string
		value types.String
	}{
		{"workspace_name", f.WorkspaceName},
		{"role", f.Role},
		{"user_name", f.UserName},
		{"name", f.Name},
	} {
		if !part.value.IsNull() {
			parts = append(parts, fmt.Sprintf("%s = %q", part.name, part.value.ValueString()))
		}
	}
	if len(parts) == 0 {
		return "all API keys"
	}
	return "API keys with " + strings.Join(parts, ", ")
}
