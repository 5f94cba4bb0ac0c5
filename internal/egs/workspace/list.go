// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var _ list.ListResourceWithConfigure = (*workspaceListResource)(nil)

// workspaceListResource lists workspaces for terraform query.
type workspaceListResource struct {
	face.Resource[egsapi.Client]
}

// NewListResource makes the list resource egs_workspace.
func NewListResource() list.ListResource {
	return &workspaceListResource{face.NewResource[egsapi.Client]("_workspace")}
}

// ListResourceConfigSchema implements list.ListResource.
func (l *workspaceListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists workspaces of EGS, sorted by name. EGS tells neither `username` nor `email`: set them in the " +
			"configuration that Terraform generates.",
		Attributes: map[string]schema.Attribute{
			"cluster": schema.StringAttribute{
				MarkdownDescription: "Only workspaces that are on the cluster of this name.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List implements list.ListResource.
func (l *workspaceListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	workspaces, diags := l.selected(ctx, req)
	face.Stream(ctx, req, stream, identity, workspaces, diags, func(w *egsapi.Workspace) face.Result {
		var managed resourceModel
		managed.refresh(w)
		managed.Timeouts = timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType,
			"delete": types.StringType,
		})}
		return face.Result{
			DisplayName: fmt.Sprintf("%s (clusters %s)", w.Name, strings.Join(textsOf(setOf(w.Clusters)), ", ")), ID: w.Name, Resource: &managed,
		}
	})
}

// selected returns the workspaces that the configuration of the list asks for.
func (l *workspaceListResource) selected(ctx context.Context, req list.ListRequest) (workspaces []egsapi.Workspace, diags diag.Diagnostics) {
	var config struct {
		Cluster types.String `tfsdk:"cluster"`
	}
	api := l.Load(ctx, req.Config, &config, &diags)
	if api == nil {
		return nil, diags
	}
	all, err := api.Workspaces(ctx)
	if err != nil {
		diags.Append(face.FromError("Unable to list EGS workspaces", "workspaces", err))
		return nil, diags
	}
	return found(all, config.Cluster.ValueString()), face.LeftOut("EGS workspaces", all.Unreadable)
}
