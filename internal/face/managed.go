// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Managed describes a resource that has a unique name and no secret. Its service can read and change every attribute. C is the
// client of the service, and M is the model. In the functions below, the parameter changed is the time of the last create or
// update, by the clock of the service. It is zero if this time is unknown.
type Managed[C, M any] struct {
	// Name is the type name without the provider's name, for example "_gpr_template".
	Name   string
	Noun   Noun
	Schema func() schema.Schema
	// Validate returns the errors of a configuration. The configuration can contain unknown values. If Validate is nil, only the
	// schema is checked.
	Validate func(config *M) diag.Diagnostics
	// Create and Update set the computed attributes in plan, and return the time of the change. The result adopted is true if
	// the response to the create was lost, but the new object was then found in a list.
	Create func(ctx context.Context, api *C, plan *M) (at time.Time, adopted bool, err error)
	Update func(ctx context.Context, api *C, plan, state *M, changed time.Time) (at time.Time, err error)
	// Warn returns warnings about the object after a create or an update. If Warn is nil, there are no warnings.
	Warn func(m *M) diag.Diagnostics
	// Read refreshes the state. It returns apiclient.ErrNotFound only if it is certain that the object does not exist.
	Read   func(ctx context.Context, api *C, state *M, changed time.Time) error
	Delete func(ctx context.Context, api *C, state *M, changed time.Time) error
	// InUse is the advice in the error if the service refuses a delete, for example because the object is in use. If InUse is
	// empty, the error contains no advice.
	InUse string
	// ImportForm is the form of an import ID, for messages, for example "WORKSPACE/BINDING".
	ImportForm string
	// Import parses an import ID. It returns the attributes in the ID, or the problem with the ID. If the ID lacks an attribute
	// with the plan modifier ReplaceUnlessInferred, the result inferred is true, and attributes contains a probable value for
	// this attribute.
	Import func(id string) (attributes map[string]string, inferred bool, problem string)
}

// Object is the constraint for a pointer to the model M of a Managed resource.
type Object[M any] interface {
	*M
	Identified
	// Object returns the name of the object in messages.
	Object() string
}

type managed[C, M any, P Object[M]] struct {
	Resource[C]
	is Managed[C, M]
}

// NewManaged returns the resource described by its argument.
func NewManaged[C, M any, P Object[M]](is Managed[C, M]) resource.Resource {
	var r interface {
		FullResource
		resource.ResourceWithValidateConfig
	} = &managed[C, M, P]{NewResource[C](is.Name, is.Noun), is}
	return r
}

func (r *managed[C, M, P]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.is.Schema()
}

func (r *managed[C, M, P]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config M
	resp.Diagnostics.Append(Decode(ctx, req.Config, &config)...)
	if r.is.Validate != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.is.Validate(&config)...)
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It returns an error before the apply if settings of the provider are
// missing or the state is damaged.
func (r *managed[C, M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.Missing()...)
	Planned[M, P](ctx, r.noun, req, &resp.Diagnostics)
}

func (r *managed[C, M, P]) warn(m *M) diag.Diagnostics {
	if r.is.Warn == nil {
		return nil
	}
	return r.is.Warn(m)
}

func (r *managed[C, M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	api := r.LoadPlan(ctx, req.Plan, &plan, &resp.Diagnostics)
	if api == nil {
		return
	}
	object := P(&plan).Object()
	created, adopted, err := r.is.Create(ctx, api, &plan)
	if err != nil {
		resp.Diagnostics.Append(r.createFailed(object, err))
		return
	}
	id := P(&plan).Identity()
	r.noun.Created(ctx, resp, &plan, id, address(api), created)
	if adopted {
		resp.Diagnostics.Append(Adopted(r.noun.service()+object, id.ValueString(), true))
	}
	resp.Diagnostics.Append(r.warn(&plan)...)
}

// createFailed returns the error of a failed create. If an object with this name exists, or if this create may have created the
// object, the error says what to do.
func (r *managed[C, M, P]) createFailed(object string, err error) diag.Diagnostic {
	howToImport := fmt.Sprintf("mport it: terraform import egs%s.NAME %s", r.name, r.is.ImportForm)
	if uncertain, ok := r.noun.Uncertain("An", object,
		"Before you apply again, look for the object in EGS. If the object exists, delete it, or i"+howToImport, err); ok {
		return uncertain
	}
	otherName := "I"
	if r.noun.Identity == "name" {
		otherName = "Choose another name or, if nothing else manages the object, i"
	}
	if errors.Is(err, apiclient.ErrExists) {
		exists := FromError(r.noun.service()+object+" already exists", object, err)
		return diag.NewErrorDiagnostic(exists.Summary(), exists.Detail()+"\n\nThe object was created by another configuration, by a user, or by "+
			"an earlier run whose state was lost. "+otherName+howToImport)
	}
	return FromError("Unable to create "+r.noun.Name, object, err)
}

func (r *managed[C, M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	api := r.LoadState(ctx, req.State, P(&state), &resp.Diagnostics)
	if api == nil {
		return
	}
	origin := r.noun.Refreshed(ctx, req, resp, P(&state).Identity(), address(api))
	before := state
	if err := r.is.Read(ctx, api, &state, origin.CreatedAt); err != nil {
		origin.Unread(ctx, resp, P(&before).Object(), err)
		return
	}
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	SetIfChanged(ctx, resp, &before, &state)
}

func (r *managed[C, M, P]) confirm(ctx context.Context, verb string, origin Origin, api *C, state M) diag.Diagnostics {
	return origin.Confirm("Unable to "+verb+" "+r.noun.Name, P(&state).Object(), func() error {
		return r.is.Read(ctx, api, &state, origin.CreatedAt)
	})
}

func (r *managed[C, M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state := Changed[M, P](ctx, r.noun, req, &resp.Diagnostics)
	api := r.Client(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	origin := r.noun.OriginOf(ctx, req.Private, address(api), &resp.Diagnostics)
	resp.Diagnostics.Append(r.confirm(ctx, "update", origin, api, state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	at, err := r.is.Update(ctx, api, &plan, &state, origin.CreatedAt)
	if err != nil {
		resp.Diagnostics.Append(r.noun.UpdateFailed(P(&state).Object(), err))
		return
	}
	resp.Diagnostics.Append(r.noun.origin(address(api), at).set(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, inferredKey, nil)...) // The service accepted the value.
	r.noun.Updated(ctx, resp, &plan, P(&plan).Identity())
	resp.Diagnostics.Append(r.warn(&plan)...)
}

func (r *managed[C, M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	api := r.LoadState(ctx, req.State, P(&state), &resp.Diagnostics)
	if api == nil {
		return
	}
	origin := r.noun.OriginOf(ctx, req.Private, address(api), &resp.Diagnostics)
	resp.Diagnostics.Append(r.confirm(ctx, "delete", origin, api, state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.is.Delete(ctx, api, &state, origin.CreatedAt); err != nil {
		failed := FromError("Unable to delete "+r.noun.Name, P(&state).Object(), err)
		if refused, ok := errors.AsType[*apiclient.Error](err); ok && r.is.InUse != "" && (refused.Refused() || apiclient.IsStatus(err, http.StatusConflict)) {
			failed = diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\n"+r.is.InUse)
		}
		resp.Diagnostics.Append(failed)
	}
}

func (r *managed[C, M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attributes, inferred, problem := r.is.Import(r.noun.ImportID(ctx, req, &resp.Diagnostics))
	if problem != "" {
		resp.Diagnostics.AddError("Invalid import ID", problem)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.noun.Import(ctx, resp, attributes[r.noun.Identity])
	if inferred {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, inferredKey, []byte("true"))...)
	}
	for name, value := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
