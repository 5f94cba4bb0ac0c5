// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Query runs the list blocks of a configuration, as `terraform query -json` does, beside the providers
// of Config.
func (d *Driver) Query(source string) ([]tfjson.LogMsg, *Result) {
	d.t.Helper()
	c, err := parse(source)
	if err != nil {
		return nil, failure(err)
	}
	w, nodes := d.newWalk(c, false)
	found := make([][]tfjson.LogMsg, len(c.lists))
	for i, r := range c.lists {
		nodes[r.address] = &node{after: c.after(r), run: func() bool {
			var ok bool
			found[i], ok = w.list(r)
			return ok
		}}
	}
	w.run(nodes)
	messages := []tfjson.LogMsg{}
	for _, of := range found {
		messages = append(messages, of...)
	}
	return messages, &Result{Diagnostics: w.diagnostics.all}
}

func (w *walk) list(r *declaration) ([]tfjson.LogMsg, bool) {
	s, err := w.server(r.provider)
	if w.diagnostics.failed(r.address, err) {
		return nil, false
	}
	lister, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	schema := s.ListResourceSchemas[r.typeName]
	if !ok || schema == nil {
		return nil, !w.diagnostics.fail(r.address, "Invalid list resource", r.typeName)
	}
	config, ok := w.decode(r.address, r.body, schema.Block, nil)
	if !ok {
		return nil, false
	}
	limit, include := int64(100), false
	for _, e := range []hclsyntax.Expression{r.limit, r.includeResource} {
		if e == nil {
			continue
		}
		v, diags := e.Value(w.scope.context(nil))
		switch {
		case diags.HasErrors():
			return nil, !w.diagnostics.failed(r.address, diags)
		case v.Type() == cty.Bool:
			include = v.True()
		default:
			limit, _ = v.AsBigFloat().Int64()
		}
	}
	encoded := encode(config, schemaType(schema))
	_, ok = call(w, r.address, lister.ValidateListResourceConfig, &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: r.typeName, Config: encoded,
		IncludeResourceObject: encode(cty.BoolVal(include), cty.Bool), Limit: encode(cty.NumberIntVal(limit), cty.Number),
	})
	if !ok {
		return nil, false
	}
	stream, err := lister.ListResource(w.ctx, &tfprotov6.ListResourceRequest{TypeName: r.typeName, Config: encoded, IncludeResource: include, Limit: limit})
	if w.diagnostics.failed(r.address, err) {
		return nil, false
	}
	var messages []tfjson.LogMsg
	var total int64
	for result := range stream.Results {
		// Terraform stops to receive at the limit, so that nobody sees the warnings that come behind it.
		if result.Identity == nil && total == limit {
			continue
		}
		if w.diagnostics.add(r.address, result.Diagnostics) {
			return nil, false
		}
		if result.Identity == nil {
			if len(result.Diagnostics) == 0 && w.diagnostics.fail(r.address, "Provider returned a result without identity", "") {
				return nil, false
			}
			continue // It only carries warnings.
		}
		if total++; total > limit {
			w.diagnostics.fail(r.address, "Provider returned more results than the limit", "")
			return nil, false
		}
		one, ok := w.found(s, r, result, include)
		if !ok {
			return nil, false
		}
		messages = append(messages, one)
	}
	return append(messages, tfjson.ListCompleteMessage{ListComplete: tfjson.ListCompleteData{
		Address: r.address, ResourceType: r.typeName, Total: int(total),
	}}), true
}

func (w *walk) found(s *server, r *declaration, result tfprotov6.ListResourceResult, include bool) (tfjson.LogMsg, bool) {
	identity, faults := w.identity(r.address, s.identityType(r.typeName), result.Identity, nil)
	if w.diagnostics.fail(r.address, "Provider returned an invalid identity", faults...) {
		return nil, false
	}
	data := tfjson.ListResourceFoundData{Address: r.address, ResourceType: r.typeName, DisplayName: result.DisplayName}
	data.Identity, _ = plain(identity).(map[string]any)
	if !include {
		return tfjson.ListResourceFoundMessage{ListResourceFound: data}, true
	}
	v, err := decode(result.Resource, schemaType(s.ResourceSchemas[r.typeName]))
	if w.diagnostics.failed(r.address, err) {
		return nil, false
	}
	if v.IsNull() && w.diagnostics.fail(r.address, "Provider returned no resource", "") {
		return nil, false
	}
	data.ResourceObject, _ = plain(v).(map[string]any)
	return tfjson.ListResourceFoundMessage{ListResourceFound: data}, true
}
