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

// Previous is the key that a rotation replaced, and that is valid and managed until its overlap ends.
type Previous struct {
	ID types.String
	// End is in the form that keys of the service have, and null where they have none.
	End    types.String
	Secret types.String
	// OverlapEnded is whether its overlap is over, as of the last refresh.
	OverlapEnded bool
}

// Form is that of the keys of a service: the names of the attributes for their end, "" for none, and for their secret.
type Form struct{ End, Secret string }

func (f Form) types() map[string]attr.Type {
	types := map[string]attr.Type{"id": types.StringType, f.Secret: types.StringType, "overlap_ended": types.BoolType}
	if f.End != "" {
		types[f.End] = types["id"]
	}
	return types
}

// None is no previous key.
func (f Form) None() types.Object { return types.ObjectNull(f.types()) }

// Unset is a Rotation of which nothing is set.
func (f Form) Unset() Rotation {
	return Rotation{RotateWhenChanged: types.MapNull(types.StringType), Previous: f.None()}
}

// Object is the attribute of a previous key.
func (f Form) Object(p Previous) types.Object {
	values := map[string]attr.Value{"id": p.ID, f.Secret: p.Secret, "overlap_ended": types.BoolValue(p.OverlapEnded)}
	if f.End != "" {
		values[f.End] = p.End
	}
	return types.ObjectValueMust(f.types(), values)
}

// Before is the previous key, if there is one.
func (f Form) Before(r *Rotation) (p Previous, ok bool) {
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

// Attributes are those of a Rotation. The overlap is what the days are said to be good for.
func (f Form) Attributes(rotated, overlap, secret string) map[string]schema.Attribute {
	previous := map[string]schema.Attribute{
		"id":     schema.StringAttribute{MarkdownDescription: "Identifier of the previous key.", Computed: true},
		f.Secret: schema.StringAttribute{MarkdownDescription: secret, Computed: true, Sensitive: true},
		"overlap_ended": schema.BoolAttribute{MarkdownDescription: "Whether the overlap is over, as of the last refresh: the next apply " +
			"deletes the previous key.", Computed: true},
	}
	if f.End != "" {
		previous[f.End] = schema.StringAttribute{MarkdownDescription: "Until when it is valid, in the form of the attribute of the " +
			"same name.", Computed: true}
	}
	return map[string]schema.Attribute{
		"rotate_when_changed": schema.MapAttribute{
			MarkdownDescription: "Arbitrary map of values, for example the id of a `time_rotating`. If any value changes, the key is " +
				rotated + ". Adding or removing the whole map changes no key.",
			ElementType: types.StringType,
			Optional:    true,
		},
		"overlap_days": schema.Int64Attribute{
			MarkdownDescription: overlap + " The first `terraform apply` after so many days deletes the previous key; a day less one hour " +
				"counts as a day, so that a daily apply is in time. A second rotation within the overlap deletes the older key. Changing this " +
				"changes no key; removing it ends the overlap with the next apply.",
			Optional:   true,
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"previous": schema.SingleNestedAttribute{
			MarkdownDescription: "The key before the last rotation, as long as it is valid and managed: see `overlap_days`. Null if there is none.",
			Attributes:          previous,
			Computed:            true,
			PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
		},
	}
}

// PlanNew plans a key that does not exist yet: it has no previous one.
func (f Form) PlanNew(ctx context.Context, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("previous"), f.None())...)
}

// Cause is why a key may be rotated, beside its triggers.
type Cause struct {
	// Due says that it is due for renewal by the plan, and Unsure that values which are not known yet may change that.
	Due, Unsure bool
	// Lost says that the previous key took the place of a current one that no longer exists: with an overlap, another one is
	// created.
	Lost bool
}

// Plan plans the rotation of a key that exists. If there is a cause, or a trigger has changed, it is replaced or, with an
// overlap, rotated in place: then the attributes that only the new key has, fresh, take these values.
func (f Form) Plan(
	ctx context.Context, plan, state *Rotation, cause Cause, fresh func() map[string]attr.Value, resp *resource.ModifyPlanResponse,
) (rotated bool) {
	set := func(name string, value attr.Value) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
	triggered := plan.triggered(state)
	rotates := cause.Due || triggered || cause.Lost && !plan.OverlapDays.IsNull()
	_, ok := f.Before(state)
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
			"The key is due for renewal or rotation, and whether it is replaced or rotated in place depends on overlap_days, which is known only "+
				"after apply. Set overlap_days to a value that is known, or apply what it depends on first, with -target.")
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
		// Terraform shows an object that is unknown as a whole as no longer sensitive.
		previous = f.Object(Previous{ID: types.StringUnknown(), End: types.StringUnknown(), Secret: types.StringUnknown()})
	}
	set("previous", previous)
	for name, value := range fresh() {
		set(name, value)
	}
	return true
}

// GoesEarly is the warning of a rotation within the overlap of the last one. object names the key.
func (f Form) GoesEarly(state *Rotation, object string) (diags diag.Diagnostics) {
	if previous, ok := f.Before(state); ok && !previous.OverlapEnded {
		diags.AddAttributeWarning(path.Root("previous"), fmt.Sprintf("The previous key of %s goes early (id %s)", object, previous.ID.ValueString()),
			fmt.Sprintf("%s is rotated within the overlap of the last rotation. One previous key is kept: the key with the id %s is deleted, and "+
				"the one that is current now becomes the previous one. Before you apply, make sure that no program uses the older key.",
				object, previous.ID.ValueString()))
	}
	return diags
}

// FirstTriggers is the warning of triggers that are set for the first time, which changes no key. object names the key.
func (r *Rotation) FirstTriggers(state *Rotation, object string) (diags diag.Diagnostics) {
	if len(state.RotateWhenChanged.Elements()) == 0 && len(r.RotateWhenChanged.Elements()) > 0 {
		diags.AddAttributeWarning(path.Root("rotate_when_changed"), object+" is not rotated by this",
			"rotate_when_changed is set for the first time: the key stays, and the next change of a value rotates it. To replace the key now, "+
				"run terraform apply -replace=ADDRESS.")
	}
	return diags
}

// OwnPrevious is the warning of a plan that deletes the previous key although the provider itself logs in with it: at the end of
// an overlap, or since the key is rotated again. settings are those that the provider takes a key from.
func (f Form) OwnPrevious(
	plan, state *Rotation, rotated bool, object, settings string, own func(Previous) bool,
) (diags diag.Diagnostics) {
	previous, ok := f.Before(state)
	if ok && (rotated || f.ends(plan, state)) && own(previous) {
		diags.AddAttributeWarning(path.Root("previous"), fmt.Sprintf("The provider logs in with the previous key of %s", object), fmt.Sprintf(
			"The plan deletes the previous key, with the id %s. The provider logs in with it, so the apply cannot delete it. Give the provider "+
				"the current key (%s) before you apply.", previous.ID.ValueString(), settings))
	}
	return diags
}

// Stays is the previous key of a plan that leaves it as it is.
func (f Form) Stays(plan, state *Rotation) (p Previous, ok bool) {
	p, ok = f.Before(state)
	return p, ok && !plan.OverlapDays.IsUnknown() && !f.ends(plan, state)
}

// triggered says whether a trigger has changed. Taking on some for the first time, or giving all up, is no change; an empty
// map is none.
func (r *Rotation) triggered(state *Rotation) bool {
	some := func(m types.Map) bool { return m.IsUnknown() || len(m.Elements()) > 0 }
	return some(state.RotateWhenChanged) && some(r.RotateWhenChanged) && !r.RotateWhenChanged.Equal(state.RotateWhenChanged)
}

// knowsTriggers says whether all triggers are known.
func (r *Rotation) knowsTriggers() bool {
	for _, value := range r.RotateWhenChanged.Elements() {
		if value.IsUnknown() {
			return false
		}
	}
	return !r.RotateWhenChanged.IsUnknown()
}

// ends says whether the plan ends an overlap. The verdict of the state is about its number of days: of a larger one the
// next refresh decides.
func (f Form) ends(plan, state *Rotation) bool {
	previous, _ := f.Before(state)
	days := plan.OverlapDays
	return days.IsNull() || previous.OverlapEnded && days.ValueInt64() <= state.OverlapDays.ValueInt64()
}

// Refresh takes over what became of the previous key, which find looks for: nil where it does not exist. The current key
// was created at that time; now is by the same clock, which is trusted unless skew is an error.
func (f Form) Refresh(r *Rotation, created, now time.Time, skew error, find func(Previous) (*Previous, error)) error {
	before, ok := f.Before(r)
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
		if skew == nil { // Otherwise the verdict of the state stands.
			found.OverlapEnded = overlapEnded(created, r.OverlapDays, now)
		}
		r.Previous = f.Object(*found)
	}
	return nil
}

// overlapEnded says whether an overlap that began at that time is over. A daily job may run some minutes earlier than
// the day before.
func overlapEnded(began time.Time, days types.Int64, now time.Time) bool {
	return days.IsNull() || !began.IsZero() && !now.Before(began.AddDate(0, 0, int(days.ValueInt64())).Add(-time.Hour))
}

// Keys is what an update does with the keys of a resource.
type Keys interface {
	// DeletePrevious deletes a previous key. If it does not exist, that is no error.
	DeletePrevious(ctx context.Context, previous Previous) diag.Diagnostics
	// CreateNext creates the key of the plan and sets what is computed.
	CreateNext() diag.Diagnostics
	// SaveState saves the state, and SavePlan the plan: what Terraform knows whatever happens afterwards.
	SaveState(ctx context.Context)
	SavePlan(ctx context.Context)
}

// Rotate creates the key of the plan. The key of the state, in this form, becomes the previous one. An older one is deleted
// first: the state has room for two keys, and is to know all that exist.
func (f Form) Rotate(ctx context.Context, plan, state *Rotation, current Previous, keys Keys) (diags diag.Diagnostics) {
	if older, ok := f.Before(state); ok {
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

// EndOverlap deletes the previous key of the state. If that fails, the plan keeps it.
func (f Form) EndOverlap(ctx context.Context, plan, state *Rotation, keys Keys) (diags diag.Diagnostics) {
	previous, ok := f.Before(state)
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

// Overlap checks overlap_days where there is a period, which is the attribute of that name. If a renewal rotates the key, the
// overlap is at most early_renewal_days, else the previous key would expire sooner, and ends before the next renewal; otherwise
// it is at most the period. What is not known waits.
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
			"overlap_days is %d, and %s is %d: the previous key would expire before the overlap ends. Set overlap_days to less.",
			days, name, period.ValueInt64()))
	case early.IsNull():
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and early_renewal_days is not set: the previous key may expire before the overlap ends. Set "+
				"early_renewal_days to %[1]d or more.", days))
	case days > early.ValueInt64():
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and early_renewal_days is %d: the previous key may expire before the overlap ends. Set early_renewal_days to "+
				"%[1]d or more, or overlap_days to less.", days, early.ValueInt64()))
	case days > between:
		diags.AddAttributeError(path.Root("overlap_days"), summary, fmt.Sprintf(
			"overlap_days is %d, and a key of %d days that is renewed %d days early is renewed every %d days, before the overlap ends. Set "+
				"%s to more, or overlap_days to less.", days, period.ValueInt64(), early.ValueInt64(), between, name))
	}
	return diags
}
