// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// diff plans a create or an update. If the provider requires a replacement, diff also plans the create of the new object.
func (w *walk) diff(s *server, of object, config cty.Value, prior *object, force bool) *change {
	address, block := of.address(), s.ResourceSchemas[of.typeName].Block
	t, identityType := schemaType(s.ResourceSchemas[of.typeName]), s.identityType(of.typeName)
	before, private, identity := nothing(t), []byte(nil), cty.NilVal
	if prior != nil && !prior.tainted {
		before, private, identity = prior.value, prior.private, prior.identity
	}
	plan := func(before cty.Value, private []byte, method func(context.Context, *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error)) (*tfprotov6.PlanResourceChangeResponse, cty.Value) {
		resp := mustCall(w, address, method, &tfprotov6.PlanResourceChangeRequest{
			TypeName: of.typeName, PriorState: encode(before, t), ProposedNewState: encode(proposedNew(block, before, config), t), Config: encode(config, t),
			PriorPrivate: private, PriorIdentity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
		})
		planned := w.result(address, resp.PlannedState, t)
		w.diagnostics.refuse(address, "Provider produced invalid plan", faultsOfPlan(block, before, config, planned)...)
		return resp, planned
	}
	resp, planned := plan(before, private, s.PlanResourceChange)
	c := &change{object: of, action: update, prior: prior}
	paths := w.replacePaths(address, block, resp.RequiresReplace, before, planned)
	switch {
	case prior == nil:
		c.action = create
	case prior.tainted:
		c.action = replace
	case len(paths) > 0 || force:
		c.action, c.replacePaths = replace, paths
		// The plan of the new object starts without a prior state.
		resp, planned = plan(nothing(t), resp.PlannedPrivate, s.planWithoutWarnings)
	case planned.RawEquals(before):
		c.action = noOp
	}
	c.value, c.private, c.identity = planned, resp.PlannedPrivate, w.identity(address, resp.PlannedIdentity, identityType)
	if c.identity != cty.NilVal && (c.action == update || c.action == noOp) && !c.identity.IsWhollyKnown() {
		w.diagnostics.refuse(address, "Provider produced invalid plan", "The planned identity of an update is not wholly known.")
	}
	return c
}

// planWithoutWarnings calls PlanResourceChange for the second plan of a replacement. Like Terraform, it discards the warnings.
func (s *server) planWithoutWarnings(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.PlanResourceChange(ctx, req)
	if err == nil {
		resp.Diagnostics = slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityWarning })
	}
	return resp, err
}

// replacePaths returns the paths that require a replacement and whose values change, in the JSON format of a plan. Terraform
// ignores the other paths too.
func (w *walk) replacePaths(address string, block *tfprotov6.SchemaBlock, paths []*tftypes.AttributePath, before, planned cty.Value) (found []any) {
	for _, path := range paths {
		var steps cty.Path
		var shown []any
		for _, step := range path.Steps() {
			switch step := step.(type) {
			case tftypes.AttributeName:
				steps, shown = steps.GetAttr(string(step)), append(shown, string(step))
			case tftypes.ElementKeyString:
				steps, shown = steps.IndexString(string(step)), append(shown, string(step))
			case tftypes.ElementKeyInt:
				steps, shown = steps.IndexInt(int(step)), append(shown, float64(step))
			}
		}
		will, err := steps.Apply(planned)
		if err != nil {
			w.diagnostics.refuse(address, "Provider produced invalid plan", "The plan requires replacement for a path that does not exist: "+path.String())
		}
		if before.IsNull() {
			continue
		}
		// The state does not contain write-only values. So each write-only value is treated as changed.
		writeOnly := slices.ContainsFunc(block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.WriteOnly && len(shown) > 0 && a.Name == shown[0] })
		if was, err := steps.Apply(before); writeOnly || err != nil || !was.RawEquals(will) {
			found = append(found, shown)
		}
	}
	return found
}

// removal plans the delete of an object.
func (w *walk) removal(s *server, o *object) *change {
	t := schemaType(s.ResourceSchemas[o.typeName])
	null := encode(nothing(t), t)
	resp := mustCall(w, o.address(), s.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName, PriorState: encode(o.value, t), ProposedNewState: null, Config: null, PriorPrivate: o.private,
		PriorIdentity:      identityData(o.identity, s.identityType(o.typeName)),
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
	})
	c := &change{object: *o, action: remove, prior: o}
	c.value, c.private = w.result(o.address(), resp.PlannedState, t), resp.PlannedPrivate
	if !c.value.IsNull() {
		w.diagnostics.refuse(o.address(), "Provider produced invalid plan", "The planned value of a delete is not null.")
	}
	return c
}
