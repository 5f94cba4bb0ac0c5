// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Import imports into the state, as `terraform import` does.
func (d *Driver) Import(address, id string) *Result {
	d.t.Helper()
	c, err := parse(d.Config)
	if err != nil {
		return failure(err)
	}
	w, nodes := d.newWalk(c, false)
	r := c.resources[address]
	if r == nil {
		d.t.Fatalf("there is no resource %s", address)
	}
	nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() bool {
		s, err := w.server(r.provider)
		if w.diagnostics.failed(address, err) {
			return false
		}
		o, ok := w.importObject(s, r, instance{key: cty.NilVal}, id, cty.NilVal)
		if !ok {
			return false
		}
		if o, ok = w.read(s, o); !ok {
			return false
		}
		if o == nil {
			return w.nothingToImport(address)
		}
		w.save(address, o)
		return true
	}}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all}
}

func (w *walk) nothingToImport(address string) bool {
	return !w.diagnostics.fail(address, "Cannot import non-existent remote object",
		"While attempting to import an existing object to \""+address+"\", the provider detected that no object exists with the given id.")
}

// importBlock imports what an import block names.
func (p *planning) importBlock(s *server, r *declaration, one instance, block *hclsyntax.Body) (*object, *string, bool) {
	address := r.address + one.suffix
	for name, into := range map[string]cty.Type{"id": cty.String, "identity": s.identityType(r.typeName)} {
		a, ok := block.Attributes[name]
		if !ok {
			continue
		}
		v, diags := a.Expr.Value(p.scope.context(one.more))
		if diags.HasErrors() {
			return nil, nil, !p.diagnostics.failed(address, diags)
		}
		if name == "identity" {
			members := map[string]cty.Value{}
			for member, t := range into.AttributeTypes() {
				members[member] = nothing(t)
				if v.Type().HasAttribute(member) {
					converted, err := convert.Convert(v.GetAttr(member), t)
					if p.diagnostics.failed(address, err) {
						return nil, nil, false
					}
					members[member] = converted
				}
			}
			o, ok := p.importObject(s, r, one, "", cty.ObjectVal(members))
			return o, new(string), ok
		}
		if v, err := convert.Convert(v, into); !p.diagnostics.failed(address, err) && v.IsKnown() && !v.IsNull() {
			id := v.AsString()
			o, ok := p.importObject(s, r, one, id, cty.NilVal)
			return o, &id, ok
		}
	}
	return nil, nil, !p.diagnostics.fail(address, "Invalid import block", "It needs a known id or identity.")
}

// importObject imports by id, or by identity.
func (w *walk) importObject(s *server, r *declaration, one instance, id string, identity cty.Value) (*object, bool) {
	address, t, identityType := r.address+one.suffix, schemaType(s.ResourceSchemas[r.typeName]), s.identityType(r.typeName)
	told, ok := call(w, address, s.ImportResourceState, &tfprotov6.ImportResourceStateRequest{
		TypeName: r.typeName, ID: id, Identity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{},
	})
	if !ok {
		return nil, false
	}
	if len(told.ImportedResources) != 1 || told.ImportedResources[0].TypeName != r.typeName {
		return nil, !w.diagnostics.fail(address, "Import returned no resources", "The provider did not return one "+r.typeName+".")
	}
	imported := told.ImportedResources[0]
	o := r.object(one, s.ResourceSchemas[r.typeName].Version)
	o.private = imported.Private
	var err error
	if o.value, err = decode(imported.State, t); w.diagnostics.failed(address, err) {
		return nil, false
	}
	o.identity, err = decodeIdentity(imported.Identity, identityType)
	return &o, !w.diagnostics.failed(address, err)
}
