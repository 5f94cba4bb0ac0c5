// SPDX-License-Identifier: MPL-2.0

package gprbinding

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// filter is the configuration of the list resource.
type filter struct {
	ClusterName types.String `tfsdk:"cluster_name"`
}

// NewListResource returns the list resource egs_gpr_template_binding.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, filter, egsapi.GPRBinding]{
		Name: "_gpr_template_binding", Noun: noun, Select: selectBindings,
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists GPR template bindings of EGS, sorted by name. EGS does not return the workspace of a binding, so " +
					"`workspace_name` is the name of the binding.",
				Attributes: face.Attributes{"cluster_name": face.Optional("Filter by cluster: selects bindings with templates for this cluster.")},
			}
		},
		Show: func(_ *egsapi.Client, b *egsapi.GPRBinding) face.Result {
			managed := model{WorkspaceName: types.StringValue(b.Name)}
			managed.refresh(b)
			auto := "no auto GPR"
			if b.EnableAutoGPR {
				auto = "auto GPR"
			}
			return face.Result{
				DisplayName: fmt.Sprintf("%s (%s, %s)", b.Name, auto, face.Count(len(b.Clusters), "cluster")), ID: b.Name, Resource: &managed,
			}
		},
	})
}

func selectBindings(ctx context.Context, api *egsapi.Client, f *filter) ([]egsapi.GPRBinding, diag.Diagnostics) {
	all, err := api.GPRBindings(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list EGS GPR template bindings", "GPR template bindings", err)
	}
	return slices.DeleteFunc(all.Items, func(b egsapi.GPRBinding) bool {
		return !f.ClusterName.IsNull() && !slices.ContainsFunc(b.Clusters, func(c egsapi.GPRBindingCluster) bool {
			return c.ClusterName == f.ClusterName.ValueString()
		})
	}), face.UnreadableWarning("EGS GPR template bindings", all.Unreadable)
}
