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

// kubernetesName is the rule of workspaces and clusters.
var kubernetesName = face.Rule{Summary: "Invalid name", Must: egsapi.ObjectNameRule, Valid: egsapi.IsObjectName}

func resourceSchema() schema.Schema {
	filled := stringvalidator.LengthAtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Manages the GPR template binding of a workspace of EGS: the [GPR templates](gpr_template.md) that each of its " +
			"clusters offers, and whether EGS requests GPUs by itself. A workspace has one binding at most.\n\n" +
			"-> **Note:** Let `workspace_name` refer to the `id` of the workspace, and the templates to the `name` of an `egs_gpr_template`: then " +
			"Terraform creates the binding after them and deletes it before them. If EGS refuses to delete a template that a binding has, set " +
			"`create_before_destroy` in the `lifecycle` block of the templates: then one apply can remove a template from the binding and delete it.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Name of the binding, which EGS chooses, as far as is known that of the workspace. Known only after the binding is created."),
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace. Changing this replaces the binding. All other arguments are changed in place. After an " +
					"import that names only the binding, the state has the name of the binding here, since EGS does not tell the workspace: if it " +
					"is not that, set the workspace, and it is corrected in place.",
				Required: true, Validators: []validator.String{kubernetesName},
				PlanModifiers: []planmodifier.String{face.ReplaceUnlessInferred("Workspace of the binding is corrected", "EGS does not tell the "+
					"workspace of a binding, and the import named only the binding. The apply changes the binding of the workspace %q: check that "+
					"this is the binding %q. To replace the binding instead, run terraform apply -replace=ADDRESS.")},
			},
			"enable_auto_gpr": schema.BoolAttribute{
				MarkdownDescription: "Whether EGS requests GPUs for the workspace by itself, as the default template of the cluster says.",
				Required:            true,
			},
			"clusters": schema.SetNestedAttribute{
				MarkdownDescription: "The clusters of the workspace that offer templates, each of them once; at least one.",
				Required:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1)},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"cluster_name":          face.Required("Name of the cluster.", kubernetesName),
					"default_template_name": face.Required("Name of the template that is used if none is named. It must be among `template_names`."),
					"template_names": schema.SetAttribute{
						MarkdownDescription: "Names of the templates, which must be of this cluster; at least one.", ElementType: types.StringType,
						Required: true, Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(filled)},
					},
				}},
			},
			"namespace": face.Kept("Kubernetes namespace of the binding. Lists do not have it, so it is null after an import."),
			"template_status": schema.MapAttribute{
				MarkdownDescription: "For each cluster, what EGS says of each of its templates, for example `Ready`. A status that is not known to be " +
					"well is a warning after an apply.",
				ElementType: statusType, Computed: true,
			},
		},
	}
}
