// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// terraformVersion is what providers are told of the CLI.
const terraformVersion = "1.16.4"

// walk is one walk of the graph, with providers of its own.
type walk struct {
	*Driver
	ctx           context.Context
	configuration *configuration
	scope         *scope
	diagnostics   diagnostics
	slots         chan struct{}
	stopped       atomic.Bool

	mu       sync.Mutex
	servers  map[string]*server
	progress []string
	closing  []closing // of ephemeral resources, the last one is closed first
	nodes    map[string]*node
	failed   []string // keys of nodes that failed, or were left out
}

// server is a provider with a configuration.
type server struct {
	tfprotov6.ProviderServer
	*schemas
}

func (d *Driver) newWalk(c *configuration) *walk {
	w := &walk{
		Driver: d, ctx: d.context(), configuration: c, scope: newScope(),
		slots: make(chan struct{}, cmp.Or(d.Parallelism, 10)), servers: map[string]*server{},
	}
	d.running.Store(w)
	return w
}

// server is the provider of an address such as "egs" or "egs.alias", which is started when it is first
// asked for.
func (w *walk) server(address string) (*server, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.servers[address]; ok {
		return s, nil
	}
	name, _, _ := strings.Cut(address, ".")
	factory, ok := w.factories[name]
	if !ok {
		return nil, fmt.Errorf("there is no provider %q", name)
	}
	started, err := factory()
	if err != nil {
		return nil, err
	}
	if w.schemas[name] == nil {
		all, err := started.GetProviderSchema(w.ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return nil, err
		}
		identities, err := started.GetResourceIdentitySchemas(w.ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
		if err != nil {
			identities = &tfprotov6.GetResourceIdentitySchemasResponse{} // A provider that knows none.
		}
		if told := slices.Concat(all.Diagnostics, identities.Diagnostics); len(told) > 0 {
			return nil, errors.New(told[0].Summary + ": " + told[0].Detail)
		}
		w.schemas[name] = &schemas{all, identities.IdentitySchemas}
	}
	s := &server{ProviderServer: started, schemas: w.schemas[name]}
	w.servers[address] = s
	return s, nil
}

// configure validates the provider's configuration and, unless the walk only validates, configures it.
func (w *walk) configure(address string, only bool) bool {
	at := "provider." + address
	s, err := w.server(address)
	if w.diagnostics.failed(at, err) {
		return false
	}
	body := w.configuration.providers[address]
	if body == nil {
		body = &hclsyntax.Body{}
	}
	of := schemaType(s.Provider)
	v, ok := w.decode(at, body, s.Provider.Block, nil)
	if !ok {
		return false
	}
	validated, err := s.ValidateProviderConfig(w.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: encode(v, of)})
	if w.diagnostics.failed(at, err) || w.diagnostics.add(at, validated.Diagnostics) {
		return false
	}
	if only {
		return true
	}
	configured, err := s.ConfigureProvider(w.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: terraformVersion, Config: encode(v, of), ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
	})
	return !w.diagnostics.failed(at, err) && !w.diagnostics.add(at, configured.Diagnostics)
}

// decode evaluates a block.
func (w *walk) decode(address string, body hcl.Body, block *tfprotov6.SchemaBlock, more map[string]cty.Value) (cty.Value, bool) {
	v, diags := hcldec.Decode(body, specOf(block), w.scope.context(more))
	if diags.HasErrors() {
		return cty.NilVal, !w.diagnostics.failed(address, diags)
	}
	v, err := convert.Convert(v, typeOf(block.ValueType()))
	return v, !w.diagnostics.failed(address, err)
}

// node is a step of a walk.
type node struct {
	after []string // keys of nodes that come first, if there are such
	run   func() bool
}

// run runs all nodes, each when those before it are done. What comes after a node that failed is left
// out.
func (w *walk) run(nodes map[string]*node) {
	w.t.Helper()
	if loop := cycle(nodes); loop != nil {
		w.diagnostics.fail("", "Cycle: "+strings.Join(loop, ", "), "")
		return
	}
	done, succeeded := map[string]chan struct{}{}, map[string]*bool{}
	for key := range nodes {
		done[key], succeeded[key] = make(chan struct{}), new(bool)
	}
	for key, n := range nodes {
		go func() {
			defer close(done[key])
			for _, before := range n.after {
				if nodes[before] == nil {
					continue
				}
				<-done[before]
				if !*succeeded[before] {
					return
				}
			}
			*succeeded[key] = !w.stopped.Load() && n.run()
		}()
	}
	w.nodes = nodes
	for key, end := range done {
		<-end
		if !*succeeded[key] {
			w.failed = append(w.failed, key)
		}
	}
	if w.stopped.Load() {
		w.diagnostics.fail("", "execution halted", "")
	}
}

// cycle is a loop among the nodes, or nil.
func cycle(nodes map[string]*node) []string {
	const visiting, visited = 1, 2
	marks := map[string]int{}
	var path []string
	var visit func(key string) []string
	visit = func(key string) []string {
		if nodes[key] == nil || marks[key] == visited {
			return nil
		}
		path = append(path, key)
		if marks[key] == visiting {
			return path[slices.Index(path, key):]
		}
		marks[key] = visiting
		for _, before := range nodes[key].after {
			if loop := visit(before); loop != nil {
				return loop
			}
		}
		path = path[:len(path)-1]
		marks[key] = visited
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(nodes)) {
		if loop := visit(key); loop != nil {
			return loop
		}
	}
	return nil
}

// each calls for each instance, as many at a time as there are slots, and returns whether all
// succeeded.
func (w *walk) each(n int, call func(i int) bool) bool {
	var wait sync.WaitGroup
	results := make([]bool, n)
	for i := range n {
		wait.Go(func() {
			w.slots <- struct{}{}
			defer func() { <-w.slots }()
			results[i] = !w.stopped.Load() && call(i)
		})
	}
	wait.Wait()
	return !slices.Contains(results, false)
}

// valueNodes are those of variables, locals and outputs.
func (w *walk) valueNodes(nodes map[string]*node) {
	for address, expression := range w.configuration.values {
		nodes[address] = &node{after: references(expression), run: func() bool {
			v, diags := expression.Value(w.scope.context(nil))
			if diags.HasErrors() {
				return !w.diagnostics.failed(address, diags)
			}
			if name, ok := strings.CutPrefix(address, "var."); ok {
				if text, ok := w.Variables[name]; ok {
					converted, err := convert.Convert(cty.StringVal(text), v.Type())
					if w.diagnostics.failed(address, err) {
						return false
					}
					v = converted
				}
			}
			w.scope.set(address, v)
			return true
		}}
	}
}

// usedProviders are the addresses of the providers of all blocks and objects.
func (w *walk) usedProviders() []string {
	used := map[string]bool{}
	for _, r := range w.configuration.resources {
		used[r.provider] = true
	}
	for _, r := range w.configuration.actions {
		used[r.provider] = true
	}
	for _, r := range w.configuration.lists {
		used[r.provider] = true
	}
	for _, o := range w.state {
		used[o.provider] = true
	}
	return sortedKeys(used)
}

// prune leaves out of a walk that only destroys what no provider is configured with.
func (w *walk) prune(nodes map[string]*node) {
	kept := map[string]bool{}
	for key := range nodes {
		if strings.HasPrefix(key, "provider.") {
			for _, before := range closure(nodes, key) {
				kept[before] = true
			}
		}
	}
	for key := range nodes {
		_, value := w.configuration.values[key]
		r := w.configuration.resources[key]
		if !kept[key] && (value || r != nil && r.mode != managed) {
			delete(nodes, key)
		}
	}
}

func (w *walk) providerNodes(nodes map[string]*node, only bool) {
	for _, address := range w.usedProviders() {
		n := &node{run: func() bool { return w.configure(address, only) }}
		if body := w.configuration.providers[address]; body != nil {
			n.after = references(body)
		}
		nodes["provider."+address] = n
	}
}

// after are the keys of the nodes that a resource waits for. What its actions need is ready before it.
func (c *configuration) after(r *declaration) []string {
	nodes := []hclsyntax.Node{r.body}
	for _, e := range []hclsyntax.Expression{r.count, r.forEach} {
		if e != nil {
			nodes = append(nodes, e)
		}
	}
	after := append(slices.Concat(references(nodes...), r.dependsOn), "provider."+r.provider)
	for _, trigger := range r.triggers {
		for _, address := range trigger.actions {
			if of := c.actions[address]; of != nil {
				after = append(after, c.after(of)...)
			}
		}
	}
	// An action may refer to the resource that triggers it.
	return slices.DeleteFunc(after, func(key string) bool { return key == r.address })
}

// managedAmong are the addresses of managed resources among keys of nodes.
func (w *walk) managedAmong(keys []string) []string {
	var found []string
	for _, key := range keys {
		if r := w.configuration.resources[key]; r != nil && r.mode == managed {
			found = append(found, key)
		}
	}
	return found
}
