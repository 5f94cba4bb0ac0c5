// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Type is what the Terraform types of a service have in common, whose client is C. A type embeds the one of its
// kind: Resource, DataSource, EphemeralResource or Action.
type Type[C any] struct {
	name string
	// Services is empty before the provider is configured.
	Services
	access Access[C]
}

// configure takes what the provider hands over: nothing before it is configured, as during validation.
func (t *Type[C]) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	services, ok := data.(*Services)
	if ok {
		t.Services = *services
		t.access, ok = AccessTo[C](services)
	}
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf(
			"The provider handed %T to the type %s. This is a bug of the provider; please report it.", data, t.name))
	}
}

// Client is the client of the service, or nil after the errors were added that say why there is none.
func (t *Type[C]) Client(diags *diag.Diagnostics) *C {
	if t.access.Client == nil {
		diags.Append(t.access.Missing...)
		diags.Append(t.access.Unknown...)
	}
	return t.access.Client
}

// ClientIfKnown is the client, or nil: a plan whose provider configuration is known only after apply does without.
func (t *Type[C]) ClientIfKnown() *C { return t.access.Client }

// Missing are the errors about what the provider's configuration lacks. They are to be known before an apply.
func (t *Type[C]) Missing() diag.Diagnostics { return t.access.Missing }

// source is a configuration, plan or state.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Load reads a configuration, plan or state into a model, and returns the client, or nil after the errors were
// added.
func (t *Type[C]) Load(ctx context.Context, from source, model any, diags *diag.Diagnostics) *C {
	diags.Append(from.Get(ctx, model)...)
	if diags.HasError() {
		return nil
	}
	return t.Client(diags)
}

// Resource is embedded by resources and list resources.
type Resource[C any] struct{ Type[C] }

// NewResource is for a type whose name is that of the provider and this, as "_api_key".
func NewResource[C any](name string) Resource[C] { return Resource[C]{Type[C]{name: name}} }

// Metadata implements resource.Resource and list.ListResource.
func (r *Resource[C]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.name
}

// Configure implements resource.ResourceWithConfigure and list.ListResourceWithConfigure.
func (r *Resource[C]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// DataSource is embedded by data sources.
type DataSource[C any] struct{ Type[C] }

// NewDataSource is for a type whose name is that of the provider and this, as "_api_keys".
func NewDataSource[C any](name string) DataSource[C] { return DataSource[C]{Type[C]{name: name}} }

// Metadata implements datasource.DataSource.
func (d *DataSource[C]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + d.name
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource[C]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

// EphemeralResource is embedded by ephemeral resources.
type EphemeralResource[C any] struct{ Type[C] }

// NewEphemeralResource is for a type whose name is that of the provider and this, as "_access_token".
func NewEphemeralResource[C any](name string) EphemeralResource[C] {
	return EphemeralResource[C]{Type[C]{name: name}}
}

// Metadata implements ephemeral.EphemeralResource.
func (e *EphemeralResource[C]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + e.name
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *EphemeralResource[C]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.configure(req.ProviderData, &resp.Diagnostics)
}

// Action is embedded by actions. Its plan needs what the provider's configuration lacks.
type Action[C any] struct{ Type[C] }

// NewAction is for a type whose name is that of the provider and this, as "_revoke_api_keys".
func NewAction[C any](name string) Action[C] { return Action[C]{Type[C]{name: name}} }

// Metadata implements action.Action.
func (a *Action[C]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + a.name
}

// Configure implements action.ActionWithConfigure.
func (a *Action[C]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *Action[C]) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	resp.Diagnostics.Append(a.Missing()...)
}
