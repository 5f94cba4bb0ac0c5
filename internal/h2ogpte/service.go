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

// The Terraform types of h2oGPTe.
var (
	Resources          = []func() resource.Resource{apikey.NewResource}
	DataSources        = []func() datasource.DataSource{apikey.NewListDataSource, user.NewListDataSource}
	EphemeralResources = []func() ephemeral.EphemeralResource{apikey.NewTemporary}
	ListResources      = []func() list.ListResource{apikey.NewListResource}
	Actions            = []func() action.Action{apikey.NewAction}
)
