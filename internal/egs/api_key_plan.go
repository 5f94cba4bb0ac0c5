// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// workspaceRequired checks that a key whose role is bound to a workspace has one.
type workspaceRequired struct{}

func (workspaceRequired) Description(context.Context) string {
	return "workspace_name is required for the roles Editor and Viewer"
}

func (v workspaceRequired) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (workspaceRequired) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var role, workspace types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("role"), &role)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("workspace_name"), &workspace)...)
	if !workspace.IsNull() || (role.ValueString() != "Editor" && role.ValueString() != "Viewer") {
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root("workspace_name"), "Missing workspace", fmt.Sprintf(
		"A key of the role %s is for one workspace: set workspace_name to its name. Only an Owner key can do without.",
		role.ValueString()))
}

// keepLetterCase keeps the prior value where the new one differs in letter case
// only.
type keepLetterCase struct{}

func (keepLetterCase) Description(context.Context) string {
	return "another letter case is no difference"
}

func (m keepLetterCase) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepLetterCase) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if sameLetters(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

const textChangedDescription = "a change of the text replaces the key; none and an empty one are the same text"

// textChanged is the condition of a replacement: Terraform tells none from an
// empty text, EGS does not.
func textChanged(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = !sameText(req.StateValue, req.PlanValue)
}

// secretForm is what the secrets of EGS look like.
var secretForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// parseImportID reads "ID" or "WORKSPACE/ID". Its errors do not repeat what was
// given, since that may be a secret.
func parseImportID(s string) (id, workspace string, err error) {
	id = s
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		workspace, id = s[:i], s[i+1:]
		if workspace == "" {
			return "", "", errors.New("there is no workspace before the slash. Import by ID or by WORKSPACE/ID")
		}
	}
	switch {
	case secretForm.MatchString(id):
		return "", "", errors.New("this looks like the key's secret. Import by the key's id, which is the MD5 of the secret " +
			"in lower-case hexadecimal; the data source egs_api_keys lists the ids. Since the secret is now in your " +
			"terminal's history, consider replacing the key")
	case id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' }):
		return "", "", errors.New("import by ID or by WORKSPACE/ID, where ID is the key's id, for example " +
			"030b514f342dcf5ac94f3f39726c247e; the data source egs_api_keys lists the ids")
	}
	return id, workspace, nil
}
