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
	told, ok := call(w, address, s.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.typeName, Version: o.version, RawState: &tfprotov6.RawState{JSON: o.raw(t)},
	})
	if !ok {
		return nil, false
	}
	upgraded := *o
	var err error
	upgraded.version = s.ResourceSchemas[o.typeName].Version
	upgraded.value, err = decode(told.UpgradedState, t)
	return &upgraded, !w.diagnostics.failed(address, err)
}

func (w *walk) read(s *server, o *object) (*object, bool) {
	address, schema := o.address(), s.ResourceSchemas[o.typeName]
	t, identityType := schemaType(schema), s.identityType(o.typeName)
	told, ok := call(w, address, s.ReadResource, &tfprotov6.ReadResourceRequest{
		TypeName: o.typeName, CurrentState: encode(o.value, t), Private: o.private, CurrentIdentity: identityData(o.identity, identityType),
		ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
	})
	if !ok {
		return nil, false
	}
	refreshed := *o
	var err error
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

// identity decodes the identity of an object that exists: it has to be known.
func (w *walk) identity(address string, t cty.Type, told *tfprotov6.ResourceIdentityData, faults []string) (cty.Value, []string) {
	v, err := decodeIdentity(told, t)
	switch {
	case t == cty.NilType:
		return cty.NilVal, faults
	case w.diagnostics.failed(address, err):
		return cty.NilVal, append(faults, "The identity cannot be decoded.")
	case v.IsNull():
		return v, append(faults, "There is no identity.")
	case !v.IsWhollyKnown():
		return v, append(faults, "The identity is not wholly known.")
	}
	return v, faults
}
