// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"runtime"
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
		nodes[address] = &node{after: references(expression), run: func() {
			v, diags := expression.Value(w.scope.context(nil))
			w.diagnostics.check(address, diags.Errs()...)
			w.scope.set(address, v)
		}}
	}
	for _, address := range w.usedProviders() {
		n := &node{run: func() { w.configure(address, only) }}
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

// ask is call for what has to succeed: otherwise the operation ends.
func ask[Request, Response any](w *walk, address string, method func(context.Context, *Request) (*Response, error), req *Request) *Response {
	resp, ok := call(w, address, method, req)
	if !ok {
		runtime.Goexit()
	}
	return resp
}

// server is the provider of an address such as "egs" or "egs.alias", which is started when it is first asked for. Errors
// are those of the block at the other address.
func (w *walk) server(address, at string) *server {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.servers[address]; ok {
		return s
	}
	name := providerName(address)
	factory, ok := w.factories[name]
	if !ok {
		w.diagnostics.refuse(at, "There is no provider "+name, "")
	}
	started, err := factory()
	w.diagnostics.check(at, err)
	if w.schemas[name] == nil {
		all := ask(w, at, started.GetProviderSchema, &tfprotov6.GetProviderSchemaRequest{})
		identities := ask(w, at, started.GetResourceIdentitySchemas, &tfprotov6.GetResourceIdentitySchemasRequest{})
		w.schemas[name] = &schemas{all, identities.IdentitySchemas}
	}
	s := &server{ProviderServer: started, schemas: w.schemas[name]}
	w.servers[address] = s
	return s
}

// configure validates the provider's configuration and, unless the walk only validates, configures it.
func (w *walk) configure(address string, only bool) {
	at := "provider." + address
	s := w.server(address, at)
	body := w.configuration.providers[address]
	if body == nil {
		body = &hclsyntax.Body{}
	}
	config := encode(w.decode(at, body, s.Provider.Block, nil), schemaType(s.Provider))
	ask(w, at, s.ValidateProviderConfig, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if !only {
		ask(w, at, s.ConfigureProvider, &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: terraformVersion, Config: config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
		})
	}
}

// decode evaluates a block.
func (w *walk) decode(address string, body hcl.Body, block *tfprotov6.SchemaBlock, more map[string]cty.Value) cty.Value {
	v, diags := hcldec.Decode(body, specOf(block), w.scope.context(more))
	w.diagnostics.check(address, diags.Errs()...)
	v, err := convert.Convert(v, typeOf(block.ValueType()))
	w.diagnostics.check(address, err)
	return v
}

// node is a step of a walk.
type node struct {
	after []string // keys of nodes that come first, if there are such
	run   func()   // fails with runtime.Goexit
}

// run runs all nodes, each when those before it are done. What comes after a node that failed is left
// out.
func (w *walk) run(nodes map[string]*node) {
	w.t.Helper()
	if loop := cycle(nodes); len(loop) > 0 {
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
			if !w.stopped.Load() {
				n.run()
				*succeeded[key] = true
			}
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

// cycle are the nodes that wait for each other, and what comes after them.
func cycle(nodes map[string]*node) []string {
	waiting := maps.Clone(nodes)
	for before := 0; before != len(waiting); {
		before = len(waiting)
		maps.DeleteFunc(waiting, func(_ string, n *node) bool {
			return !slices.ContainsFunc(n.after, func(before string) bool { return waiting[before] != nil })
		})
	}
	return sortedKeys(waiting)
}

// each calls for each instance, as many at a time as there are slots. If a call fails, so does the operation, after all.
func (w *walk) each(n int, call func(i int)) {
	var wait sync.WaitGroup
	var succeeded atomic.Int64
	for i := range n {
		wait.Go(func() {
			w.slots <- struct{}{}
			defer func() { <-w.slots }()
			if !w.stopped.Load() {
				call(i)
				succeeded.Add(1)
			}
		})
	}
	wait.Wait()
	if succeeded.Load() < int64(n) {
		runtime.Goexit()
	}
}

// expand evaluates each instance of a resource, and sets the value of the whole.
func (w *walk) expand(r *declaration, evaluate func(*server, instance) cty.Value) []instance {
	s := w.server(r.provider, r.address)
	all, errs := w.scope.instances(r)
	w.diagnostics.check(r.address, errs...)
	values := make([]cty.Value, len(all))
	w.each(len(all), func(i int) {
		if r.mode == ephemeral {
			values[i] = w.open(s, r, all[i])
		} else {
			values[i] = evaluate(s, all[i])
		}
	})
	w.scope.set(r.address, whole(r, values))
	return all
}

// usedProviders are the addresses of the providers of all blocks and objects.
func (w *walk) usedProviders() []string {
	used := map[string]bool{}
	c := w.configuration
	for _, r := range slices.Concat(c.lists, slices.Collect(maps.Values(c.resources)), slices.Collect(maps.Values(c.actions))) {
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
