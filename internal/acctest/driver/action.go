// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// actionOf evaluates the configuration of an action.
func (w *walk) actionOf(r *declaration) (tfprotov6.ActionServer, *tfprotov6.DynamicValue, bool) {
	s, err := w.server(r.provider)
	if w.diagnostics.failed(r.address, err) {
		return nil, nil, false
	}
	actions, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok || s.ActionSchemas[r.typeName] == nil {
		return nil, nil, !w.diagnostics.fail(r.address, "Invalid action type", r.typeName)
	}
	schema := s.ActionSchemas[r.typeName].Schema
	config, ok := w.decode(r.address, r.body, schema.Block, nil)
	if !ok {
		return nil, nil, false
	}
	return actions, encode(config, schemaType(schema)), true
}

// planAction plans an action with what is known of its configuration.
func (w *walk) planAction(r *declaration) bool {
	actions, config, ok := w.actionOf(r)
	if ok {
		_, ok = call(w, r.address, actions.PlanAction, &tfprotov6.PlanActionRequest{
			ActionType: r.typeName, Config: config, ClientCapabilities: &tfprotov6.PlanActionClientCapabilities{},
		})
	}
	return ok
}

// invoke invokes an action, and keeps its messages.
func (w *walk) invoke(r *declaration) bool {
	actions, config, ok := w.actionOf(r)
	if !ok {
		return false
	}
	stream, err := actions.InvokeAction(w.ctx, &tfprotov6.InvokeActionRequest{
		ActionType: r.typeName, Config: config, ClientCapabilities: &tfprotov6.InvokeActionClientCapabilities{},
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
