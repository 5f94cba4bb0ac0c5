// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// workspaceNameForm matches a Kubernetes name (RFC 1123 label).
var workspaceNameForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

const workspaceNameRule = "must be at most 63 lowercase letters, digits and hyphens, and must not begin or end with a hyphen"

// workspaceName validates the name of a workspace.
func workspaceName() []validator.String {
	return []validator.String{stringvalidator.RegexMatches(workspaceNameForm, workspaceNameRule)}
}

// Schema implements resource.Resource.
func (r *workspaceResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	filled := stringvalidator.RegexMatches(regexp.MustCompile(`\S`), "must not be empty")
	fixed := []planmodifier.Set{setplanmodifier.RequiresReplace()}
	createOnly := []planmodifier.String{keepNotReturned, stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a workspace of [EGS](https://docs.avesha.io/documentation/enterprise-egs/), which the vendor calls a " +
			"[slice workspace](https://docs.avesha.io/documentation/enterprise-egs/1.15.0/api-reference/workspace).\n\n" +
			"After EGS creates the workspace, the provider waits until EGS lists the workspace and can return its " +
			"kubeconfig. EGS cannot change a workspace, " +
			"so a change of `name`, `clusters` or `namespaces` replaces it. If the workspace is deleted outside Terraform, the next apply creates " +
			"it again. If its clusters or namespaces are changed outside Terraform, the next apply replaces the workspace.\n\n" +
			"~> **Note:** In API keys and kubeconfigs, refer to the `id` of the workspace, not to its `name`. The name is known before the " +
			"workspace exists and does not change in a replacement, so Terraform would neither wait for the workspace nor replace its keys.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Name of the workspace, known only after it is created. Resources that refer to it " +
				"(`workspace_name = egs_workspace.red.id`) are created after the workspace, deleted before it, and replaced together with it."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace, unique in EGS: at most 63 lowercase letters, digits and hyphens. Changing this " +
					"replaces the workspace.",
				Required:      true,
				Validators:    workspaceName(),
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"clusters": schema.SetAttribute{
				MarkdownDescription: "Names of the clusters of the workspace, as registered in EGS. At least one is required. Changing this " +
					"replaces the workspace.",
				ElementType:   types.StringType,
				Required:      true,
				Validators:    []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
				PlanModifiers: fixed,
			},
			"namespaces": schema.SetAttribute{
				MarkdownDescription: "Names of the Kubernetes namespaces of the workspace. At least one is required to create or replace the " +
					"workspace; an imported workspace may have none. Changing this replaces the workspace.",
				ElementType:   types.StringType,
				Required:      true,
				Validators:    []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
				PlanModifiers: fixed,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Username of the user the workspace is for. Required to create or replace the workspace. EGS does not return " +
					"this value, so drift cannot be detected. Changing this updates the state only, with a warning. After an import, the " +
					"value in the state is empty, and the configured value is ignored until the workspace is replaced.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{filled},
				PlanModifiers: createOnly,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email address of the user. Required to create or replace the workspace. Changes and imports work as " +
					"for `username`.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{filled},
				PlanModifiers: createOnly,
			},
			"delete_api_keys": face.OptionalBool("Whether to delete all remaining API keys of the workspace before it is destroyed or replaced, " +
				"including those that Terraform does not manage. Defaults to `false`: if the workspace has keys, the destroy fails with an error " +
				"that lists them. Terraform uses the value in the state, so apply a new value before you destroy or replace the workspace."),
			"deletion_protection": face.OptionalBool("Whether to prevent Terraform from destroying or replacing the workspace. Defaults to `false`. " +
				"If `true`, a plan that destroys or replaces the workspace fails. If `-replace`, `replace_triggered_by` or " +
				"`terraform taint` forces the replacement, the apply fails instead. Terraform uses the value in the state, so apply a " +
				"new value before you destroy or replace the workspace."),
		},
		Blocks: map[string]schema.Block{
			"timeouts": timeouts.Block(ctx, timeouts.Opts{
				Create: true,
				CreateDescription: "Time to wait until a new workspace is ready, for example `90s` or `15m`. Defaults to `10m`. If the timeout " +
					"expires, the workspace is kept, with a warning.",
				Delete: true,
				DeleteDescription: "Time to wait until EGS no longer lists a deleted workspace, for example `90s` or `15m`. Defaults to `10m`. If " +
					"`delete_api_keys` is `true`, the timeout includes the deletion of the keys. Terraform uses the value in the state, so " +
					"apply a new value before you destroy the workspace.",
			}),
		},
	}
}

var noun = face.Noun{
	Name: "EGS workspace", Setting: "endpoint",
	Identity: "name", Description: "Name of the workspace.",
}
