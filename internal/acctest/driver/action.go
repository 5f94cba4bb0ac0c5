// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Invoke invokes an action, as `terraform apply -invoke=action.TYPE.NAME` does.
func (d *Driver) Invoke(address string) *Result {
	d.t.Helper()
	c, err := parse(d.Config)
	if err != nil {
		return failure(err)
	}
	w := d.newWalk(c)
	if validation := d.validate(c); validation.Err() != nil {
		return validation
	}
	r := c.actions[address]
	if r == nil {
		d.t.Fatalf("there is no %s", address)
	}
	nodes := map[string]*node{}
	w.valueNodes(nodes)
	w.providerNodes(nodes, false)
	// Actions see resources as the state has them.
	for _, o := range d.state {
		if o.key == cty.NilVal {
			w.scope.set(o.resource, o.value)
		}
	}
	nodes[address] = &node{after: c.after(r), run: func() bool { return w.planAction(r) && w.invoke(r) }}
	w.run(nodes)
	return &Result{Diagnostics: w.diagnostics.all, Progress: w.progress}
}

func (w *walk) actionServer(r *declaration) (tfprotov6.ActionServer, *tfprotov6.Schema, bool) {
	s, err := w.server(r.provider)
	if w.diagnostics.failed(r.address, err) {
		return nil, nil, false
	}
	actions, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok || s.ActionSchemas[r.typeName] == nil {
		return nil, nil, !w.diagnostics.fail(r.address, "Invalid action type", r.typeName)
	}
	return actions, s.ActionSchemas[r.typeName].Schema, true
}

func (w *walk) validateAction(r *declaration, config cty.Value) bool {
	actions, schema, ok := w.actionServer(r)
	if !ok {
		return false
	}
	validated, err := actions.ValidateActionConfig(w.ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: r.typeName, Config: encode(config, schemaType(schema))})
	return !w.diagnostics.failed(r.address, err) && !w.diagnostics.add(r.address, validated.Diagnostics)
}

// planAction plans an action with what is known of its configuration.
func (w *walk) planAction(r *declaration) bool {
	actions, schema, ok := w.actionServer(r)
	if !ok {
		return false
	}
	config, ok := w.decode(r.address, r.body, schema.Block, nil)
	if !ok {
		return false
	}
	planned, err := actions.PlanAction(w.ctx, &tfprotov6.PlanActionRequest{
		ActionType: r.typeName, Config: encode(config, schemaType(schema)), ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
	return !w.diagnostics.failed(r.address, err) && !w.diagnostics.add(r.address, planned.Diagnostics)
}

// invoke invokes an action, and keeps its messages.
func (w *walk) invoke(r *declaration) bool {
	actions, schema, ok := w.actionServer(r)
	if !ok {
		return false
	}
	config, ok := w.decode(r.address, r.body, schema.Block, nil)
	if !ok {
		return false
	}
	stream, err := actions.InvokeAction(w.ctx, &tfprotov6.InvokeActionRequest{
		ActionType: r.typeName, Config: encode(config, schemaType(schema)), ClientCapabilities: &tfprotov6.InvokeActionClientCapabilities{},
	})
	if w.diagnostics.failed(r.address, err) {
		return false
	}
	completed := false
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			if completed {
				w.diagnostics.fail(r.address, "Provider sent progress of an action that was completed", event.Message)
			}
			w.mu.Lock()
			w.progress = append(w.progress, event.Message)
			w.mu.Unlock()
		case tfprotov6.CompletedInvokeActionEventType:
			completed = true
			ok = !w.diagnostics.add(r.address, event.Diagnostics)
		}
	}
	return ok
}

// planTriggers plans the actions that a change triggers.
func (w *walk) planTriggers(r *declaration, a action) bool {
	return w.triggered(r, map[action][]string{
		create: {"before_create", "after_create"}, replace: {"before_create", "after_create"}, update: {"before_update", "after_update"},
	}[a], w.planAction)
}

// invokeTriggers invokes the actions of an event.
func (w *walk) invokeTriggers(r *declaration, event string) bool {
	return w.triggered(r, []string{event}, w.invoke)
}

func (w *walk) triggered(r *declaration, events []string, call func(*declaration) bool) bool {
	for _, trigger := range r.triggers {
		if !slices.ContainsFunc(trigger.events, func(event string) bool { return slices.Contains(events, event) }) {
			continue
		}
		for _, address := range trigger.actions {
			if of := w.configuration.actions[address]; of == nil {
				return !w.diagnostics.fail(r.address, "Reference to undeclared action", address)
			} else if !call(of) {
				return false
			}
		}
	}
	return true
}
