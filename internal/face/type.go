// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Type is the common part of the Terraform types of a service. C is the type of the service's client.
type Type[C any] struct {
	name string
	// Before the provider is configured, Services has only a clock and an empty Temporary.
	Services
	access Access[C]
}

// newType returns a type that can be planned before the provider is configured.
func newType[C any](name string) Type[C] {
	return Type[C]{name: name, Services: Services{Now: time.Now, Temporary: &Temporary{}}}
}

// configure sets the provider's data. The data is nil before the provider is configured, for example during validation.
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
			"The type %s received %T from the provider. This is a bug in the provider. Please report it.", t.name, data))
	}
}

// Client returns the client of the service, or adds errors and returns nil.
func (t *Type[C]) Client(diags *diag.Diagnostics) *C {
	if t.access.Client == nil {
		diags.Append(t.access.Missing...)
		diags.Append(t.access.Unknown...)
		if !diags.HasError() {
			diags.AddError("Unconfigured provider", "The type "+t.name+" was used before the provider was configured. This is a bug in the "+
				"provider or in Terraform. Please report it.")
		}
	}
	return t.access.Client
}

// ClientIfKnown returns the client, or nil if a setting of the provider is missing or known only after apply. If settings are
// known only after apply, the plan works without a client. For missing settings, see Missing.
func (t *Type[C]) ClientIfKnown() *C { return t.access.Client }

// Missing returns the errors about missing settings of the provider. A plan must report these errors.
func (t *Type[C]) Missing() diag.Diagnostics { return t.access.Missing }

// Load reads a configuration into a model and returns the client. On failure, Load adds errors and returns nil.
func (t *Type[C]) Load(ctx context.Context, config tfsdk.Config, model any, diags *diag.Diagnostics) *C {
	diags.Append(config.Get(ctx, model)...)
	if diags.HasError() {
		return nil
	}
	return t.Client(diags)
}

// FullResource has the interfaces that every resource implements.
type FullResource interface {
	resource.ResourceWithConfigure
	resource.ResourceWithModifyPlan
	resource.ResourceWithImportState
	resource.ResourceWithIdentity
}

// Resource is embedded by the resources of a service. C is the type of the service's client.
type Resource[C any] struct {
	Type[C]
	noun Noun
}

// NewResource returns a Resource. name is the type name without the provider's name, for example "_api_key".
func NewResource[C any](name string, noun Noun) Resource[C] {
	return Resource[C]{newType[C](name), noun}
}

// Metadata implements resource.Resource.
func (r *Resource[C]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.name
	resp.ResourceBehavior.MutableIdentity = r.noun.Rotates
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource[C]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		r.noun.Identity: identityschema.StringAttribute{Description: r.noun.Description, RequiredForImport: true},
	}}
}

// Identified is implemented by the models of resources. Identity returns the value of the identifying attribute.
type Identified interface{ Identity() types.String }

// LoadPlan does the same as Load, but reads the plan of a resource.
func (r *Resource[C]) LoadPlan(ctx context.Context, plan tfsdk.Plan, model any, diags *diag.Diagnostics) *C {
	diags.Append(Decode(ctx, plan, model)...)
	if diags.HasError() {
		return nil
	}
	return r.Client(diags)
}

// LoadState does the same as Load, but reads the state of a resource. LoadState adds an error if the state is not intact. It
// also passes the secrets in the state to the client, because the client hides secrets in errors.
func (r *Resource[C]) LoadState(ctx context.Context, state tfsdk.State, model Identified, diags *diag.Diagnostics) *C {
	if r.noun.load(ctx, state, model, diags); diags.HasError() {
		return nil
	}
	client := r.Client(diags)
	if learner, ok := any(client).(interface{ Learn(secret string) }); ok && client != nil {
		// Each call of GetAttributes copies all attributes, so it is called once, before the walk. AttributeAtTerraformPath also copies
		// them, so the walk uses it only for nested values.
		attributes := state.Schema.GetAttributes()
		_ = tftypes.Walk(state.Raw, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
			if text := ""; value.Type().Is(tftypes.String) && value.As(&text) == nil {
				name, _ := at.Steps()[0].(tftypes.AttributeName)
				attribute := attributes[string(name)]
				if len(at.Steps()) > 1 {
					attribute, _ = state.Schema.AttributeAtTerraformPath(ctx, at)
				}
				if attribute != nil && attribute.IsSensitive() {
					learner.Learn(text)
				}
			}
			return true, nil
		})
	}
	return client
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[C]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// Planned reads the plan and the state of a ModifyPlan request. For a destroy, plan is nil. For a create, state is nil.
// Terraform plans a replacement twice: first with the state of the old object, then as a create. A plan must depend only on the
// configuration and the state, not on the time: a plan that is created today must have the same result if it is applied tomorrow.
func Planned[M any, P interface {
	*M
	Identified
}](ctx context.Context, n Noun, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (plan, state *M) {
	if !req.State.Raw.IsNull() {
		state = new(M)
		n.load(ctx, req.State, P(state), diags)
	}
	if !req.Plan.Raw.IsNull() {
		plan = new(M)
		diags.Append(Decode(ctx, req.Plan, plan)...)
	}
	return plan, state
}

// Changed reads the plan and the state of an Update request.
func Changed[M any, P interface {
	*M
	Identified
}](ctx context.Context, n Noun, req resource.UpdateRequest, diags *diag.Diagnostics) (plan, state M) {
	diags.Append(Decode(ctx, req.Plan, &plan)...)
	n.load(ctx, req.State, P(&state), diags)
	return plan, state
}
