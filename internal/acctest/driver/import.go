// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Import imports an object into the state, like `terraform import`.
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
	nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() {
		s := w.server(r.provider, address)
		o := w.read(s, w.importObject(s, r, instance{key: cty.NilVal}, id, cty.NilVal))
		if o == nil {
			w.nothingToImport(address)
		}
		w.save(address, o)
	}}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all}
}

func (w *walk) nothingToImport(address string) {
	w.diagnostics.refuse(address, "Cannot import non-existent remote object",
		"While attempting to import an existing object to \""+address+"\", the provider detected that no object exists with the given id.")
}

// importBlock imports the object of an import block. It returns the object and the id in the block, or an empty id if the block
// has none.
func (p *planning) importBlock(s *server, r *declaration, one instance, block *hclsyntax.Body) (*object, *string) {
	address, id, identity := r.address+one.suffix, "", cty.NilVal
	if a := block.Attributes["id"]; a != nil {
		p.diagnostics.check(address, gohcl.DecodeExpression(a.Expr, p.scope.context(one.more), &id).Errs()...)
	} else if a := block.Attributes["identity"]; a != nil {
		v, diags := a.Expr.Value(p.scope.context(one.more))
		p.diagnostics.check(address, diags.Errs()...)
		var err error
		t := s.identityType(r.typeName)
		identity, err = convert.Convert(v, cty.ObjectWithOptionalAttrs(t.AttributeTypes(), sortedKeys(t.AttributeTypes())))
		p.diagnostics.check(address, err)
	}
	return p.importObject(s, r, one, id, identity), &id
}

func (w *walk) importObject(s *server, r *declaration, one instance, id string, identity cty.Value) *object {
	address, t, identityType := r.address+one.suffix, schemaType(s.ResourceSchemas[r.typeName]), s.identityType(r.typeName)
	resp := mustCall(w, address, s.ImportResourceState, &tfprotov6.ImportResourceStateRequest{
		TypeName: r.typeName, ID: id, Identity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{},
	})
	if len(resp.ImportedResources) != 1 || resp.ImportedResources[0].TypeName != r.typeName {
		w.diagnostics.refuse(address, "Import returned no resources", "The provider did not return exactly one "+r.typeName+".")
	}
	imported := resp.ImportedResources[0]
	o := r.object(one, s.ResourceSchemas[r.typeName].Version)
	o.private, o.value, o.identity = imported.Private, w.result(address, imported.State, t), w.identity(address, imported.Identity, identityType)
	return &o
}
