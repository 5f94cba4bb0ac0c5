// SPDX-License-Identifier: MPL-2.0

package egs

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
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
)

var _ list.ListResourceWithConfigure = (*workspaceListResource)(nil)

// workspaceListResource lists workspaces for terraform query.
type workspaceListResource struct {
	provider Provider
}

func newWorkspaceListResource() list.ListResource { return &workspaceListResource{} }

// Metadata implements list.ListResource.
func (l *workspaceListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace"
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

// Configure implements list.ListResourceWithConfigure.
func (l *workspaceListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// List implements list.ListResource.
func (l *workspaceListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	workspaces, diags := l.selected(ctx, req)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range workspaces {
			if int64(i) == req.Limit || ctx.Err() != nil {
				return
			}
			if !push(workspaceResult(ctx, req, &workspaces[i])) {
				return
			}
		}
		// The warnings that came with the list.
		for _, d := range diags {
			if !push(list.ListResult{Diagnostics: diag.Diagnostics{d}}) {
				return
			}
		}
	}
}

// selected returns the workspaces that the configuration of the list asks for.
func (l *workspaceListResource) selected(ctx context.Context, req list.ListRequest) (workspaces []egsapi.Workspace, diags diag.Diagnostics) {
	var cluster types.String
	diags.Append(req.Config.GetAttribute(ctx, path.Root("cluster"), &cluster)...)
	if diags.HasError() {
		return nil, diags
	}
	api := client(l.provider, &diags)
	if api == nil {
		return nil, diags
	}
	all, err := api.Workspaces(ctx)
	if err != nil {
		diags.Append(diagnostic.FromError("Unable to list EGS workspaces", "workspaces", err))
		return nil, diags
	}
	diags.Append(workspacesLeftOut(all)...)
	return foundWorkspaces(all, cluster.ValueString()), diags
}

// workspaceResult is a workspace as terraform query shows it.
func workspaceResult(ctx context.Context, req list.ListRequest, w *egsapi.Workspace) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s (clusters %s)", w.Name, strings.Join(textsOf(setOf(w.Clusters)), ", "))
	result.Diagnostics.Append(setWorkspaceIdentity(ctx, result.Identity, types.StringValue(w.Name))...)
	if req.IncludeResource {
		var managed workspaceResourceModel
		managed.refresh(w)
		managed.Timeouts = timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType,
			"delete": types.StringType,
		})}
		result.Diagnostics.Append(result.Resource.Set(ctx, &managed)...)
	}
	return result
}
