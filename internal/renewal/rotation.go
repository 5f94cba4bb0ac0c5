// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Rotation is embedded by the models of keys that can be rotated.
type Rotation struct {
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
	OverlapDays       types.Int64  `tfsdk:"overlap_days"`
	Previous          types.Object `tfsdk:"previous"`
}

// Previous is the key that a rotation replaced. The key stays valid, and the provider manages the key, until the overlap
// ends.
type Previous struct {
	ID types.String
	// End is the expiry in the form that the service uses; null if the keys of the service have no expiry.
	End    types.String
	Secret types.String
	// OverlapEnded reports whether the overlap had ended at the last refresh.
	OverlapEnded bool
}

// Form has the names of the attributes for the expiry and the secret of a service's keys. End is "" if the keys have no
// expiry.
type Form struct{ End, Secret string }

func (f Form) types() map[string]attr.Type {
	types := map[string]attr.Type{"id": types.StringType, f.Secret: types.StringType, "overlap_ended": types.BoolType}
	if f.End != "" {
		types[f.End] = types["id"]
	}
	return types
}

// None returns the value of previous if there is no previous key.
func (f Form) None() types.Object { return types.ObjectNull(f.types()) }

// Unset returns a Rotation without any values.
func (f Form) Unset() Rotation {
	return Rotation{RotateWhenChanged: types.MapNull(types.StringType), Previous: f.None()}
}

// Object returns the value of the attribute previous.
func (f Form) Object(p Previous) types.Object {
	values := map[string]attr.Value{"id": p.ID, f.Secret: p.Secret, "overlap_ended": types.BoolValue(p.OverlapEnded)}
	if f.End != "" {
		values[f.End] = p.End
	}
	return types.ObjectValueMust(f.types(), values)
}

// Previous returns the previous key. ok is false if there is none.
func (f Form) Previous(r *Rotation) (p Previous, ok bool) {
	if r.Previous.IsNull() || r.Previous.IsUnknown() {
		return p, false
	}
	text := func(name string) types.String {
		value, _ := r.Previous.Attributes()[name].(types.String)
		return value
	}
	ended, _ := r.Previous.Attributes()["overlap_ended"].(types.Bool)
	return Previous{ID: text("id"), End: text(f.End), Secret: text(f.Secret), OverlapEnded: ended.ValueBool()}, true
}

// Attributes returns the attributes of a Rotation. The parameters are parts of the attribute descriptions: rotated says
// what a rotation does with the key, overlap begins the description of overlap_days, and secret describes the previous
// secret.
func (f Form) Attributes(rotated, overlap, secret string) map[string]schema.Attribute {
	previous := map[string]schema.Attribute{
		"id":     schema.StringAttribute{MarkdownDescription: "Identifier of the previous key.", Computed: true},
		f.Secret: schema.StringAttribute{MarkdownDescription: secret, Computed: true, Sensitive: true},
		"overlap_ended": schema.BoolAttribute{MarkdownDescription: "Whether the overlap has ended, as of the last refresh. If `true`, the " +
			"next apply deletes the previous key.", Computed: true},
	}
	if f.End != "" {
		previous[f.End] = schema.StringAttribute{MarkdownDescription: "Expiry of the previous key, in the format of the resource's " +
			"`" + f.End + "`.", Computed: true}
	}
	return map[string]schema.Attribute{
		"rotate_when_changed": schema.MapAttribute{
			MarkdownDescription: "Arbitrary map of values, for example the ID of a `time_rotating` resource. If any value changes, the key is " +
				rotated + ". Adding or removing the whole map does not change the key.",
			ElementType: types.StringType,
			Optional:    true,
		},
		"overlap_days": schema.Int64Attribute{
			MarkdownDescription: overlap + " The first `terraform apply` after this number of days deletes the previous key. An apply " +
				"up to an hour earlier also deletes it, so that a daily apply that starts a few seconds early does not leave " +
				"the key for another day. A second rotation within the overlap " +
				"deletes the previous key early. Changing this does not change the keys. Removing `overlap_days` ends the overlap at " +
				"the next apply.",
			Optional:   true,
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"previous": schema.SingleNestedAttribute{
			MarkdownDescription: "Key that was current before the last rotation. The provider keeps this key until the overlap ends " +
				"(see `overlap_days`). Null if there is no previous key.",
			Attributes:    previous,
			Computed:      true,
			PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
		},
	}
}

// PlanNew plans the create of a key. A new key has no previous key.
func (f Form) PlanNew(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("previous"), f.None())...)
}

// Cause has the reasons for a rotation other than changed triggers.
type Cause struct {
	// Due reports whether the key is due for renewal. Unsure reports whether unknown values can still change Due.
	Due, Unsure bool
	// Lost reports whether the current key no longer exists, and the previous key has become the current key. In this case,
	// the plan creates another key if overlap_days is set.
	Lost bool
}

// Plan plans the rotation of an existing key if there is a cause, or a trigger changed. With an overlap, the key is rotated
// in place. Without an overlap, the key is replaced, or kept if Lost is the only cause. For a rotation in place, the
// function fresh returns the planned values of the attributes that the new key determines.
func (f Form) Plan(
	ctx context.Context, plan, state *Rotation, cause Cause, fresh func() map[string]attr.Value, resp *resource.ModifyPlanResponse,
) (rotated bool) {
	set := func(name string, value attr.Value) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	triggered := plan.triggered(state)
	rotates := cause.Due || triggered || cause.Lost && !plan.OverlapDays.IsNull()
	_, ok := f.Previous(state)
	if !rotates {
		switch {
		case !ok:
		case plan.OverlapDays.IsUnknown():
			set("previous", types.ObjectUnknown(f.types()))
		case f.ends(plan, state):
			set("previous", f.None())
		}
		return false
	}
	if plan.OverlapDays.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("overlap_days"), "Overlap is not known",
			"The key is due for renewal or rotation. Whether it is replaced or rotated in place depends on overlap_days, which is known only "+
				"after apply. Set overlap_days to a known value, or first apply the resources that it depends on (terraform apply -target=…).")
		return false
	}
	if plan.OverlapDays.IsNull() {
		if cause.Due {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root("ready_for_renewal"))
		}
		if triggered {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root("rotate_when_changed"))
		}
		return false
	}
	previous := types.ObjectUnknown(f.types())
	if !cause.Unsure && plan.knowsTriggers() {
		// Terraform does not treat the members of an unknown object as sensitive. So the object is known, and its members
		// are unknown.
		previous = f.Object(Previous{ID: types.StringUnknown(), End: types.StringUnknown(), Secret: types.StringUnknown()})
	}
	set("previous", previous)
	for name, value := range fresh() {
		set(name, value)
	}
	return true
}

// OverlapWarning returns the warning about a rotation before the overlap of the last rotation has ended. object names
// the key.
func (f Form) OverlapWarning(state *Rotation, object string) (diags diag.Diagnostics) {
	if previous, ok := f.Previous(state); ok && !previous.OverlapEnded {
		diags.AddAttributeWarning(path.Root("previous"), fmt.Sprintf("The previous key of %s is deleted early (id %s)", object, previous.ID.ValueString()),
			fmt.Sprintf("%s is rotated within the overlap of the last rotation. Only one previous key is kept: the key with the id %s is deleted, "+
				"and the current key becomes the previous key. Before you apply, make sure that no program still uses the key that is deleted.",
				object, previous.ID.ValueString()))
	}
	return diags
}

// FirstTriggers returns a warning if triggers are set for the first time. Setting the first triggers does not rotate the
// key. object names the key.
func (r *Rotation) FirstTriggers(state *Rotation, object string) (diags diag.Diagnostics) {
	if len(state.RotateWhenChanged.Elements()) == 0 && len(r.RotateWhenChanged.Elements()) > 0 {
		diags.AddAttributeWarning(path.Root("rotate_when_changed"), object+" is not rotated yet",
			"rotate_when_changed is set for the first time. This does not rotate the key; the next change of a value does. To replace the key "+
				"now, run terraform apply -replace=ADDRESS.")
	}
	return diags
}

// OwnPrevious returns the warning of a plan that deletes the previous key although the provider logs in with it. The plan deletes
// the previous key at the end of the overlap, or because the current key is rotated. settings names the settings of the
// provider's key.
func (f Form) OwnPrevious(
	plan, state *Rotation, rotated bool, object, settings string, own func(Previous) bool,
) (diags diag.Diagnostics) {
	previous, ok := f.Previous(state)
	if ok && (rotated || f.ends(plan, state)) && own(previous) {
		diags.AddAttributeWarning(path.Root("previous"), fmt.Sprintf("The provider logs in with the previous key of %s", object), fmt.Sprintf(
			"The plan deletes the previous key, with the id %s. The apply cannot delete it, because the provider logs in with it. Give the provider "+
				"the current key (%s) before you apply.", previous.ID.ValueString(), settings))
	}
	return diags
}

// UnchangedPrevious returns the previous key if the plan does not change it.
func (f Form) UnchangedPrevious(plan, state *Rotation) (p Previous, ok bool) {
	p, ok = f.Previous(state)
	return p, ok && !plan.OverlapDays.IsUnknown() && !f.ends(plan, state)
}

// triggered reports whether a trigger changed. Neither adding the first triggers nor removing all of them is a change. An
// empty map is treated like null.
func (r *Rotation) triggered(state *Rotation) bool {
	some := func(m types.Map) bool { return m.IsUnknown() || len(m.Elements()) > 0 }
	return some(state.RotateWhenChanged) && some(r.RotateWhenChanged) && !r.RotateWhenChanged.Equal(state.RotateWhenChanged)
}

// knowsTriggers reports whether all triggers are known.
func (r *Rotation) knowsTriggers() bool {
	for _, value := range r.RotateWhenChanged.Elements() {
		if value.IsUnknown() {
			return false
		}
	}
	return !r.RotateWhenChanged.IsUnknown()
}

// ends reports whether the plan ends an overlap. overlap_ended in the state was computed with the overlap_days in the state.
// If the plan increases overlap_days, the next refresh decides whether the overlap has ended.
func (f Form) ends(plan, state *Rotation) bool {
	previous, _ := f.Previous(state)
	days := plan.OverlapDays
	return days.IsNull() || previous.OverlapEnded && days.ValueInt64() <= state.OverlapDays.ValueInt64()
}

// Refresh refreshes the previous key. The function find looks up the previous key, and returns nil if the key does not
// exist. created is the time at which the current key was created, and now is the current time, both by the service's
// clock. If skew is an error, now is not trusted.
func (f Form) Refresh(r *Rotation, created, now time.Time, skew error, find func(Previous) (*Previous, error)) error {
	before, ok := f.Previous(r)
	r.Previous = f.None()
	if !ok {
		return nil
	}
	found, err := find(before)
	if err != nil {
		r.Previous = f.Object(before)
		return err
	}
	if found != nil {
		if skew == nil { // Otherwise overlap_ended keeps its value.
			found.OverlapEnded = overlapEnded(created, r.OverlapDays, now)
		}
		r.Previous = f.Object(*found)
	}
	return nil
}

// overlapEnded reports whether an overlap has ended. began is the start of the overlap, and days is its length. If days is
// null, the overlap has ended. Each overlap ends one hour early, since a daily job can run some minutes earlier than on
// the day before.
func overlapEnded(began time.Time, days types.Int64, now time.Time) bool {
	return days.IsNull() || !began.IsZero() && !now.Before(began.AddDate(0, 0, int(days.ValueInt64())).Add(-time.Hour))
}

// Keys has the operations of an update on the keys of a resource.
type Keys interface {
	// DeletePrevious deletes a previous key. A key that does not exist is not an error.
	DeletePrevious(ctx context.Context, previous Previous) diag.Diagnostics
	// CreateNext creates the key of the plan and sets its computed attributes.
	CreateNext() diag.Diagnostics
	// SaveState saves the state, and SavePlan saves the plan, as the new state, so that the new state is correct even if a
	// later step fails.
	SaveState(ctx context.Context)
	SavePlan(ctx context.Context)
}

// Rotate creates the key of the plan. current, the key of the state, becomes the previous key. An older previous key is
// deleted first, since the state can hold only two keys and must contain all existing keys.
func (f Form) Rotate(ctx context.Context, plan, state *Rotation, current Previous, keys Keys) (diags diag.Diagnostics) {
	if older, ok := f.Previous(state); ok {
		diags.Append(keys.DeletePrevious(ctx, older)...)
		if diags.HasError() {
			return diags
		}
		state.Previous = f.None()
		keys.SaveState(ctx)
	}
	diags.Append(keys.CreateNext()...)
	if diags.HasError() {
		return diags
	}
	plan.Previous = f.Object(current)
	keys.SavePlan(ctx)
	return diags
}

// EndOverlap deletes the previous key of the state. If the delete fails, the plan keeps the previous key.
func (f Form) EndOverlap(ctx context.Context, plan, state *Rotation, keys Keys) (diags diag.Diagnostics) {
	previous, ok := f.Previous(state)
	if !ok {
		return nil
	}
	diags.Append(keys.DeletePrevious(ctx, previous)...)
	if diags.HasError() {
		previous.OverlapEnded = true
		plan.Previous = f.Object(previous)
		return diags
	}
	plan.Previous = f.None()
	return diags
}

// Overlap checks overlap_days against the period. name is the attribute of the period. If a renewal rotates the key, the
// overlap must not exceed early_renewal_days. With a longer overlap, the previous key could expire before the overlap ends.
// The overlap must also end before the next renewal. If a renewal does not rotate the key, the overlap must not exceed the
// period. Overlap skips unknown values.
func Overlap(name string, period, early, overlap types.Int64, rotates bool) (diags diag.Diagnostics) {
	if overlap.IsNull() || overlap.IsUnknown() {
		return nil
	}
	days, summary := overlap.ValueInt64(), "Overlap is too long"
	switch between := period.ValueInt64() - early.ValueInt64(); {
	case period.IsNull() || period.IsUnknown() || early.IsUnknown():
	case !rotates && days <= period.ValueInt64():
	case !rotates:
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and %s is %d: the previous key would expire before the overlap ends. Decrease overlap_days.",
			days, name, period.ValueInt64()))
	case early.IsNull():
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and early_renewal_days is not set: the previous key may expire before the overlap ends. Set "+
				"early_renewal_days to %[1]d or more.", days))
	case days > early.ValueInt64():
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and early_renewal_days is %d: the previous key may expire before the overlap ends. Set early_renewal_days to "+
				"%[1]d or more, or decrease overlap_days.", days, early.ValueInt64()))
	case days > between:
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, but a key that is valid for %d days and renewed %d days early is renewed every %d days, before the overlap "+
				"ends. Increase %s, or decrease overlap_days.", days, period.ValueInt64(), early.ValueInt64(), between, name))
	}
	return diags
}
