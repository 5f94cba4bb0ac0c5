// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// validate validates a configuration, like `terraform validate`: providers are not configured, and references are unknown.
func (d *Driver) validate(c *configuration) *Result {
	w, nodes := d.newWalk(c, true)
	for address := range c.resources {
		w.scope.set(address, cty.DynamicVal)
	}
	for _, all := range []map[string]*declaration{c.resources, c.actions} {
		for address, r := range all {
			nodes[address] = &node{after: []string{"provider." + r.provider}, run: func() { w.validateBlock(r) }}
		}
	}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all}
}

func (w *walk) validateBlock(r *declaration) {
	s := w.server(r.provider, r.address)
	schema := map[string]map[string]*tfprotov6.Schema{
		managed: s.ResourceSchemas, data: s.DataSourceSchemas, ephemeral: s.EphemeralResourceSchemas,
	}[r.mode][r.typeName]
	if r.mode == "action" && s.ActionSchemas[r.typeName] != nil {
		schema = s.ActionSchemas[r.typeName].Schema
	}
	if schema == nil {
		w.diagnostics.refuse(r.address, "Invalid resource type", "The provider does not support "+r.mode+" "+r.typeName+".")
	}
	config := w.decode(r.address, r.body, schema.Block, map[string]cty.Value{
		"count": cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number)}),
	})
	w.validateConfig(s, r, r.address, encode(config, schemaType(schema)))
}

// validateConfig validates the configuration of a block, or of an instance.
func (w *walk) validateConfig(s *server, r *declaration, address string, config *tfprotov6.DynamicValue) {
	switch r.mode {
	case data:
		mustCall(w, address, s.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: r.typeName, Config: config})
	case ephemeral:
		mustCall(w, address, s.ValidateEphemeralResourceConfig, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: r.typeName, Config: config})
	case "action":
		actions, _ := s.ProviderServer.(tfprotov6.ActionServer) // validateBlock has found the action's schema.
		mustCall(w, address, actions.ValidateActionConfig, &tfprotov6.ValidateActionConfigRequest{ActionType: r.typeName, Config: config})
	default:
		mustCall(w, address, s.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{
			TypeName: r.typeName, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		})
	}
}
