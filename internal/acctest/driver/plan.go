// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Options are those of a plan.
type Options struct {
	Destroy   bool
	NoRefresh bool
	// Replace are addresses of instances to replace, whatever the plan says of them.
	Replace []string
}

// Plan is what a plan found to be done.
type Plan struct {
	options       Options
	configuration *configuration
	changes       map[string]*change // by address of the instance
	outputs       map[string]cty.Value
	after         map[string][]string // keys of nodes before a resource
	before        state               // as refreshed
	schemas       map[string]*schemas
	outputsBefore map[string]cty.Value
}

// action is what is done with an instance.
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

// change is what is planned for an instance.
type change struct {
	object // as it is planned to be
	action
	prior        *object // as refreshed; nil where there is none
	replacePaths []any
	importing    *string
}

// Plan plans as `terraform plan` does: it validates, refreshes, and compares.
func (d *Driver) Plan(options Options) *Result {
	d.t.Helper()
	c, err := parse(d.Config)
	if err != nil {
		w := &walk{Driver: d}
		w.diagnostics.failed("", err)
		return &Result{Diagnostics: w.diagnostics.all}
	}
	if validation := d.validate(c); validation.Err() != nil {
		return validation
	}
	plan, told := d.plan(c, options)
	result := &Result{Diagnostics: told}
	if result.Err() == nil {
		result.Plan = plan
	}
	return result
}

// planning is the walk of a plan.
type planning struct {
	*walk
	plan    *Plan
	options Options
	pending map[string]bool // addresses of resources that are to change
	imports map[string]*hclsyntax.Body
}

func (d *Driver) plan(c *configuration, options Options) (*Plan, []Diagnostic) {
	w := d.newWalk(c)
	p := &planning{
		walk: w, options: options, pending: map[string]bool{}, imports: map[string]*hclsyntax.Body{},
		plan: &Plan{options: options, configuration: c, changes: map[string]*change{}, after: map[string][]string{}, outputs: map[string]cty.Value{}, before: state{}},
	}
	d.move(c)
	for _, block := range c.imports {
		p.imports[traversal(block.Attributes["to"].Expr)] = block
	}
	nodes := map[string]*node{}
	w.valueNodes(nodes)
	w.providerNodes(nodes, false)
	for address, r := range c.resources {
		nodes[address] = &node{after: c.after(r), run: func() bool { return p.resource(nodes, r) }}
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
		n := &node{after: []string{"provider." + objects[0].provider}}
		n.run = func() bool {
			return w.each(len(objects), func(i int) bool { return p.orphan(objects[i]) })
		}
		nodes["orphan:"+address] = n
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

// move gives objects their new addresses.
func (d *Driver) move(c *configuration) {
	for from, to := range c.moved {
		for _, o := range slices.Collect(maps.Values(d.state)) {
			rest, ok := strings.CutPrefix(o.address(), from)
			if !ok || rest != "" && rest[0] != '[' {
				continue
			}
			delete(d.state, o.address())
			o.resource, o.suffix, _ = strings.Cut(to+rest, "[")
			if o.suffix != "" {
				o.suffix = "[" + o.suffix
			}
			_, o.name, _ = strings.Cut(o.resource, ".")
			d.state[o.address()] = o
		}
	}
}

// orphans are the managed objects of resources that the configuration no longer has, by resource.
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

// orphan plans to destroy or to forget what is not configured any more.
func (p *planning) orphan(o *object) bool {
	s, _ := p.server(o.provider)
	prior, ok := p.refresh(s, o)
	if !ok || prior == nil {
		return ok
	}
	if slices.Contains(p.configuration.forgotten, o.resource) {
		p.add(&change{object: *prior, action: forget, prior: prior})
		return true
	}
	c, ok := p.removal(s, prior)
	if ok {
		p.add(c)
	}
	return ok
}

// resource plans all instances of a resource.
func (p *planning) resource(nodes map[string]*node, r *declaration) bool {
	s, err := p.server(r.provider)
	if p.diagnostics.failed(r.address, err) {
		return false
	}
	if r.mode == managed && p.options.Destroy {
		return p.destroyAll(s, r)
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
			values[i], ok = p.data(nodes, s, r, all[i])
		case ephemeral:
			values[i], ok = p.open(s, r, all[i])
		default:
			values[i], ok = p.managed(nodes, s, r, all[i])
		}
		return ok
	})
	if !ok {
		return false
	}
	for _, address := range sortedKeys(p.state) {
		o := p.state[address]
		if o.resource == r.address && !slices.ContainsFunc(all, func(one instance) bool { return one.suffix == o.suffix && !strings.HasSuffix(address, deposedSuffix) }) {
			ok = ok && (o.mode != managed || p.orphan(o))
		}
	}
	p.scope.set(r.address, whole(r, all, values))
	return ok
}

// destroyAll plans to destroy all instances of a resource.
func (p *planning) destroyAll(s *server, r *declaration) bool {
	var objects []*object
	for _, address := range sortedKeys(p.state) {
		if o := p.state[address]; o.resource == r.address {
			objects = append(objects, o)
		}
	}
	all, values := make([]instance, len(objects)), make([]cty.Value, len(objects))
	ok := p.each(len(objects), func(i int) bool {
		all[i], values[i] = instance{suffix: objects[i].suffix, key: objects[i].key}, objects[i].value
		prior, ok := p.refresh(s, objects[i])
		if !ok || prior == nil {
			return ok
		}
		values[i] = prior.value
		c, ok := p.removal(s, prior)
		if ok {
			p.add(c)
		}
		return ok
	})
	if ok && (len(values) > 0 || r.count != nil || r.forEach != nil) {
		p.scope.set(r.address, whole(r, all, values))
	}
	return ok
}

func (p *planning) managed(nodes map[string]*node, s *server, r *declaration, one instance) (cty.Value, bool) {
	address := r.address + one.suffix
	schema := s.ResourceSchemas[r.typeName]
	if schema == nil {
		return cty.NilVal, !p.diagnostics.fail(address, "Invalid resource type", r.typeName)
	}
	config, ok := p.decode(address, r.body, schema.Block, one.more)
	if !ok || !p.validateResource(s, r.typeName, address, config) {
		return cty.NilVal, false
	}
	o := p.state[address]
	var imported *string
	if block := p.imports[address]; block != nil && o == nil {
		if o, imported, ok = p.importBlock(s, r, one, block); !ok {
			return cty.NilVal, false
		}
	}
	var prior *object
	if o != nil {
		if prior, ok = p.refresh(s, o); !ok {
			return cty.NilVal, false
		}
	}
	if imported != nil && prior == nil {
		return cty.NilVal, !p.diagnostics.fail(address, "Cannot import non-existent remote object",
			"While attempting to import an existing object to \""+address+"\", the provider detected that no object exists with the given id.")
	}
	of := object{
		resource: r.address, mode: managed, typeName: r.typeName, name: r.name, suffix: one.suffix, key: one.key, provider: r.provider,
		version: schema.Version, dependsOn: p.managedAmong(closure(nodes, r.address)),
	}
	c, ok := p.diff(s, of, config, prior, r.ignoreChanges, slices.Contains(p.options.Replace, address))
	if !ok {
		return cty.NilVal, false
	}
	c.importing = imported
	if !p.planTriggers(r, c.action) {
		return cty.NilVal, false
	}
	p.add(c)
	return c.value, true
}

// closure are the keys of all nodes before one.
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

func (w *walk) validateResource(s *server, typeName, address string, config cty.Value) bool {
	validated, err := s.ValidateResourceConfig(w.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: encode(config, schemaType(s.ResourceSchemas[typeName])),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	return !w.diagnostics.failed(address, err) && !w.diagnostics.add(address, validated.Diagnostics)
}

// diff asks the provider for a plan, and for a second one where it is to be a replacement.
func (w *walk) diff(s *server, of object, config cty.Value, prior *object, ignored []string, force bool) (*change, bool) {
	address, block := of.address(), s.ResourceSchemas[of.typeName].Block
	t, identityType := schemaType(s.ResourceSchemas[of.typeName]), s.identityType(of.typeName)
	before, private, identity := nothing(t), []byte(nil), cty.NilVal
	if prior != nil {
		before, private, identity = prior.value, prior.private, prior.identity
		config = ignoring(config, before, ignored)
	}
	ask := func(before cty.Value, private []byte, identity cty.Value) (*tfprotov6.PlanResourceChangeResponse, cty.Value, bool) {
		told, err := s.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: of.typeName, PriorState: encode(before, t), ProposedNewState: encode(proposedNew(block, before, config), t), Config: encode(config, t),
			PriorPrivate: private, PriorIdentity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
		})
		if w.diagnostics.failed(address, err) || w.diagnostics.add(address, told.Diagnostics) {
			return nil, cty.NilVal, false
		}
		planned, err := decode(told.PlannedState, t)
		if w.diagnostics.failed(address, err) {
			return nil, cty.NilVal, false
		}
		return told, planned, !w.diagnostics.fail(address, "Provider produced invalid plan", faultsOfPlan(block, before, config, planned)...)
	}
	if prior != nil && prior.tainted {
		before, identity = nothing(t), cty.NilVal
	}
	told, planned, ok := ask(before, private, identity)
	if !ok {
		return nil, false
	}
	c := &change{object: of, action: update, prior: prior}
	paths, ok := w.replacePaths(address, told.RequiresReplace, before, planned)
	if !ok {
		return nil, false
	}
	switch {
	case prior == nil:
		c.action = create
	case prior.tainted:
		c.action = replace
	case len(paths) > 0 || force:
		c.action, c.replacePaths = replace, paths
		// The object that is created knows nothing of the one before.
		if told, planned, ok = ask(nothing(t), told.PlannedPrivate, cty.NilVal); !ok {
			return nil, false
		}
	case planned.RawEquals(before):
		c.action = noOp
	}
	c.value, c.private = planned, told.PlannedPrivate
	if identityType != cty.NilType {
		var sent *tfprotov6.DynamicValue
		if told.PlannedIdentity != nil {
			sent = told.PlannedIdentity.IdentityData
		}
		var err error
		if c.identity, err = decode(sent, identityType); w.diagnostics.failed(address, err) {
			return nil, false
		}
	}
	return c, true
}

// ignoring is the configuration with attributes as they were.
func ignoring(config, before cty.Value, ignored []string) cty.Value {
	if len(ignored) == 0 || config.IsNull() {
		return config
	}
	members := config.AsValueMap()
	for _, name := range ignored {
		members[name] = before.GetAttr(name)
	}
	return cty.ObjectVal(members)
}

// replacePaths are those of the paths whose value changes, as the plan's JSON has them. Terraform drops
// the others without a word.
func (w *walk) replacePaths(address string, paths []*tftypes.AttributePath, before, planned cty.Value) ([]any, bool) {
	var found []any
	for _, path := range paths {
		var steps cty.Path
		var shown []any
		for _, step := range path.Steps() {
			switch step := step.(type) {
			case tftypes.AttributeName:
				steps, shown = steps.GetAttr(string(step)), append(shown, string(step))
			case tftypes.ElementKeyString:
				steps, shown = steps.IndexString(string(step)), append(shown, string(step))
			case tftypes.ElementKeyInt:
				steps, shown = steps.IndexInt(int(step)), append(shown, float64(step))
			}
		}
		will, err := steps.Apply(planned)
		if err != nil {
			if w.diagnostics.fail(address, "Provider produced invalid plan", "It requires replacement for a path that does not exist: "+path.String()) {
				return nil, false
			}
		}
		if before.IsNull() {
			continue
		}
		if was, err := steps.Apply(before); err != nil || !was.RawEquals(will) {
			found = append(found, shown)
		}
	}
	return found, true
}

// removal plans to destroy an object.
func (w *walk) removal(s *server, o *object) (*change, bool) {
	t := schemaType(s.ResourceSchemas[o.typeName])
	null := encode(nothing(t), t)
	told, err := s.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName, PriorState: encode(o.value, t), ProposedNewState: null, Config: null, PriorPrivate: o.private,
		PriorIdentity:      identityData(o.identity, s.identityType(o.typeName)),
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{},
	})
	if w.diagnostics.failed(o.address(), err) || w.diagnostics.add(o.address(), told.Diagnostics) {
		return nil, false
	}
	planned, err := decode(told.PlannedState, t)
	if w.diagnostics.failed(o.address(), err) {
		return nil, false
	}
	if !planned.IsNull() {
		return nil, !w.diagnostics.fail(o.address(), "Provider produced invalid plan", "It plans something in place of nothing.")
	}
	c := &change{object: *o, action: remove, prior: o}
	c.value, c.private = planned, told.PlannedPrivate
	return c, true
}

// refresh upgrades an object of the state and reads it. It is nil where it no longer exists.
func (p *planning) refresh(s *server, o *object) (*object, bool) {
	o, ok := p.upgrade(s, o)
	if !ok || p.options.NoRefresh {
		return o, ok
	}
	return p.read(s, o)
}

// upgrade sends an object through UpgradeResourceState, as Terraform does with what a state file holds.
func (w *walk) upgrade(s *server, o *object) (*object, bool) {
	address, t := o.address(), schemaType(s.ResourceSchemas[o.typeName])
	told, err := s.UpgradeResourceState(w.ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.typeName, Version: o.version, RawState: &tfprotov6.RawState{JSON: o.raw(t)},
	})
	if w.diagnostics.failed(address, err) || w.diagnostics.add(address, told.Diagnostics) {
		return nil, false
	}
	upgraded := *o
	upgraded.version = s.ResourceSchemas[o.typeName].Version
	upgraded.value, err = decode(told.UpgradedState, t)
	return &upgraded, !w.diagnostics.failed(address, err)
}

func (w *walk) read(s *server, o *object) (*object, bool) {
	address, schema := o.address(), s.ResourceSchemas[o.typeName]
	t, identityType := schemaType(schema), s.identityType(o.typeName)
	told, err := s.ReadResource(w.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.typeName, CurrentState: encode(o.value, t), Private: o.private, CurrentIdentity: identityData(o.identity, identityType),
		ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
	})
	if w.diagnostics.failed(address, err) || w.diagnostics.add(address, told.Diagnostics) {
		return nil, false
	}
	refreshed := *o
	refreshed.private = told.Private
	if refreshed.value, err = decode(told.NewState, t); w.diagnostics.failed(address, err) {
		return nil, false
	}
	if refreshed.value.IsNull() {
		return nil, true
	}
	faults := faultsOfWriteOnly(schema.Block.Attributes, refreshed.value)
	if !refreshed.value.IsWhollyKnown() {
		faults = append(faults, "The result of a refresh is not wholly known.")
	}
	refreshed.identity, faults = w.identity(address, identityType, told.NewIdentity, faults)
	return &refreshed, !w.diagnostics.fail(address, "Provider produced invalid object", faults...)
}

// identity decodes the identity of an object that exists: it has to be known.
func (w *walk) identity(address string, t cty.Type, told *tfprotov6.ResourceIdentityData, faults []string) (cty.Value, []string) {
	if t == cty.NilType {
		return cty.NilVal, faults
	}
	var sent *tfprotov6.DynamicValue
	if told != nil {
		sent = told.IdentityData
	}
	v, err := decode(sent, t)
	switch {
	case w.diagnostics.failed(address, err):
		return cty.NilVal, append(faults, "The identity cannot be decoded.")
	case v.IsNull():
		return v, append(faults, "There is no identity.")
	case !v.IsWhollyKnown():
		return v, append(faults, "The identity is not wholly known.")
	}
	return v, faults
}

// importBlock imports what an import block names.
func (p *planning) importBlock(s *server, r *declaration, one instance, block *hclsyntax.Body) (*object, *string, bool) {
	address := r.address + one.suffix
	for name, into := range map[string]cty.Type{"id": cty.String, "identity": s.identityType(r.typeName)} {
		a, ok := block.Attributes[name]
		if !ok {
			continue
		}
		v, diags := a.Expr.Value(p.scope.context(one.more))
		if diags.HasErrors() {
			return nil, nil, !p.diagnostics.failed(address, diags)
		}
		if name == "identity" {
			members := map[string]cty.Value{}
			for member, t := range into.AttributeTypes() {
				members[member] = nothing(t)
				if v.Type().HasAttribute(member) {
					converted, err := convert.Convert(v.GetAttr(member), t)
					if p.diagnostics.failed(address, err) {
						return nil, nil, false
					}
					members[member] = converted
				}
			}
			o, ok := p.importObject(s, r, one, "", cty.ObjectVal(members))
			return o, new(string), ok
		}
		if v, err := convert.Convert(v, into); !p.diagnostics.failed(address, err) && v.IsKnown() && !v.IsNull() {
			id := v.AsString()
			o, ok := p.importObject(s, r, one, id, cty.NilVal)
			return o, &id, ok
		}
	}
	return nil, nil, !p.diagnostics.fail(address, "Invalid import block", "It needs a known id or identity.")
}

// importObject imports by id, or by identity.
func (w *walk) importObject(s *server, r *declaration, one instance, id string, identity cty.Value) (*object, bool) {
	address, t, identityType := r.address+one.suffix, schemaType(s.ResourceSchemas[r.typeName]), s.identityType(r.typeName)
	told, err := s.ImportResourceState(w.ctx, &tfprotov6.ImportResourceStateRequest{
		TypeName: r.typeName, ID: id, Identity: identityData(identity, identityType), ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{},
	})
	if w.diagnostics.failed(address, err) || w.diagnostics.add(address, told.Diagnostics) {
		return nil, false
	}
	if len(told.ImportedResources) != 1 || told.ImportedResources[0].TypeName != r.typeName {
		return nil, !w.diagnostics.fail(address, "Import returned no resources", "The provider did not return one "+r.typeName+".")
	}
	imported := told.ImportedResources[0]
	o := &object{
		resource: r.address, mode: managed, typeName: r.typeName, name: r.name, suffix: one.suffix, key: one.key, provider: r.provider,
		version: s.ResourceSchemas[r.typeName].Version, private: imported.Private,
	}
	if o.value, err = decode(imported.State, t); w.diagnostics.failed(address, err) {
		return nil, false
	}
	if imported.Identity != nil && identityType != cty.NilType {
		if o.identity, err = decode(imported.Identity.IdentityData, identityType); w.diagnostics.failed(address, err) {
			return nil, false
		}
	}
	return o, true
}
