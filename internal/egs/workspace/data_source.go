// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var _ datasource.DataSourceWithConfigure = (*workspaceDataSource)(nil)

// workspaceDataSource finds one workspace.
type workspaceDataSource struct {
	face.DataSource[egsapi.Client]
}

// NewDataSource makes the data source egs_workspace.
func NewDataSource() datasource.DataSource {
	return &workspaceDataSource{face.NewDataSource[egsapi.Client]("_workspace")}
}

// Schema implements datasource.DataSource.
func (d *workspaceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := computedAttributes()
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

// Read implements datasource.DataSource.
func (d *workspaceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	api := d.Load(ctx, req.Config, &config, &resp.Diagnostics)
	if api == nil {
		return
	}

	// Another provider configuration may have created it a moment ago.
	found, err := api.Workspace(ctx, config.Name.ValueString(), api.Now(ctx))
	if err != nil {
		resp.Diagnostics.Append(face.FromError("Unable to find EGS workspace", config.object(), err))
		return
	}
	config.refresh(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
