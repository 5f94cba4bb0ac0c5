// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/apikey"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/token"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/workspace"
)

// Resources are the resources of EGS.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{apikey.NewResource, workspace.NewResource}
}

// DataSources are the data sources of EGS.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		apikey.NewDataSource,
		apikey.NewListDataSource,
		workspace.NewDataSource,
		workspace.NewListDataSource,
	}
}

// EphemeralResources are the ephemeral resources of EGS.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		apikey.NewEphemeralResource,
		apikey.NewTemporary,
		token.NewEphemeralResource,
		workspace.NewKubeconfig,
	}
}

// ListResources are the list resources of EGS.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{apikey.NewListResource, workspace.NewListResource}
}

// Actions are the actions of EGS.
func Actions() []func() action.Action {
	return []func() action.Action{apikey.NewAction}
}
