// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// validate validates as `terraform validate` does: no provider is configured, and what blocks refer to
// is unknown.
func (d *Driver) validate(c *configuration) *Result {
	w := d.newWalk(c)
	nodes := map[string]*node{}
	w.valueNodes(nodes)
	for address := range c.resources {
		w.scope.set(address, cty.DynamicVal)
	}
	w.providerNodes(nodes, true)
	for address, r := range c.resources {
		nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() bool { return w.validateBlock(r) }}
	}
	for address, r := range c.actions {
		nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() bool { return w.validateBlock(r) }}
	}
	for address, r := range c.resources {
		nodes[address].after = append(nodes[address].after, valuesAmong(c, c.after(r))...)
	}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all}
}

// valuesAmong are the variables and locals among keys of nodes.
func valuesAmong(c *configuration, keys []string) []string {
	var found []string
	for _, key := range keys {
		if _, ok := c.values[key]; ok {
			found = append(found, key)
		}
	}
	return found
}

func (w *walk) validateBlock(r *declaration) bool {
	s, err := w.server(r.provider)
	if w.diagnostics.failed(r.address, err) {
		return false
	}
	schema := map[string]map[string]*tfprotov6.Schema{
		managed: s.ResourceSchemas, data: s.DataSourceSchemas, ephemeral: s.EphemeralResourceSchemas,
	}[r.mode][r.typeName]
	if r.mode == "action" && s.ActionSchemas[r.typeName] != nil {
		schema = s.ActionSchemas[r.typeName].Schema
	}
	if schema == nil {
		return !w.diagnostics.fail(r.address, "Invalid resource type", "The provider does not support "+r.mode+" "+r.typeName+".")
	}
	more := map[string]cty.Value{
		"count": cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)}),
		"each":  cty.ObjectVal(map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal}),
	}
	config, ok := w.decode(r.address, r.body, schema.Block, more)
	if !ok {
		return false
	}
	encoded := encode(config, schemaType(schema))
	var told []*tfprotov6.Diagnostic
	switch r.mode {
	case data:
		resp, e := s.ValidateDataResourceConfig(w.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: r.typeName, Config: encoded})
		if err = e; err == nil {
			told = resp.Diagnostics
		}
	case ephemeral:
		resp, e := s.ValidateEphemeralResourceConfig(w.ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: r.typeName, Config: encoded})
		if err = e; err == nil {
			told = resp.Diagnostics
		}
	case "action":
		return w.validateAction(r, config)
	default:
		return w.validateResource(s, r.typeName, r.address, config)
	}
	return !w.diagnostics.failed(r.address, err) && !w.diagnostics.add(r.address, told)
}
