// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// data plans a data source. If the configuration contains unknown values or the plan changes a dependency, the apply reads the
// data source. Otherwise the plan reads it.
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

// plannedUnknown returns the planned value of an object that cannot be read yet: computed attributes without a configured
// value are unknown.
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
	resp := mustCall(w, address, s.ReadDataSource, &tfprotov6.ReadDataSourceRequest{
		TypeName: r.typeName, Config: encoded, ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{},
	})
	o := r.object(one, schema.Version)
	o.value = w.result(address, resp.State, schemaType(schema))
	w.diagnostics.refuse(address, "Provider produced invalid object", faultsOfData(schema.Block, config, o.value)...)
	w.save(address, &o)
	return o.value
}

// faultsOfData checks an object that the provider read. It returns a message for each value that is missing, unknown or different
// from the configuration.
func faultsOfData(block *tfprotov6.SchemaBlock, config, v cty.Value) []string {
	switch {
	case v.IsNull():
		return []string{"There is no object."}
	case !v.IsWhollyKnown():
		return []string{"The object is not wholly known."}
	}
	return faultsOfPlan(block, cty.NilVal, config, v)
}

// open opens an ephemeral resource. The method close closes the resource at the end of the walk. If the configuration contains
// unknown values, open returns unknown values. The apply then opens the resource.
func (w *walk) open(s *server, r *declaration, one instance) cty.Value {
	address, schema := r.address+one.suffix, s.EphemeralResourceSchemas[r.typeName]
	config := w.decode(address, r.body, schema.Block, one.more)
	if !config.IsWhollyKnown() {
		return plannedUnknown(schema.Block, config)
	}
	encoded := encode(config, schemaType(schema))
	w.validateConfig(s, r, address, encoded)
	resp := mustCall(w, address, s.OpenEphemeralResource, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: r.typeName, Config: encoded, ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{},
	})
	v := w.result(address, resp.Result, schemaType(schema))
	w.diagnostics.refuse(address, "Provider produced invalid ephemeral resource instance", faultsOfData(schema.Block, config, v)...)
	if !resp.RenewAt.IsZero() {
		w.diagnostics.refuse(address, "The driver does not support renewal of ephemeral resources", "")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closing = append(w.closing, closing{r.address, func() {
		call(w, address, s.CloseEphemeralResource, &tfprotov6.CloseEphemeralResourceRequest{TypeName: r.typeName, Private: resp.Private})
	}})
	return v
}

// result decodes a value of a provider's response.
func (w *walk) result(address string, resp *tfprotov6.DynamicValue, t cty.Type) cty.Value {
	v, err := decode(resp, t)
	w.diagnostics.check(address, err)
	return v
}

// identity decodes an identity of a provider's response. It returns cty.NilVal if the resource type has no identity.
func (w *walk) identity(address string, resp *tfprotov6.ResourceIdentityData, t cty.Type) cty.Value {
	switch {
	case t == cty.NilType:
		return cty.NilVal
	case resp == nil:
		return cty.NullVal(t)
	}
	return w.result(address, resp.IdentityData, t)
}

// closing is an open ephemeral resource.
type closing struct {
	address string
	end     func()
}

// close closes the ephemeral resources. Like Terraform, it skips an ephemeral resource if a failed node depends on it. Then it
// calls the method End of each provider that has one. In tests, no provider process ends, so the driver must call End.
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
