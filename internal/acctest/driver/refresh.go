// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// refreshed makes what a plan refreshed the state.
func (d *Driver) refreshed(plan *Plan) {
	for address, o := range d.state {
		if o.mode == managed && plan.before[address] == nil {
			delete(d.state, address)
		}
	}
	maps.Copy(d.state, plan.before)
}

// Refresh refreshes the state as `terraform refresh` does.
func (d *Driver) Refresh() *Result {
	d.t.Helper()
	planned := d.Plan(Options{})
	if planned.Plan != nil {
		d.refreshed(planned.Plan)
	}
	return planned
}

// refresh upgrades an object of the state and reads it. It is nil where it no longer exists.
func (p *planning) refresh(s *server, o *object) (*object, bool) {
	o, ok := p.upgrade(s, o)
	if !ok || p.options.NoRefresh {
		return o, ok
	}
	return p.read(s, o)
}

// upgrade sends an object through UpgradeResourceState, as Terraform does with what a state file holds.
func (w *walk) upgrade(s *server, o *object) (*object, bool) {
	address, t := o.address(), schemaType(s.ResourceSchemas[o.typeName])
	told, err := s.UpgradeResourceState(w.ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.typeName, Version: o.version, RawState: &tfprotov6.RawState{JSON: o.raw(t)},
	})
	if w.diagnostics.failed(address, err) || w.diagnostics.add(address, told.Diagnostics) {
		return nil, false
	}
	upgraded := *o
	upgraded.version = s.ResourceSchemas[o.typeName].Version
	upgraded.value, err = decode(told.UpgradedState, t)
	return &upgraded, !w.diagnostics.failed(address, err)
}

func (w *walk) read(s *server, o *object) (*object, bool) {
	address, schema := o.address(), s.ResourceSchemas[o.typeName]
	t, identityType := schemaType(schema), s.identityType(o.typeName)
	told, err := s.ReadResource(w.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.typeName, CurrentState: encode(o.value, t), Private: o.private, CurrentIdentity: identityData(o.identity, identityType),
		ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
	})
	if w.diagnostics.failed(address, err) || w.deferred(address, told.Deferred) || w.diagnostics.add(address, told.Diagnostics) {
		return nil, false
	}
	refreshed := *o
	refreshed.private = told.Private
	if refreshed.value, err = decode(told.NewState, t); w.diagnostics.failed(address, err) {
		return nil, false
	}
	if refreshed.value.IsNull() {
		return nil, true
	}
	faults := faultsOfWriteOnly(schema.Block.Attributes, refreshed.value)
	if !refreshed.value.IsWhollyKnown() {
		faults = append(faults, "The result of a refresh is not wholly known.")
	}
	refreshed.identity, faults = w.identity(address, identityType, told.NewIdentity, faults)
	return &refreshed, !w.diagnostics.fail(address, "Provider produced invalid object", faults...)
}

// deferred refuses a response that defers a change: the driver, like Terraform without -allow-deferral, does not
// let a provider do so.
func (w *walk) deferred(address string, d *tfprotov6.Deferred) bool {
	return d != nil && w.diagnostics.fail(address, "Invalid deferred response from provider", "The provider defers a change without being allowed to.")
}

// identity decodes the identity of an object that exists: it has to be known.
func (w *walk) identity(address string, t cty.Type, told *tfprotov6.ResourceIdentityData, faults []string) (cty.Value, []string) {
	if t == cty.NilType {
		return cty.NilVal, faults
	}
	var sent *tfprotov6.DynamicValue
	if told != nil {
		sent = told.IdentityData
	}
	v, err := decode(sent, t)
	switch {
	case w.diagnostics.failed(address, err):
		return cty.NilVal, append(faults, "The identity cannot be decoded.")
	case v.IsNull():
		return v, append(faults, "There is no identity.")
	case !v.IsWhollyKnown():
		return v, append(faults, "The identity is not wholly known.")
	}
	return v, faults
}
