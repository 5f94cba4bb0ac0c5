// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewDataSource returns the data source egs_workspace.
func NewDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, listedModel]{
		Name: "_workspace", Schema: workspaceSchema, Read: readWorkspace,
	})
}

func workspaceSchema() face.Schema {
	return face.Schema{
		Description: "Returns one workspace of EGS by its name. If no workspace has the name, the data source returns an error. EGS does not " +
			"return the username and email of a workspace.",
		Attributes: computedAttributes().With(face.Attributes{"name": face.Required("Exact name of the workspace.", workspaceName()...)}),
	}
}

func readWorkspace(ctx context.Context, api *egsapi.Client, m *listedModel) diag.Diagnostics {
	// Another provider configuration may have created the workspace moments ago, and lists may not contain it yet. Because the
	// third argument is the current time, Workspace then requests further lists before it returns ErrNotFound.
	found, err := api.Workspace(ctx, m.Name.ValueString(), api.Now(ctx))
	if err != nil {
		return face.Failed("Unable to find EGS workspace", m.object(), err)
	}
	m.refresh(found)
	return nil
}
