// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// validate validates as `terraform validate` does: no provider is configured, and what blocks refer to
// is unknown.
func (d *Driver) validate(c *configuration) *Result {
	w, nodes := d.newWalk(c, true)
	for address := range c.resources {
		w.scope.set(address, cty.DynamicVal)
	}
	for _, all := range []map[string]*declaration{c.resources, c.actions} {
		for address, r := range all {
			nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() bool { return w.validateBlock(r) }}
		}
	}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all}
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
	config, ok := w.decode(r.address, r.body, schema.Block, map[string]cty.Value{
		"count": cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)}),
	})
	return ok && w.validateConfig(s, r, r.address, encode(config, schemaType(schema)))
}

// validateConfig validates the configuration of a block, or of an instance.
func (w *walk) validateConfig(s *server, r *declaration, address string, config *tfprotov6.DynamicValue) (ok bool) {
	switch r.mode {
	case data:
		_, ok = call(w, address, s.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: r.typeName, Config: config})
	case ephemeral:
		_, ok = call(w, address, s.ValidateEphemeralResourceConfig, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: r.typeName, Config: config})
	case "action":
		actions, serves := s.ProviderServer.(tfprotov6.ActionServer)
		if !serves {
			return !w.diagnostics.fail(address, "Invalid action type", r.typeName)
		}
		_, ok = call(w, address, actions.ValidateActionConfig, &tfprotov6.ValidateActionConfigRequest{ActionType: r.typeName, Config: config})
	default:
		_, ok = call(w, address, s.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{
			TypeName: r.typeName, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		})
	}
	return ok
}
