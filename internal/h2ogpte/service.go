// SPDX-License-Identifier: MPL-2.0

package h2ogpte

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/apikey"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/user"
)

// Resources are the resources of h2oGPTe.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{apikey.NewResource}
}

// DataSources are the data sources of h2oGPTe.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{apikey.NewListDataSource, user.NewListDataSource}
}

// EphemeralResources are the ephemeral resources of h2oGPTe.
func EphemeralResources() []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{apikey.NewTemporary}
}

// ListResources are the list resources of h2oGPTe.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{apikey.NewListResource}
}

// Actions are the actions of h2oGPTe.
func Actions() []func() action.Action {
	return []func() action.Action{apikey.NewAction}
}
