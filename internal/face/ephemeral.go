// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// EphemeralResource describes an ephemeral resource. C is the client of its service, and M is the model of its configuration and
// result.
type EphemeralResource[C, M any] struct {
	// Name is the type name without the provider's name, for example "_access_token".
	Name   string
	Schema func() Schema
	// Validate returns the errors of the configuration. If Validate is nil, only the schema is checked.
	Validate func(m *M) diag.Diagnostics
	// Open sets the computed attributes of the model.
	Open func(ctx context.Context, api *C, m *M) diag.Diagnostics
}

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*ephemeralResource[any, any])(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*ephemeralResource[any, any])(nil)
)

type ephemeralResource[C, M any] struct {
	Type[C]
	is EphemeralResource[C, M]
}

// NewEphemeralResource returns the ephemeral resource described by its argument.
func NewEphemeralResource[C, M any](is EphemeralResource[C, M]) ephemeral.EphemeralResource {
	return &ephemeralResource[C, M]{newType[C](is.Name), is}
}

func (e *ephemeralResource[C, M]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + e.name
}

func (e *ephemeralResource[C, M]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	own := e.is.Schema()
	resp.Schema = ephemeralschema.Schema{
		MarkdownDescription: own.Description,
		Attributes:          attributesOf(own.Attributes, func(a schema.Attribute) ephemeralschema.Attribute { return a }),
	}
}

func (e *ephemeralResource[C, M]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.configure(req.ProviderData, &resp.Diagnostics)
}

func (e *ephemeralResource[C, M]) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	if e.is.Validate == nil {
		return
	}
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	resp.Diagnostics.Append(e.is.Validate(&m)...)
}

func (e *ephemeralResource[C, M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m M
	api := e.Load(ctx, req.Config, &m, &resp.Diagnostics)
	if api == nil {
		return
	}
	resp.Diagnostics.Append(e.is.Open(ctx, api, &m)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
	}
}
