// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
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

// newWalk begins a walk, with the nodes of outputs and providers. Unless the walk only validates, providers are configured.
func (d *Driver) newWalk(c *configuration, only bool) (*walk, map[string]*node) {
	w := &walk{
		Driver: d, ctx: d.context(), configuration: c, scope: newScope(),
		slots: make(chan struct{}, cmp.Or(d.Parallelism, 10)), servers: map[string]*server{},
	}
	d.running.Store(w)
	nodes := map[string]*node{}
	for address, expression := range c.outputs {
		nodes[address] = &node{after: references(expression), run: func() bool {
			v, diags := expression.Value(w.scope.context(nil))
			if diags.HasErrors() {
				return !w.diagnostics.failed(address, diags)
			}
			w.scope.set(address, v)
			return true
		}}
	}
	for _, address := range w.usedProviders() {
		n := &node{run: func() bool { return w.configure(address, only) }}
		if body := c.providers[address]; body != nil {
			n.after = references(body)
		}
		nodes["provider."+address] = n
	}
	return w, nodes
}

// call sends a request to a provider, and adds the diagnostics of the response. It returns nil if there is no response, and
// whether there is no error. It refuses a response that defers a change, as Terraform does without -allow-deferral.
func call[Request, Response any](w *walk, address string, method func(context.Context, *Request) (*Response, error), req *Request) (*Response, bool) {
	resp, err := method(w.ctx, req)
	if w.diagnostics.failed(address, err) {
		return nil, false
	}
	fields := reflect.ValueOf(resp).Elem()
	if deferred := fields.FieldByName("Deferred"); deferred.IsValid() && !deferred.IsNil() {
		return resp, !w.diagnostics.fail(address, "Invalid deferred response from provider", "The provider defers a change without being allowed to.")
	}
	diagnostics, _ := reflect.TypeAssert[[]*tfprotov6.Diagnostic](fields.FieldByName("Diagnostics"))
	return resp, !w.diagnostics.add(address, diagnostics)
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
	if _, ok := call(w, at, s.ValidateProviderConfig, &tfprotov6.ValidateProviderConfigRequest{Config: encode(v, of)}); !ok || only {
		return ok
	}
	_, ok = call(w, at, s.ConfigureProvider, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: terraformVersion, Config: encode(v, of), ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
	})
	return ok
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

// expand evaluates each instance of a resource, and sets the value of the whole.
func (w *walk) expand(r *declaration, evaluate func(*server, instance) (cty.Value, bool)) ([]instance, bool) {
	s, err := w.server(r.provider)
	if w.diagnostics.failed(r.address, err) {
		return nil, false
	}
	all, err := w.scope.instances(r)
	if w.diagnostics.failed(r.address, err) {
		return nil, false
	}
	values := make([]cty.Value, len(all))
	ok := w.each(len(all), func(i int) (ok bool) {
		if r.mode == ephemeral {
			values[i], ok = w.open(s, r, all[i])
		} else {
			values[i], ok = evaluate(s, all[i])
		}
		return ok
	})
	if ok {
		w.scope.set(r.address, whole(r, values))
	}
	return all, ok
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
		_, output := w.configuration.outputs[key]
		r := w.configuration.resources[key]
		if !kept[key] && (output || r != nil && r.mode != managed) {
			delete(nodes, key)
		}
	}
}

// after are the keys of the nodes that a resource waits for. What its actions need is ready before it.
func (c *configuration) after(r *declaration) []string {
	nodes := []hclsyntax.Node{r.body}
	if r.count != nil {
		nodes = append(nodes, r.count)
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
