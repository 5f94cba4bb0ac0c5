// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// refreshed replaces the state with the refreshed state of a plan.
func (d *Driver) refreshed(plan *Plan) {
	for address, o := range d.state {
		if o.mode == managed && plan.before[address] == nil {
			delete(d.state, address)
		}
	}
	maps.Copy(d.state, plan.before)
}

// Refresh refreshes the state, like `terraform refresh`.
func (d *Driver) Refresh() *Result {
	d.t.Helper()
	planned := d.Plan(Options{})
	if planned.Plan != nil {
		d.refreshed(planned.Plan)
	}
	return planned
}

// refresh upgrades an object of the state. Unless NoRefresh is set, it also reads the object. It returns nil if the object no
// longer exists.
func (p *planning) refresh(s *server, o *object) *object {
	o = p.upgrade(s, o)
	if p.options.NoRefresh {
		return o
	}
	return p.read(s, o)
}

// upgrade calls UpgradeResourceState, as Terraform does for each object of a state file.
func (w *walk) upgrade(s *server, o *object) *object {
	address, t := o.address(), schemaType(s.ResourceSchemas[o.typeName])
	resp := mustCall(w, address, s.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.typeName, Version: o.version, RawState: &tfprotov6.RawState{JSON: o.raw(t)},
	})
	upgraded := *o
	upgraded.version, upgraded.value = s.ResourceSchemas[o.typeName].Version, w.result(address, resp.UpgradedState, t)
	return &upgraded
}

func (w *walk) read(s *server, o *object) *object {
	address, schema := o.address(), s.ResourceSchemas[o.typeName]
	t, identityType := schemaType(schema), s.identityType(o.typeName)
	resp := mustCall(w, address, s.ReadResource, &tfprotov6.ReadResourceRequest{
		TypeName: o.typeName, CurrentState: encode(o.value, t), Private: o.private, CurrentIdentity: identityData(o.identity, identityType),
		ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
	})
	refreshed := *o
	refreshed.private, refreshed.value = resp.Private, w.result(address, resp.NewState, t)
	if refreshed.value.IsNull() {
		return nil
	}
	faults := faultsOfWriteOnly(schema.Block.Attributes, refreshed.value)
	if !refreshed.value.IsWhollyKnown() {
		faults = append(faults, "The result of a refresh is not wholly known.")
	}
	identity, more := w.knownIdentity(address, resp.NewIdentity, identityType)
	refreshed.identity = identity
	w.diagnostics.refuse(address, "Provider produced invalid object", append(faults, more...)...)
	return &refreshed
}

// knownIdentity decodes the identity of an existing object. It returns a fault if the identity is missing or not wholly known.
func (w *walk) knownIdentity(address string, resp *tfprotov6.ResourceIdentityData, t cty.Type) (v cty.Value, faults []string) {
	switch v = w.identity(address, resp, t); {
	case t == cty.NilType:
	case v.IsNull():
		faults = []string{"There is no identity."}
	case !v.IsWhollyKnown():
		faults = []string{"The identity is not wholly known."}
	}
	return v, faults
}
