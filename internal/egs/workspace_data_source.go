// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/diagnostic"
)

var _ datasource.DataSourceWithConfigure = (*workspaceDataSource)(nil)

// workspaceDataSource finds one workspace.
type workspaceDataSource struct {
	provider Provider
}

func newWorkspaceDataSource() datasource.DataSource { return &workspaceDataSource{} }

// Metadata implements datasource.DataSource.
func (d *workspaceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_workspace"
}

// Schema implements datasource.DataSource.
func (d *workspaceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := computedWorkspaceAttributes()
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "Name of the workspace, exactly.",
		Required:            true,
		Validators:          workspaceName(),
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds one workspace of EGS by its name. No match is an error. EGS tells neither the user name nor the e-mail " +
			"address of a workspace.",
		Attributes: attributes,
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *workspaceDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = configured(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *workspaceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config workspaceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	api := client(d.provider, &resp.Diagnostics)
	if api == nil {
		return
	}

	// Another provider configuration may have created it a moment ago.
	found, err := api.Workspace(ctx, config.Name.ValueString(), api.Now(ctx))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.FromError("Unable to find EGS workspace", config.object(), err))
		return
	}
	config.refresh(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
