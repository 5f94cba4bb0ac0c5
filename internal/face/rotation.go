// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Rotation implements renewal.Keys for the update of a resource. C is the type of the service's client. P is the type of a
// previous key.
type Rotation[C, P any] struct {
	*Resource[C]
	Req  resource.UpdateRequest
	Resp *resource.UpdateResponse
	// Plan and State are the models of the plan and the state.
	Plan, State Identified
	// Create creates the planned key. It returns the time of the create, by the clock of the service. If Create returns errors,
	// there is no new key to save.
	Create func(api *C) (time.Time, diag.Diagnostics)
	// Delete deletes a previous key. It returns no error if that key does not exist.
	Delete func(api *C, previous P, origin Origin) diag.Diagnostics

	// created is the origin of the new key; nil before the create.
	created *Origin
}

func address(api any) string { return api.(interface{ Address() string }).Address() } //nolint:forcetypeassert // Every client has one.

// DeletePrevious implements renewal.Keys.
func (r *Rotation[C, P]) DeletePrevious(ctx context.Context, previous P) (diags diag.Diagnostics) {
	if api := r.Client(&diags); api != nil {
		origin := r.noun.OriginOf(ctx, r.Req.Private, address(api), &diags)
		diags.Append(r.Delete(api, previous, origin.OfPrevious())...)
	}
	return diags
}

// CreateNext implements renewal.Keys.
func (r *Rotation[C, P]) CreateNext() (diags diag.Diagnostics) {
	if api := r.Client(&diags); api != nil {
		at, failed := r.Create(api)
		diags.Append(failed...)
		r.created = &Origin{Endpoint: address(api), CreatedAt: at}
	}
	return diags
}

// SaveState implements renewal.Keys.
func (r *Rotation[C, P]) SaveState(ctx context.Context) {
	r.noun.Updated(ctx, r.Resp, r.State, r.State.Identity())
}

// SavePlan implements renewal.Keys.
func (r *Rotation[C, P]) SavePlan(ctx context.Context) {
	r.noun.Updated(ctx, r.Resp, r.Plan, r.Plan.Identity())
	if r.created != nil {
		r.Resp.Diagnostics.Append(r.created.set(ctx, r.Resp.Private)...)
	}
}
