// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Options are the options of a plan.
type Options struct {
	Destroy   bool
	NoRefresh bool
	// Replace has the addresses of instances to replace, like the option -replace.
	Replace []string
}

// Plan is a plan that Driver.ApplyPlan can apply.
type Plan struct {
	options       Options
	configuration *configuration
	changes       map[string]*change // by address of the instance
	outputs       map[string]cty.Value
	after         map[string][]string // keys of the nodes on which a node depends
	before        state               // refreshed objects, before the changes
	schemas       map[string]*schemas
	outputsBefore map[string]cty.Value
}

type action string

const (
	noOp    action = "no-op"
	create  action = "create"
	read    action = "read"
	update  action = "update"
	remove  action = "delete"
	replace action = "replace"
	forget  action = "forget"
)

type change struct {
	object // as planned
	action
	prior        *object // as refreshed; nil without a prior object
	replacePaths []any
	importing    *string
}

// Plan validates, refreshes and plans, like `terraform plan`.
func (d *Driver) Plan(options Options) *Result {
	d.t.Helper()
	c, err := parse(d.Config)
	if err != nil {
		return failure(err)
	}
	if validation := d.validate(c); validation.Err() != nil {
		return validation
	}
	plan, diagnostics := d.plan(c, options)
	result := &Result{Diagnostics: diagnostics}
	if result.Err() == nil {
		result.Plan = plan
	}
	return result
}

type planning struct {
	*walk
	plan    *Plan
	options Options
	known   state           // copy of the state before the walk; the walk saves data sources in Driver.state
	pending map[string]bool // addresses of resources with changes
	imports map[string]*hclsyntax.Body
}

func (d *Driver) plan(c *configuration, options Options) (*Plan, []Diagnostic) {
	w, nodes := d.newWalk(c, false)
	p := &planning{
		walk: w, options: options, pending: map[string]bool{}, imports: map[string]*hclsyntax.Body{},
		plan: &Plan{options: options, configuration: c, changes: map[string]*change{}, after: map[string][]string{}, outputs: map[string]cty.Value{}, before: state{}},
	}
	p.known = maps.Clone(d.state)
	for _, block := range c.imports {
		p.imports[traversal(block.Attributes["to"].Expr)] = block
	}
	for address, r := range c.resources {
		nodes[address] = &node{after: c.after(r), run: func() { p.resource(nodes, r) }}
	}
	for address, block := range p.imports {
		of, _, _ := strings.Cut(address, "[")
		if n := nodes[of]; n != nil {
			for _, a := range block.Attributes {
				if a.Name != "to" {
					n.after = append(n.after, references(a.Expr)...)
				}
			}
		}
	}
	for address, objects := range d.orphans(c) {
		nodes["orphan:"+address] = &node{after: []string{"provider." + objects[0].provider}, run: func() {
			w.each(len(objects), func(i int) { p.orphan(objects[i]) })
		}}
	}
	if options.Destroy && options.NoRefresh {
		w.prune(nodes)
	}
	w.run(nodes)
	w.close()
	for address, v := range w.scope.values {
		if name, ok := strings.CutPrefix(address, "output."); ok && !options.Destroy {
			p.plan.outputs[name] = v
		}
	}
	for address, n := range nodes {
		p.plan.after[address] = n.after
	}
	p.plan.schemas, p.plan.outputsBefore = maps.Clone(d.schemas), maps.Clone(d.outputs)
	return p.plan, w.diagnostics.all
}

// orphans returns the managed objects whose resource is no longer in the configuration, by address of the resource.
func (d *Driver) orphans(c *configuration) map[string][]*object {
	found := map[string][]*object{}
	for _, address := range sortedKeys(d.state) {
		o := d.state[address]
		if c.resources[o.resource] == nil && o.mode == managed {
			found[o.resource] = append(found[o.resource], o)
		}
	}
	return found
}

func (p *planning) add(c *change) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := c.address()
	for p.plan.changes[key] != nil {
		key += deposedSuffix
	}
	p.plan.changes[key] = c
	if c.prior != nil {
		p.plan.before[key] = c.prior
	}
	if c.action != noOp {
		p.pending[c.resource] = true
	}
}

// orphan plans to destroy or to forget an object that is no longer in the configuration.
func (p *planning) orphan(o *object) {
	s := p.server(o.provider, o.address())
	prior := p.refresh(s, o)
	switch {
	case prior == nil:
	case slices.Contains(p.configuration.forgotten, o.resource):
		p.add(&change{object: *prior, action: forget, prior: prior})
	default:
		p.add(p.removal(s, prior))
	}
}

func (p *planning) resource(nodes map[string]*node, r *declaration) {
	if r.mode == managed && p.options.Destroy {
		p.destroyAll(r)
		return
	}
	all := p.expand(r, func(s *server, one instance) cty.Value {
		if r.mode == data {
			return p.data(nodes, s, r, one)
		}
		return p.managed(nodes, s, r, one)
	})
	for _, address := range sortedKeys(p.known) {
		o := p.known[address]
		configured := slices.ContainsFunc(all, func(one instance) bool { return one.suffix == o.suffix && !strings.HasSuffix(address, deposedSuffix) })
		if o.resource == r.address && o.mode == managed && !configured {
			p.orphan(o)
		}
	}
}

func (p *planning) destroyAll(r *declaration) {
	s := p.server(r.provider, r.address)
	var objects []*object
	for _, address := range sortedKeys(p.known) {
		if o := p.known[address]; o.resource == r.address {
			objects = append(objects, o)
		}
	}
	values := make([]cty.Value, len(objects))
	p.each(len(objects), func(i int) {
		values[i] = objects[i].value
		if prior := p.refresh(s, objects[i]); prior != nil {
			values[i] = prior.value
			p.add(p.removal(s, prior))
		}
	})
	if len(values) > 0 || r.count != nil {
		p.scope.set(r.address, whole(r, values))
	}
}

func (p *planning) managed(nodes map[string]*node, s *server, r *declaration, one instance) cty.Value {
	address := r.address + one.suffix
	schema := s.ResourceSchemas[r.typeName]
	config := p.decode(address, r.body, schema.Block, one.more)
	p.validateConfig(s, r, address, encode(config, schemaType(schema)))
	o := p.known[address]
	var imported *string
	if block := p.imports[address]; block != nil && o == nil {
		o, imported = p.importBlock(s, r, one, block)
	}
	var prior *object
	if o != nil {
		prior = p.refresh(s, o)
	}
	if imported != nil && prior == nil {
		p.nothingToImport(address)
	}
	of := r.object(one, schema.Version)
	of.dependsOn = p.managedAmong(closure(nodes, r.address))
	c := p.diff(s, of, config, prior, slices.Contains(p.options.Replace, address))
	c.importing = imported
	p.planTriggers(r, c.action)
	p.add(c)
	return c.value
}

// closure returns the keys of all nodes on which a node depends, directly or indirectly.
func closure(nodes map[string]*node, key string) []string {
	found := map[string]bool{}
	var visit func(string)
	visit = func(key string) {
		if n := nodes[key]; n != nil {
			for _, before := range n.after {
				if !found[before] {
					found[before] = true
					visit(before)
				}
			}
		}
	}
	visit(key)
	return sortedKeys(found)
}
