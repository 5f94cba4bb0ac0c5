// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/apikey"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/gprbinding"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/gprtemplate"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/inventory"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/token"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/workspace"
)

// Constructors of the Terraform types for EGS.
var (
	Resources   = []func() resource.Resource{apikey.NewResource, workspace.NewResource, gprtemplate.NewResource, gprbinding.NewResource}
	DataSources = []func() datasource.DataSource{
		apikey.NewDataSource, apikey.NewListDataSource, workspace.NewDataSource, workspace.NewListDataSource,
		inventory.NewWorkspaceDataSource, inventory.NewListDataSource,
		gprtemplate.NewDataSource, gprtemplate.NewListDataSource,
	}
	EphemeralResources = []func() ephemeral.EphemeralResource{
		apikey.NewEphemeralResource, apikey.NewTemporary, token.NewEphemeralResource, workspace.NewKubeconfig,
	}
	ListResources = []func() list.ListResource{apikey.NewListResource, workspace.NewListResource, gprtemplate.NewListResource, gprbinding.NewListResource}
	Actions       = []func() action.Action{apikey.NewAction}
)
