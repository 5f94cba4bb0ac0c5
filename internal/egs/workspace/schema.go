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

// workspaceNameForm is a DNS label, as Kubernetes names things.
var workspaceNameForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

const workspaceNameRule = "must be at most 63 lower-case letters, digits and hyphens, with no hyphen at the beginning or end"

// workspaceName validates the name of a workspace.
func workspaceName() []validator.String {
	return []validator.String{stringvalidator.RegexMatches(workspaceNameForm, workspaceNameRule)}
}

// Schema implements resource.Resource.
func (r *workspaceResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	filled := stringvalidator.RegexMatches(regexp.MustCompile(`\S`), "must not be empty")
	fixed := []planmodifier.Set{setplanmodifier.RequiresReplace()}
	untold := []planmodifier.String{keepUntold, stringplanmodifier.UseStateForUnknown()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "A workspace of EGS: a team's share of one or several clusters, and the namespaces it works in.\n\n" +
			"Creating it waits until EGS lists the workspace and hands out its kubeconfig, so that what follows can use it. " +
			"EGS cannot change a workspace: a change of `name`, `clusters` or `namespaces` deletes it and creates another one. A workspace " +
			"that was deleted outside Terraform is created again; one whose clusters or namespaces were changed there is replaced.\n\n" +
			"~> **Note:** Let API keys and kubeconfigs of the workspace refer to its `id`, not its `name`. The name is known before the " +
			"workspace exists and stays the same in a replacement, so Terraform would not wait for the workspace, nor replace its keys.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Name of the workspace, known only after it is created. Let what belongs to the workspace refer to it " +
				"(`workspace_name = egs_workspace.red.id`): it is created after the workspace, deleted before it, and replaced with it."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace, unique in EGS: at most 63 lower-case letters, digits and hyphens. Changing it " +
					"replaces the workspace.",
				Required:      true,
				Validators:    workspaceName(),
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"clusters": schema.SetAttribute{
				MarkdownDescription: "Names of the clusters the workspace is on, as they are registered in EGS; at least one. Changing them " +
					"replaces the workspace.",
				ElementType:   types.StringType,
				Required:      true,
				Validators:    []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
				PlanModifiers: fixed,
			},
			"namespaces": schema.SetAttribute{
				MarkdownDescription: "Names of the Kubernetes namespaces of the workspace. At least one is required if the workspace is created or " +
					"replaced; EGS may list an imported one without. Changing them replaces the workspace.",
				ElementType:   types.StringType,
				Required:      true,
				Validators:    []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
				PlanModifiers: fixed,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Name of the user the workspace is for. Required if the workspace is created or replaced; an imported one " +
					"does without. EGS takes it when the workspace is created and does not return it, so drift cannot be detected. Changing " +
					"it updates the state only, with a warning. After an import it is empty in the state until the workspace is replaced: " +
					"the configuration may say anything, and a change of it is neither stored nor noted, since the provider does not know " +
					"the value that EGS has.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{filled},
				PlanModifiers: untold,
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "Email address of that user. The same applies as to `username`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{filled},
				PlanModifiers:       untold,
			},
			"delete_api_keys": face.OptionalBool("Whether a destroy or a replacement of the workspace first deletes all API keys it still has, also those " +
				"that Terraform does not manage. Defaults to `false`: then it stops with an error that names them. It takes effect with " +
				"the next apply, so it must be applied before the destroy that it is for."),
			"deletion_protection": face.OptionalBool("Whether to refuse to destroy or replace the workspace. Defaults to `false`. The value in " +
				"the state counts, so a change must be applied before the destroy or the replacement. The plan is an error, except for a " +
				"replacement that Terraform forces (`-replace`, `replace_triggered_by`, `terraform taint`): the apply refuses that one."),
		},
		Blocks: map[string]schema.Block{
			"timeouts": timeouts.Block(ctx, timeouts.Opts{
				Create: true,
				CreateDescription: "How long a creation waits until the workspace is ready, for example \"90s\" or \"15m\". Defaults to " +
					"\"10m\". A workspace that takes longer is kept, with a warning.",
				Delete: true,
				DeleteDescription: "How long a deletion may take, until EGS no longer lists the workspace, with the deletion of its API keys " +
					"if delete_api_keys is true, for example \"90s\" or \"15m\". Defaults to \"10m\". It must be applied before the destroy " +
					"that it is for.",
			}),
		},
	}
}

var noun = face.Noun{
	Thing: "EGS workspace", Setting: "endpoint",
	Identity: "name", Description: "Name of the workspace.",
}
