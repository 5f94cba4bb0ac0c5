// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Apply plans and applies as `terraform apply -auto-approve` does.
func (d *Driver) Apply(options Options) *Result {
	d.t.Helper()
	planned := d.Plan(options)
	if planned.Plan == nil {
		return planned
	}
	applied := d.ApplyPlan(planned.Plan)
	applied.Diagnostics = slices.Concat(planned.Diagnostics, applied.Diagnostics)
	return applied
}

// Destroy destroys all, as `terraform destroy -auto-approve` does.
func (d *Driver) Destroy() *Result {
	d.t.Helper()
	return d.Apply(Options{Destroy: true})
}

// applying is the walk of an apply.
type applying struct {
	*walk
	plan *Plan
}

// ApplyPlan does what was planned.
func (d *Driver) ApplyPlan(plan *Plan) *Result {
	d.t.Helper()
	w := d.newWalk(plan.configuration)
	p := &applying{walk: w, plan: plan}
	d.refreshed(plan)
	nodes := map[string]*node{}
	w.valueNodes(nodes)
	w.providerNodes(nodes, false)
	for address, r := range plan.configuration.resources {
		n := &node{after: plan.after[address], run: func() bool { return p.resource(r) }}
		if plan.options.Destroy && r.mode == managed {
			// Providers may be configured with what is to be destroyed.
			n.after = nil
			if o := plan.before[address]; o != nil {
				w.scope.set(address, o.value)
			}
		}
		nodes[address] = n
	}
	removals := map[string][]*change{}
	for _, address := range sortedKeys(plan.changes) {
		c := plan.changes[address]
		switch c.action {
		case forget:
			delete(d.state, address)
		case remove, replace:
			removals[c.resource] = append(removals[c.resource], c)
		default:
		}
	}
	for address, changes := range removals {
		r := plan.configuration.resources[address]
		later := r != nil && r.createBeforeDestroy
		n := &node{after: []string{"provider." + changes[0].provider}}
		n.run = func() bool {
			return w.each(len(changes), func(i int) bool { return p.remove(changes[i], later) })
		}
		for other, others := range removals {
			if other != address && slices.ContainsFunc(others, func(c *change) bool { return slices.Contains(c.prior.dependsOn, address) }) {
				n.after = append(n.after, "destroy:"+other)
			}
		}
		if later {
			n.after = append(n.after, address)
			for other := range plan.configuration.resources {
				if slices.Contains(plan.after[other], address) {
					n.after = append(n.after, other)
				}
			}
		} else if nodes[address] != nil && !plan.options.Destroy {
			nodes[address].after = append(slices.Clone(nodes[address].after), "destroy:"+address)
		}
		nodes["destroy:"+address] = n
	}
	if plan.options.Destroy {
		w.prune(nodes)
	}
	w.run(nodes)
	w.close()
	d.outputs = map[string]cty.Value{}
	for address, v := range w.scope.values {
		if name, ok := strings.CutPrefix(address, "output."); ok && !plan.options.Destroy {
			d.outputs[name] = v
		}
	}
	return &Result{Diagnostics: w.diagnostics.all, Plan: plan, Progress: w.progress}
}

// resource does what was planned for all instances of a resource, save what is to be destroyed.
func (p *applying) resource(r *declaration) bool {
	s, err := p.server(r.provider)
	if p.diagnostics.failed(r.address, err) {
		return false
	}
	if r.mode == managed && p.plan.options.Destroy {
		return true
	}
	all, err := p.scope.instances(r)
	if p.diagnostics.failed(r.address, err) {
		return false
	}
	values := make([]cty.Value, len(all))
	ok := p.each(len(all), func(i int) bool {
		var ok bool
		switch r.mode {
		case data:
			values[i], ok = p.data(nil, s, r, all[i])
		case ephemeral:
			values[i], ok = p.open(s, r, all[i])
		default:
			values[i], ok = p.managed(s, r, all[i])
		}
		return ok
	})
	if ok {
		p.scope.set(r.address, whole(r, all, values))
	}
	return ok
}

func (p *applying) data(_ map[string]*node, s *server, r *declaration, one instance) (cty.Value, bool) {
	// What the plan read stands.
	if c := p.plan.changes[r.address+one.suffix]; c != nil && c.action == noOp {
		return c.value, true
	}
	return p.readData(s, r, one)
}

func (p *applying) managed(s *server, r *declaration, one instance) (cty.Value, bool) {
	address := r.address + one.suffix
	planned := p.plan.changes[address]
	if planned == nil {
		return cty.NilVal, !p.diagnostics.fail(address, "The apply has an instance that the plan has not", "")
	}
	config, ok := p.decode(address, r.body, s.ResourceSchemas[r.typeName].Block, one.more)
	if !ok {
		return cty.NilVal, false
	}
	prior := planned.prior
	if planned.action == replace {
		prior = nil
		if planned.prior.tainted || r.createBeforeDestroy {
			p.depose(address, r.createBeforeDestroy)
		}
	}
	final, ok := p.diff(s, planned.object, config, prior, r.ignoreChanges, false)
	if !ok {
		return cty.NilVal, false
	}
	var faults []string
	// An update may turn out to change nothing.
	if was, is := afterRemoval(planned.action), final.action; was != is && (was != update || is != noOp) {
		faults = append(faults, "The planned action changed from "+string(was)+" to "+string(is)+".")
	}
	faults = append(faults, faultsOfResult(planned.value, final.value, "")...)
	if p.diagnostics.fail(address, "Provider produced inconsistent final plan", faults...) {
		return cty.NilVal, false
	}
	if final.action == noOp {
		kept := *planned.prior
		kept.dependsOn = planned.dependsOn
		p.save(address, &kept)
		return kept.value, true
	}
	events := map[action][2]string{create: {"before_create", "after_create"}, update: {"before_update", "after_update"}}[final.action]
	if !p.invokeTriggers(r, events[0]) {
		return cty.NilVal, false
	}
	v, ok := p.change(s, final, config)
	return v, ok && p.invokeTriggers(r, events[1])
}

// afterRemoval is what is left of an action when the object before is out of the way.
func afterRemoval(a action) action {
	if a == replace {
		return create
	}
	return a
}

// depose moves an object aside that is to be destroyed after its replacement was created.
func (p *applying) depose(address string, later bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o := p.state[address]; o != nil && later {
		p.state[address+deposedSuffix] = o
		delete(p.state, address)
	}
}

func (w *walk) save(key string, o *object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if o == nil {
		delete(w.state, key)
		return
	}
	w.state[key] = o
}

// change creates or updates an object, and saves what the provider made of it, also where it failed.
func (p *applying) change(s *server, final *change, config cty.Value) (cty.Value, bool) {
	address, schema := final.address(), s.ResourceSchemas[final.typeName]
	t, identityType := schemaType(schema), s.identityType(final.typeName)
	before := nothing(t)
	if final.prior != nil {
		before = final.prior.value
	}
	told, err := s.ApplyResourceChange(p.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: final.typeName, PriorState: encode(before, t), PlannedState: encode(final.value, t), Config: encode(config, t),
		PlannedPrivate: final.private, PlannedIdentity: identityData(final.identity, identityType),
	})
	if p.diagnostics.failed(address, err) {
		return cty.NilVal, false
	}
	failed := p.diagnostics.add(address, told.Diagnostics)
	done := final.object
	done.private = told.Private
	if done.value, err = decode(told.NewState, t); p.diagnostics.failed(address, err) {
		return cty.NilVal, false
	}
	var faults []string
	if !done.value.IsNull() && (!failed || told.NewIdentity != nil) {
		done.identity, faults = p.identity(address, identityType, told.NewIdentity, nil)
	}
	if p.diagnostics.fail(address, "Provider produced invalid identity", faults...) {
		failed = true
	}
	faults = faultsOfWriteOnly(schema.Block.Attributes, done.value)
	switch {
	case !done.value.IsWhollyKnown():
		faults = append(faults, "The result is not wholly known.")
		done.value = cty.UnknownAsNull(done.value)
	case !failed:
		faults = append(faults, faultsOfResult(final.value, done.value, "")...)
	}
	if p.diagnostics.fail(address, "Provider produced inconsistent result after apply", faults...) {
		failed = true
	}
	switch {
	case !done.value.IsNull():
		done.tainted = failed && final.action == create
		p.save(address, &done)
	case final.action == create:
		p.save(address, nil)
	default: // An update that failed without a new state leaves the old one.
	}
	return done.value, !failed
}

// remove destroys an object.
func (p *applying) remove(c *change, deposed bool) bool {
	address := c.address()
	key := address
	if deposed && c.action == replace {
		key += deposedSuffix
	}
	for suffix := range p.plan.changes { // A deposed object of an earlier run keeps its own key.
		if p.plan.changes[suffix] == c && c.action == remove {
			key = suffix
		}
	}
	s, err := p.server(c.provider)
	if p.diagnostics.failed(address, err) {
		return false
	}
	final, ok := p.removal(s, c.prior)
	if !ok {
		return false
	}
	t, identityType := schemaType(s.ResourceSchemas[c.typeName]), s.identityType(c.typeName)
	told, err := s.ApplyResourceChange(p.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: encode(c.prior.value, t), PlannedState: encode(nothing(t), t), Config: encode(nothing(t), t),
		PlannedPrivate: final.private, PlannedIdentity: identityData(c.prior.identity, identityType),
	})
	if p.diagnostics.failed(address, err) {
		return false
	}
	failed := p.diagnostics.add(address, told.Diagnostics)
	left, err := decode(told.NewState, t)
	if p.diagnostics.failed(address, err) {
		return false
	}
	if left.IsNull() && !failed {
		p.save(key, nil)
		return true
	}
	if left.IsNull() { // An error without a state leaves the object as it was.
		left = c.prior.value
	} else if !failed {
		failed = p.diagnostics.fail(address, "Provider returned invalid result object after apply", "After a destroy the object is still there.")
	}
	kept := *c.prior
	kept.value, kept.private = left, told.Private
	p.save(key, &kept)
	return !failed
}
