// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"runtime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Apply plans and applies, like `terraform apply -auto-approve`.
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

// Destroy destroys all resources, like `terraform destroy -auto-approve`.
func (d *Driver) Destroy() *Result {
	d.t.Helper()
	return d.Apply(Options{Destroy: true})
}

type applying struct {
	*walk
	plan *Plan
}

// ApplyPlan applies a plan.
func (d *Driver) ApplyPlan(plan *Plan) *Result {
	d.t.Helper()
	d.refreshed(plan)
	w, nodes := d.newWalk(plan.configuration, false)
	p := &applying{walk: w, plan: plan}
	for address, r := range plan.configuration.resources {
		n := &node{after: plan.after[address], run: func() { p.resource(r) }}
		if plan.options.Destroy && r.mode == managed {
			// The configuration of a provider can refer to a resource that this apply destroys. The provider then gets the
			// resource's value from before the destroy.
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

// resource applies the planned changes of all instances of a resource, except for deletes.
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
	// The apply does not read a data source again if the plan has read it.
	if c := p.plan.changes[r.address+one.suffix]; c != nil && c.action == noOp {
		return c.value
	}
	return p.readData(s, r, one)
}

func (p *applying) managed(s *server, r *declaration, one instance) cty.Value {
	address := r.address + one.suffix
	planned := p.plan.changes[address]
	if planned == nil {
		p.diagnostics.refuse(address, "The instance is missing from the plan", "")
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
	// Terraform allows a planned update to become a no-op.
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

// afterRemoval returns the action that remains after the prior object was deleted or deposed.
func afterRemoval(a action) action {
	if a == replace {
		return create
	}
	return a
}

// depose marks the prior object as deposed if the parameter later is set. Terraform then destroys the prior object after it
// creates the replacement.
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

// send sends the apply request for a change to the provider. It returns the response, the new state, and whether the response has
// no error.
func (p *applying) send(s *server, c *change, config cty.Value) (*tfprotov6.ApplyResourceChangeResponse, cty.Value, bool) {
	address, t := c.address(), schemaType(s.ResourceSchemas[c.typeName])
	before := nothing(t)
	if c.prior != nil {
		before = c.prior.value
	}
	resp, ok := call(p.walk, address, s.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: encode(before, t), PlannedState: encode(c.value, t), Config: encode(config, t),
		PlannedPrivate: c.private, PlannedIdentity: identityData(c.identity, s.identityType(c.typeName)),
	})
	if resp == nil {
		runtime.Goexit()
	}
	return resp, p.result(address, resp.NewState, t), ok
}

// change creates or updates an object and saves the new state, even if the provider returned an error.
func (p *applying) change(s *server, final *change, config cty.Value) cty.Value {
	address, done := final.address(), final.object
	resp, v, ok := p.send(s, final, config)
	done.private, done.value = resp.Private, v
	var faults []string
	if !done.value.IsNull() && (ok || resp.NewIdentity != nil) {
		done.identity, faults = p.knownIdentity(address, resp.NewIdentity, s.identityType(final.typeName))
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
	default: // After a failed update without a new state, the old state is kept.
	}
	if !ok {
		runtime.Goexit()
	}
	return done.value
}

func (p *applying) remove(c *change, deposed bool) {
	address := c.address()
	key := address
	if deposed && c.action == replace {
		key += deposedSuffix
	}
	for planned := range p.plan.changes { // The key of an object that an earlier run deposed is not its address.
		if p.plan.changes[planned] == c && c.action == remove {
			key = planned
		}
	}
	s := p.server(c.provider, address)
	// Terraform plans the delete of a deposed object again. For any other object, the request contains the planned private
	// state. In a replacement, this is the private state of the new object.
	final := &change{object: *c.prior, action: remove, prior: c.prior}
	final.value, final.private = nothing(schemaType(s.ResourceSchemas[c.typeName])), c.private
	if key != address {
		final = p.removal(s, c.prior)
	}
	resp, left, ok := p.send(s, final, final.value)
	if left.IsNull() && ok {
		p.save(key, nil)
		return
	}
	kept := *c.prior
	if kept.private = resp.Private; !left.IsNull() { // If the response has no state, the object keeps its value.
		kept.value = left
	}
	p.save(key, &kept)
	if ok {
		p.diagnostics.fail(address, "Provider returned invalid result object after apply", "The object still exists after a destroy.")
	}
	runtime.Goexit()
}
