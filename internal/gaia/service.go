// SPDX-License-Identifier: MPL-2.0

package gaia

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/apikey"
)

// The Terraform types of Search GAIA.
var (
	Resources          = []func() resource.Resource{apikey.NewResource}
	DataSources        = []func() datasource.DataSource{apikey.NewListDataSource}
	EphemeralResources = []func() ephemeral.EphemeralResource{apikey.NewEphemeralResource}
	ListResources      = []func() list.ListResource{apikey.NewListResource}
)
