// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// data plans a data source: it is read, unless its configuration is not known yet or what it depends on
// is to change.
func (p *planning) data(nodes map[string]*node, s *server, r *declaration, one instance) cty.Value {
	schema := s.DataSourceSchemas[r.typeName]
	config := p.decode(r.address+one.suffix, r.body, schema.Block, one.more)
	c := &change{action: noOp, object: r.object(one, schema.Version)}
	p.mu.Lock()
	waits := !config.IsWhollyKnown() || slices.ContainsFunc(r.dependsOn, func(address string) bool {
		return p.pending[address] || slices.ContainsFunc(closure(nodes, address), func(before string) bool { return p.pending[before] })
	})
	p.mu.Unlock()
	if waits {
		c.action, c.value = read, plannedUnknown(schema.Block, config)
	} else {
		c.value = p.readData(s, r, one)
	}
	p.add(c)
	return c.value
}

// plannedUnknown is an object before it is read: what is not configured and computed is unknown.
func plannedUnknown(block *tfprotov6.SchemaBlock, config cty.Value) cty.Value {
	members := config.AsValueMap()
	for _, a := range block.Attributes {
		if a.Computed && members[a.Name].IsNull() {
			members[a.Name] = cty.UnknownVal(members[a.Name].Type())
		}
	}
	return cty.ObjectVal(members)
}

func (w *walk) readData(s *server, r *declaration, one instance) cty.Value {
	address, schema := r.address+one.suffix, s.DataSourceSchemas[r.typeName]
	config := w.decode(address, r.body, schema.Block, one.more)
	encoded := encode(config, schemaType(schema))
	w.validateConfig(s, r, address, encoded)
	told := ask(w, address, s.ReadDataSource, &tfprotov6.ReadDataSourceRequest{
		TypeName: r.typeName, Config: encoded, ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{},
	})
	o := r.object(one, schema.Version)
	o.value = w.result(address, told.State, schemaType(schema))
	w.diagnostics.refuse(address, "Provider produced invalid object", faultsOfData(schema.Block, config, o.value)...)
	w.save(address, &o)
	return o.value
}

// faultsOfData are where what was read is not complete, or not as configured.
func faultsOfData(block *tfprotov6.SchemaBlock, config, v cty.Value) []string {
	switch {
	case v.IsNull():
		return []string{"There is no object."}
	case !v.IsWhollyKnown():
		return []string{"The object is not wholly known."}
	}
	return faultsOfPlan(block, cty.NilVal, config, v)
}

// open opens an ephemeral resource, which is closed at the end of the walk. Where its configuration is not
// known yet, it is left for the apply.
func (w *walk) open(s *server, r *declaration, one instance) cty.Value {
	address, schema := r.address+one.suffix, s.EphemeralResourceSchemas[r.typeName]
	config := w.decode(address, r.body, schema.Block, one.more)
	if !config.IsWhollyKnown() {
		return plannedUnknown(schema.Block, config)
	}
	encoded := encode(config, schemaType(schema))
	w.validateConfig(s, r, address, encoded)
	told := ask(w, address, s.OpenEphemeralResource, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: r.typeName, Config: encoded, ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{},
	})
	v := w.result(address, told.Result, schemaType(schema))
	w.diagnostics.refuse(address, "Provider produced invalid ephemeral resource instance", faultsOfData(schema.Block, config, v)...)
	if !told.RenewAt.IsZero() {
		w.diagnostics.refuse(address, "Renewing ephemeral resources is for the CLI, not for the driver", "")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closing = append(w.closing, closing{r.address, func() {
		call(w, address, s.CloseEphemeralResource, &tfprotov6.CloseEphemeralResourceRequest{TypeName: r.typeName, Private: told.Private})
	}})
	return v
}

// result decodes what a provider sent.
func (w *walk) result(address string, told *tfprotov6.DynamicValue, t cty.Type) cty.Value {
	v, err := decode(told, t)
	w.diagnostics.check(address, err)
	return v
}

// identity decodes an identity that a provider sent; it is cty.NilVal if there is no type.
func (w *walk) identity(address string, told *tfprotov6.ResourceIdentityData, t cty.Type) cty.Value {
	switch {
	case t == cty.NilType:
		return cty.NilVal
	case told == nil:
		return cty.NullVal(t)
	}
	return w.result(address, told.IdentityData, t)
}

// closing is an ephemeral resource that is open.
type closing struct {
	address string
	end     func()
}

// close closes ephemeral resources, save those that something behind them failed of: Terraform does not close these.
// Then it ends the providers, as the end of their processes does.
func (w *walk) close() {
	for _, open := range slices.Backward(w.closing) {
		if !slices.ContainsFunc(w.failed, func(key string) bool { return slices.Contains(closure(w.nodes, key), open.address) }) {
			open.end()
		}
	}
	for address, s := range w.servers {
		if ends, ok := s.ProviderServer.(interface {
			End(ctx context.Context) error
		}); ok {
			w.diagnostics.failed("provider."+address, ends.End(w.ctx))
		}
	}
}
