// SPDX-License-Identifier: MPL-2.0

package gprbinding

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// kubernetesName validates the name of a workspace or cluster.
var kubernetesName = face.Rule{Summary: "Invalid name", Requirement: egsapi.ObjectNameRule, Valid: egsapi.IsObjectName}

func resourceSchema() schema.Schema {
	filled := stringvalidator.LengthAtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Manages the GPR template binding of a workspace of EGS: the [GPR templates](gpr_template.md) that are available on " +
			"each cluster of the workspace, and whether EGS creates GPRs automatically. A workspace has at most one binding.\n\n" +
			"-> **Note:** Set `workspace_name` to the `id` of the workspace resource, and refer to the `name` of each `egs_gpr_template`. " +
			"Terraform then creates the binding after the workspace and the templates, and deletes the binding first. If EGS refuses " +
			"to delete a template that a binding uses, set `create_before_destroy` in the `lifecycle` block of the templates. One " +
			"apply can then remove a template from the binding and delete the template.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Name of the binding. EGS usually uses the name of the workspace. Known only after the binding is created."),
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace. Changing this replaces the binding. All other arguments are updated in place. EGS does " +
					"not return the workspace of a binding, so an import by the name of the binding assumes that the workspace has " +
					"the same name. If the workspace has another name, set that name, and the next apply corrects the state in place.",
				Required: true, Validators: []validator.String{kubernetesName},
				PlanModifiers: []planmodifier.String{face.ReplaceUnlessInferred("Workspace of the binding will be corrected", "EGS does not return the "+
					"workspace of a binding, so the import used the name of the binding as the workspace. The apply sets the workspace to %q and updates the binding "+
					"of that workspace. Before you apply, check that the binding of that workspace is named %q. "+
					"To replace the binding instead, run terraform apply -replace=ADDRESS.")},
			},
			"enable_auto_gpr": schema.BoolAttribute{
				MarkdownDescription: "Whether EGS creates GPRs for the workspace automatically, from the default template of the cluster.",
				Required:            true,
			},
			"clusters": schema.SetNestedAttribute{
				MarkdownDescription: "Clusters of the workspace with their templates. At least one is required, and each cluster can " +
					"occur only once.",
				Required:   true,
				Validators: []validator.Set{setvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cluster_name":          face.Required("Name of the cluster.", kubernetesName),
					"default_template_name": face.Required("Name of the template that EGS uses for requests without a template. It must be one of `template_names`."),
					"template_names": schema.SetAttribute{
						MarkdownDescription: "Names of the templates, which must belong to this cluster. At least one is required.", ElementType: types.StringType,
						Required: true, Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
					},
				}},
			},
			"namespace": face.Kept("Kubernetes namespace of the binding. EGS does not list it, so it is null after an import."),
			"template_status": schema.MapAttribute{
				MarkdownDescription: "Map of each cluster to the statuses of its templates, for example `Ready`. After an apply, the " +
					"provider warns about statuses that may indicate a problem.",
				ElementType: statusType, Computed: true,
			},
		},
	}
}
