// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"runtime"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// actionOf returns the server of an action and the action's evaluated configuration.
func (w *walk) actionOf(r *declaration) (tfprotov6.ActionServer, *tfprotov6.DynamicValue) {
	s := w.server(r.provider, r.address)
	actions, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok || s.ActionSchemas[r.typeName] == nil {
		w.diagnostics.refuse(r.address, "Invalid action type", r.typeName)
	}
	schema := s.ActionSchemas[r.typeName].Schema
	return actions, encode(w.decode(r.address, r.body, schema.Block, nil), schemaType(schema))
}

// planAction plans an action. The configuration of the action can contain unknown values.
func (w *walk) planAction(r *declaration) {
	actions, config := w.actionOf(r)
	mustCall(w, r.address, actions.PlanAction, &tfprotov6.PlanActionRequest{
		ActionType: r.typeName, Config: config, ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
	})
}

// invoke invokes an action and records its progress messages.
func (w *walk) invoke(r *declaration) {
	actions, config := w.actionOf(r)
	stream, err := actions.InvokeAction(w.ctx, &tfprotov6.InvokeActionRequest{
		ActionType: r.typeName, Config: config, ClientCapabilities: &tfprotov6.InvokeActionClientCapabilities{},
	})
	w.diagnostics.check(r.address, err)
	completed, failed := false, false
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			if completed {
				w.diagnostics.fail(r.address, "Provider sent progress of a completed action", event.Message)
			}
			w.mu.Lock()
			w.progress = append(w.progress, event.Message)
			w.mu.Unlock()
		case tfprotov6.CompletedInvokeActionEventType:
			completed, failed = true, w.diagnostics.add(r.address, event.Diagnostics)
		}
	}
	if failed {
		runtime.Goexit()
	}
}

// planTriggers plans the actions that the action_trigger blocks of r run for the change a.
func (w *walk) planTriggers(r *declaration, a action) {
	w.triggered(r, w.planAction, map[action][]string{
		create: {"before_create", "after_create"}, replace: {"before_create", "after_create"}, update: {"before_update", "after_update"},
	}[a]...)
}

// triggered calls the function do for each action that one of the events triggers.
func (w *walk) triggered(r *declaration, do func(*declaration), events ...string) {
	for _, trigger := range r.triggers {
		if !slices.ContainsFunc(trigger.events, func(event string) bool { return slices.Contains(events, event) }) {
			continue
		}
		for _, address := range trigger.actions {
			of := w.configuration.actions[address]
			if of == nil {
				w.diagnostics.refuse(r.address, "Reference to undeclared action", address)
			}
			do(of)
		}
	}
}
