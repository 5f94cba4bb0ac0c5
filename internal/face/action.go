// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// Action describes an action. C is the client of its service, and M is the model of its configuration. If required settings of
// the provider configuration are missing, a plan with the action fails.
type Action[C, M any] struct {
	// Name is the type name without the provider's name, for example "_revoke_api_keys".
	Name       string
	Schema     func() Schema
	Validators []action.ConfigValidator
	Invoke     func(ctx context.Context, api *C, m *M, resp *action.InvokeResponse)
}

var (
	_ action.ActionWithConfigure        = (*configuredAction[any, any])(nil)
	_ action.ActionWithConfigValidators = (*configuredAction[any, any])(nil)
	_ action.ActionWithModifyPlan       = (*configuredAction[any, any])(nil)
)

type configuredAction[C, M any] struct {
	Type[C]
	is Action[C, M]
}

// NewAction returns the action described by its argument.
func NewAction[C, M any](is Action[C, M]) action.Action {
	return &configuredAction[C, M]{newType[C](is.Name), is}
}

func (a *configuredAction[C, M]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + a.name
}

func (a *configuredAction[C, M]) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	own := a.is.Schema()
	resp.Schema = actionschema.Schema{
		MarkdownDescription: own.Description,
		Attributes:          attributesOf(own.Attributes, func(a schema.Attribute) actionschema.Attribute { return a }),
	}
}

func (a *configuredAction[C, M]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}

func (a *configuredAction[C, M]) ConfigValidators(context.Context) []action.ConfigValidator {
	return a.is.Validators
}

func (a *configuredAction[C, M]) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	resp.Diagnostics.Append(a.Missing()...)
}

func (a *configuredAction[C, M]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m M
	if api := a.Load(ctx, req.Config, &m, &resp.Diagnostics); api != nil {
		a.is.Invoke(ctx, api, &m, resp)
	}
}
