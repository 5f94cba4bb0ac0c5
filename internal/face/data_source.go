// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// DataSource describes a data source. C is the client of its service, and M is the model of its configuration and state.
type DataSource[C, M any] struct {
	// Name is the type name without the provider's name, for example "_api_keys".
	Name       string
	Schema     func() Schema
	Validators []datasource.ConfigValidator
	// Read sets the computed attributes of the model.
	Read func(ctx context.Context, api *C, m *M) diag.Diagnostics
}

var (
	_ datasource.DataSourceWithConfigure        = (*dataSource[any, any])(nil)
	_ datasource.DataSourceWithConfigValidators = (*dataSource[any, any])(nil)
)

type dataSource[C, M any] struct {
	Type[C]
	is DataSource[C, M]
}

// NewDataSource returns the data source described by its argument.
func NewDataSource[C, M any](is DataSource[C, M]) datasource.DataSource {
	return &dataSource[C, M]{newType[C](is.Name), is}
}

func (d *dataSource[C, M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + d.name
}

func (d *dataSource[C, M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	own := d.is.Schema()
	resp.Schema = schema.Schema{
		MarkdownDescription: own.Description,
		Attributes:          own.Attributes,
	}
}

func (d *dataSource[C, M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource[C, M]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return d.is.Validators
}

func (d *dataSource[C, M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	api := d.Load(ctx, req.Config, &m, &resp.Diagnostics)
	if api == nil {
		return
	}
	resp.Diagnostics.Append(d.is.Read(ctx, api, &m)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}
