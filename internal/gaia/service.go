// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/apikey"
)

// Resources are the resources of Search GAIA.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{apikey.NewResource}
}

// DataSources are the data sources of Search GAIA.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{apikey.NewListDataSource}
}

// EphemeralResources are the ephemeral resources of Search GAIA.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{apikey.NewEphemeralResource}
}

// ListResources are the list resources of Search GAIA.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{apikey.NewListResource}
}

// Actions are the actions of Search GAIA.
func Actions() []func() action.Action {
	return nil
}
