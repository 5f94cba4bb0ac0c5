// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func (w *walk) validateResource(s *server, typeName, address string, config cty.Value) bool {
	validated, err := s.ValidateResourceConfig(w.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: encode(config, schemaType(s.ResourceSchemas[typeName])),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	return !w.diagnostics.failed(address, err) && !w.diagnostics.add(address, validated.Diagnostics)
}

// diff asks the provider for a plan, and for a second one where it is to be a replacement.
func (w *walk) diff(s *server, of object, config cty.Value, prior *object, ignored []string, force bool) (*change, bool) {
	address, block := of.address(), s.ResourceSchemas[of.typeName].Block
	t, identityType := schemaType(s.ResourceSchemas[of.typeName]), s.identityType(of.typeName)
	before, private, identity := nothing(t), []byte(nil), cty.NilVal
	if prior != nil {
		before, private, identity = prior.value, prior.private, prior.identity
		config = ignoring(config, before, ignored)
	}
	// Warnings of the second plan of a replacement are discarded, as Terraform does.
	ask := func(before cty.Value, private []byte, identity cty.Value, second bool) (*tfprotov6.PlanResourceChangeResponse, cty.Value, bool) {
		told, err := s.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: of.typeName, PriorState: encode(before, t), ProposedNewState: encode(proposedNew(block, before, config), t), Config: encode(config, t),
			PriorPrivate: private, PriorIdentity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
		})
		if w.diagnostics.failed(address, err) || w.deferred(address, told.Deferred) {
			return nil, cty.NilVal, false
		}
		if second {
			told.Diagnostics = slices.DeleteFunc(told.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityWarning })
		}
		if w.diagnostics.add(address, told.Diagnostics) {
			return nil, cty.NilVal, false
		}
		planned, err := decode(told.PlannedState, t)
		if w.diagnostics.failed(address, err) {
			return nil, cty.NilVal, false
		}
		return told, planned, !w.diagnostics.fail(address, "Provider produced invalid plan", faultsOfPlan(block, before, config, planned)...)
	}
	if prior != nil && prior.tainted {
		before, private, identity = nothing(t), nil, cty.NilVal
	}
	told, planned, ok := ask(before, private, identity, false)
	if !ok {
		return nil, false
	}
	c := &change{object: of, action: update, prior: prior}
	paths, ok := w.replacePaths(address, block, told.RequiresReplace, before, planned)
	if !ok {
		return nil, false
	}
	switch {
	case prior == nil:
		c.action = create
	case prior.tainted:
		c.action = replace
	case len(paths) > 0 || force:
		c.action, c.replacePaths = replace, paths
		// The object that is created knows nothing of the one before.
		if told, planned, ok = ask(nothing(t), told.PlannedPrivate, identity, true); !ok {
			return nil, false
		}
	case planned.RawEquals(before):
		c.action = noOp
	}
	c.value, c.private = planned, told.PlannedPrivate
	if identityType != cty.NilType {
		var sent *tfprotov6.DynamicValue
		if told.PlannedIdentity != nil {
			sent = told.PlannedIdentity.IdentityData
		}
		var err error
		if c.identity, err = decode(sent, identityType); w.diagnostics.failed(address, err) {
			return nil, false
		}
		if (c.action == update || c.action == noOp) && !c.identity.IsWhollyKnown() &&
			w.diagnostics.fail(address, "Provider produced invalid plan", "The planned identity of an update is not wholly known.") {
			return nil, false
		}
	}
	return c, true
}

// ignoring is the configuration with attributes as they were.
func ignoring(config, before cty.Value, ignored []string) cty.Value {
	if len(ignored) == 0 || config.IsNull() {
		return config
	}
	members := config.AsValueMap()
	for _, name := range ignored {
		members[name] = before.GetAttr(name)
	}
	return cty.ObjectVal(members)
}

// replacePaths are those of the paths whose value changes, as the plan's JSON has them. Terraform drops
// the others without a word.
func (w *walk) replacePaths(address string, block *tfprotov6.SchemaBlock, paths []*tftypes.AttributePath, before, planned cty.Value) ([]any, bool) {
	var found []any
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
			if w.diagnostics.fail(address, "Provider produced invalid plan", "It requires replacement for a path that does not exist: "+path.String()) {
				return nil, false
			}
		}
		if before.IsNull() {
			continue
		}
		// A write-only value is not kept, so that nothing tells whether it changes.
		writeOnly := slices.ContainsFunc(block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.WriteOnly && len(shown) > 0 && a.Name == shown[0] })
		if was, err := steps.Apply(before); writeOnly || err != nil || !was.RawEquals(will) {
			found = append(found, shown)
		}
	}
	return found, true
}

// removal plans to destroy an object.
func (w *walk) removal(s *server, o *object) (*change, bool) {
	t := schemaType(s.ResourceSchemas[o.typeName])
	null := encode(nothing(t), t)
	told, err := s.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName, PriorState: encode(o.value, t), ProposedNewState: null, Config: null, PriorPrivate: o.private,
		PriorIdentity:      identityData(o.identity, s.identityType(o.typeName)),
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
	})
	if w.diagnostics.failed(o.address(), err) || w.diagnostics.add(o.address(), told.Diagnostics) {
		return nil, false
	}
	planned, err := decode(told.PlannedState, t)
	if w.diagnostics.failed(o.address(), err) {
		return nil, false
	}
	if !planned.IsNull() {
		return nil, !w.diagnostics.fail(o.address(), "Provider produced invalid plan", "It plans something in place of nothing.")
	}
	c := &change{object: *o, action: remove, prior: o}
	c.value, c.private = planned, told.PlannedPrivate
	return c, true
}
