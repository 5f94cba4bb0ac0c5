// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"runtime"
	"slices"

	"github.com/hashicorp/hcl/v2/gohcl"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Query runs the list blocks of the parameter source, like `terraform query -json`. It uses the provider blocks of source and
// ignores the ones of Config.
func (d *Driver) Query(source string) ([]tfjson.LogMsg, *Result) {
	d.t.Helper()
	c, err := parse(source)
	if err != nil {
		return nil, failure(err)
	}
	w, nodes := d.newWalk(c, false)
	found := make([][]tfjson.LogMsg, len(c.lists))
	for i, r := range c.lists {
		nodes[r.address] = &node{after: c.after(r), run: func() { found[i] = w.list(r) }}
	}
	w.run(nodes)
	return slices.Concat(found...), &Result{Diagnostics: w.diagnostics.all}
}

func (w *walk) list(r *declaration) (messages []tfjson.LogMsg) {
	s := w.server(r.provider, r.address)
	lister, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	schema := s.ListResourceSchemas[r.typeName]
	if !ok || schema == nil {
		w.diagnostics.refuse(r.address, "Invalid list resource", r.typeName)
	}
	config := encode(w.decode(r.address, r.body, schema.Block, nil), schemaType(schema))
	limit, include := int64(100), false
	if r.limit != nil {
		w.diagnostics.check(r.address, gohcl.DecodeExpression(r.limit, w.scope.context(nil), &limit).Errs()...)
	}
	if r.includeResource != nil {
		w.diagnostics.check(r.address, gohcl.DecodeExpression(r.includeResource, w.scope.context(nil), &include).Errs()...)
	}
	mustCall(w, r.address, lister.ValidateListResourceConfig, &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: r.typeName, Config: config,
		IncludeResourceObject: encode(cty.BoolVal(include), cty.Bool), Limit: encode(cty.NumberIntVal(limit), cty.Number),
	})
	stream, err := lister.ListResource(w.ctx, &tfprotov6.ListResourceRequest{TypeName: r.typeName, Config: config, IncludeResource: include, Limit: limit})
	w.diagnostics.check(r.address, err)
	var total int64
	for result := range stream.Results {
		// Terraform stops at the limit, so users do not see later warnings.
		if result.Identity == nil && total == limit {
			continue
		}
		if w.diagnostics.add(r.address, result.Diagnostics) {
			runtime.Goexit()
		}
		if result.Identity == nil {
			if len(result.Diagnostics) == 0 {
				w.diagnostics.refuse(r.address, "Provider returned a result without identity", "")
			}
			continue // The result only has warnings.
		}
		if total++; total > limit {
			w.diagnostics.refuse(r.address, "Provider returned more results than the limit", "")
		}
		messages = append(messages, w.found(s, r, result, include))
	}
	return append(messages, tfjson.ListCompleteMessage{ListComplete: tfjson.ListCompleteData{
		Address: r.address, ResourceType: r.typeName, Total: int(total),
	}})
}

func (w *walk) found(s *server, r *declaration, result tfprotov6.ListResourceResult, include bool) tfjson.LogMsg {
	identity, faults := w.knownIdentity(r.address, result.Identity, s.identityType(r.typeName))
	w.diagnostics.refuse(r.address, "Provider returned an invalid identity", faults...)
	data := tfjson.ListResourceFoundData{Address: r.address, ResourceType: r.typeName, DisplayName: result.DisplayName}
	data.Identity, _ = plain(identity).(map[string]any)
	if include {
		v := w.result(r.address, result.Resource, schemaType(s.ResourceSchemas[r.typeName]))
		if v.IsNull() {
			w.diagnostics.refuse(r.address, "Provider returned no resource", "")
		}
		data.ResourceObject, _ = plain(v).(map[string]any)
	}
	return tfjson.ListResourceFoundMessage{ListResourceFound: data}
}
