// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"runtime"
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
	d.refreshed(plan)
	w, nodes := d.newWalk(plan.configuration, false)
	p := &applying{walk: w, plan: plan}
	for address, r := range plan.configuration.resources {
		n := &node{after: plan.after[address], run: func() { p.resource(r) }}
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
		n := &node{after: []string{"provider." + changes[0].provider}, run: func() {
			w.each(len(changes), func(i int) { p.remove(changes[i], later) })
		}}
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
func (p *applying) resource(r *declaration) {
	if r.mode == managed && p.plan.options.Destroy {
		return
	}
	p.expand(r, func(s *server, one instance) cty.Value {
		if r.mode == data {
			return p.data(s, r, one)
		}
		return p.managed(s, r, one)
	})
}

func (p *applying) data(s *server, r *declaration, one instance) cty.Value {
	// What the plan read stands.
	if c := p.plan.changes[r.address+one.suffix]; c != nil && c.action == noOp {
		return c.value
	}
	return p.readData(s, r, one)
}

func (p *applying) managed(s *server, r *declaration, one instance) cty.Value {
	address := r.address + one.suffix
	planned := p.plan.changes[address]
	if planned == nil {
		p.diagnostics.refuse(address, "The apply has an instance that the plan has not", "")
	}
	config := p.decode(address, r.body, s.ResourceSchemas[r.typeName].Block, one.more)
	prior := planned.prior
	if planned.action == replace {
		prior = nil
		if planned.prior.tainted || r.createBeforeDestroy {
			p.depose(address, r.createBeforeDestroy)
		}
	}
	final := p.diff(s, planned.object, config, prior, false)
	var faults []string
	// An update may turn out to change nothing.
	if was, is := afterRemoval(planned.action), final.action; was != is && (was != update || is != noOp) {
		faults = append(faults, "The planned action changed from "+string(was)+" to "+string(is)+".")
	}
	faults = append(faults, faultsOfResult(planned.value, final.value, "")...)
	p.diagnostics.refuse(address, "Provider produced inconsistent final plan", faults...)
	if final.action == noOp {
		kept := *planned.prior
		kept.dependsOn = planned.dependsOn
		p.save(address, &kept)
		return kept.value
	}
	p.triggered(r, p.invoke, "before_"+string(final.action))
	v := p.change(s, final, config)
	p.triggered(r, p.invoke, "after_"+string(final.action))
	return v
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

// send applies a change, and returns the response with its state, and whether there is no error.
func (p *applying) send(s *server, c *change, config cty.Value) (*tfprotov6.ApplyResourceChangeResponse, cty.Value, bool) {
	address, t := c.address(), schemaType(s.ResourceSchemas[c.typeName])
	before := nothing(t)
	if c.prior != nil {
		before = c.prior.value
	}
	told, ok := call(p.walk, address, s.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: encode(before, t), PlannedState: encode(c.value, t), Config: encode(config, t),
		PlannedPrivate: c.private, PlannedIdentity: identityData(c.identity, s.identityType(c.typeName)),
	})
	if told == nil {
		runtime.Goexit()
	}
	return told, p.result(address, told.NewState, t), ok
}

// change creates or updates an object, and saves what the provider made of it, also where it failed.
func (p *applying) change(s *server, final *change, config cty.Value) cty.Value {
	address, done := final.address(), final.object
	told, v, ok := p.send(s, final, config)
	done.private, done.value = told.Private, v
	var faults []string
	if !done.value.IsNull() && (ok || told.NewIdentity != nil) {
		done.identity, faults = p.knownIdentity(address, told.NewIdentity, s.identityType(final.typeName))
	}
	ok = !p.diagnostics.fail(address, "Provider produced invalid identity", faults...) && ok
	faults = faultsOfWriteOnly(s.ResourceSchemas[final.typeName].Block.Attributes, done.value)
	switch {
	case !done.value.IsWhollyKnown():
		faults = append(faults, "The result is not wholly known.")
		done.value = cty.UnknownAsNull(done.value)
	case ok:
		faults = append(faults, faultsOfResult(final.value, done.value, "")...)
	}
	ok = !p.diagnostics.fail(address, "Provider produced inconsistent result after apply", faults...) && ok
	switch {
	case !done.value.IsNull():
		done.tainted = !ok && final.action == create
		p.save(address, &done)
	case final.action == create:
		p.save(address, nil)
	default: // An update that failed without a new state leaves the old one.
	}
	if !ok {
		runtime.Goexit()
	}
	return done.value
}

// remove destroys an object.
func (p *applying) remove(c *change, deposed bool) {
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
	s := p.server(c.provider, address)
	// Terraform plans the removal of a deposed object again, and hands over the private state of the plan for any other,
	// which for a replacement is that of the new object.
	final := &change{object: *c.prior, action: remove, prior: c.prior}
	final.value, final.private = nothing(schemaType(s.ResourceSchemas[c.typeName])), c.private
	if key != address {
		final = p.removal(s, c.prior)
	}
	told, left, ok := p.send(s, final, final.value)
	if left.IsNull() && ok {
		p.save(key, nil)
		return
	}
	kept := *c.prior
	if kept.private = told.Private; !left.IsNull() { // An error without a state leaves the object as it was.
		kept.value = left
	}
	p.save(key, &kept)
	if ok {
		p.diagnostics.fail(address, "Provider returned invalid result object after apply", "After a destroy the object is still there.")
	}
	runtime.Goexit()
}
