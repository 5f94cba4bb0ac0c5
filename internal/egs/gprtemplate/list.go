// SPDX-License-Identifier: MPL-2.0

package gprtemplate

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource returns the list resource egs_gpr_template.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, filter, egsapi.GPRTemplate]{
		Name: "_gpr_template", Noun: noun, Select: selectTemplates,
		Schema: func() face.Schema {
			return face.Schema{Description: "Lists GPR templates of EGS, sorted by name.", Attributes: filterAttributes()}
		},
		Show: func(_ *egsapi.Client, t *egsapi.GPRTemplate) face.Result {
			var managed model
			managed.refresh(t)
			return face.Result{
				DisplayName: fmt.Sprintf("%s (%s with %d %s on %s)", t.Name, face.Count(int(t.GPUNodes), "node"), t.GPUsPerNode, t.GPUShape, t.ClusterName),
				ID:          t.Name, Resource: &managed,
			}
		},
	})
}

// NewListDataSource returns the data source egs_gpr_templates.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, templatesModel]{
		Name: "_gpr_templates",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists the GPR templates of EGS. If no template matches, the list is empty.",
				Attributes: filterAttributes().With(face.Attributes{
					"gpr_templates": face.Listed("Matching templates, sorted by name.", computedAttributes()),
				}),
			}
		},
		Read: func(ctx context.Context, api *egsapi.Client, m *templatesModel) diag.Diagnostics {
			listed, diags := selectTemplates(ctx, api, &m.filter)
			m.Templates = make([]model, len(listed))
			for i := range listed {
				m.Templates[i].refresh(&listed[i])
			}
			return diags
		},
	})
}

// filter contains the filters of the list resource and of the data source egs_gpr_templates.
type filter struct {
	ClusterName types.String `tfsdk:"cluster_name"`
}

// templatesModel is the model of the data source egs_gpr_templates.
type templatesModel struct {
	filter
	Templates []model `tfsdk:"gpr_templates"`
}

func filterAttributes() face.Attributes {
	return face.Attributes{"cluster_name": face.Optional("Filter by cluster.")}
}

func selectTemplates(ctx context.Context, api *egsapi.Client, f *filter) ([]egsapi.GPRTemplate, diag.Diagnostics) {
	all, err := api.GPRTemplates(ctx)
	if err != nil {
		return nil, face.Failed("Unable to list EGS GPR templates", "GPR templates", err)
	}
	return slices.DeleteFunc(all.Items, func(t egsapi.GPRTemplate) bool { return !face.Matches(f.ClusterName, t.ClusterName) }),
		face.UnreadableWarning("EGS GPR templates", all.Unreadable)
}
