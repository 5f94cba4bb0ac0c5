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

// terraformVersion is the version of Terraform that the driver reports to providers.
const terraformVersion = "1.16.4"

// walk is one walk of the graph, with its own provider servers.
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
	closing  []closing // in the order in which they were opened
	nodes    map[string]*node
	failed   []string // keys of nodes that failed or were skipped
}

// server is the server of one provider configuration, with the schemas of the provider.
type server struct {
	tfprotov6.ProviderServer
	*schemas
}

// newWalk starts a walk, and returns the walk and its nodes for outputs and providers. If the parameter only is set, the walk
// only validates and does not configure the providers.
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

// call sends a request to a provider and adds the diagnostics of the response. It returns the response and whether the request
// succeeded. The response is nil if method returned an error. A deferred change is an error, as in Terraform without
// -allow-deferral.
func call[Request, Response any](w *walk, address string, method func(context.Context, *Request) (*Response, error), req *Request) (*Response, bool) {
	resp, err := method(w.ctx, req)
	if w.diagnostics.failed(address, err) {
		return nil, false
	}
	fields := reflect.ValueOf(resp).Elem()
	if deferred := fields.FieldByName("Deferred"); deferred.IsValid() && !deferred.IsNil() {
		return resp, !w.diagnostics.fail(address, "Invalid deferred response from provider", "The provider deferred a change, but the request does not allow this.")
	}
	diagnostics, _ := reflect.TypeAssert[[]*tfprotov6.Diagnostic](fields.FieldByName("Diagnostics"))
	return resp, !w.diagnostics.add(address, diagnostics)
}

// mustCall is like call, but ends the goroutine of the operation if there is an error.
func mustCall[Request, Response any](w *walk, address string, method func(context.Context, *Request) (*Response, error), req *Request) *Response {
	resp, ok := call(w, address, method, req)
	if !ok {
		runtime.Goexit()
	}
	return resp
}

// server returns the server of the provider with this address, such as "egs" or "egs.alias". It starts the server at the first
// call. The parameter at is the address of the block to which diagnostics refer.
func (w *walk) server(address, at string) *server {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.servers[address]; ok {
		return s
	}
	name := providerName(address)
	factory, ok := w.factories[name]
	if !ok {
		w.diagnostics.refuse(at, "Unknown provider "+name, "")
	}
	started, err := factory()
	w.diagnostics.check(at, err)
	if w.schemas[name] == nil {
		all := mustCall(w, at, started.GetProviderSchema, &tfprotov6.GetProviderSchemaRequest{})
		identities := mustCall(w, at, started.GetResourceIdentitySchemas, &tfprotov6.GetResourceIdentitySchemasRequest{})
		w.schemas[name] = &schemas{all, identities.IdentitySchemas}
	}
	s := &server{ProviderServer: started, schemas: w.schemas[name]}
	w.servers[address] = s
	return s
}

// configure validates a provider's configuration. Unless the parameter only is set, it also configures the provider.
func (w *walk) configure(address string, only bool) {
	at := "provider." + address
	s := w.server(address, at)
	body := w.configuration.providers[address]
	if body == nil {
		body = &hclsyntax.Body{}
	}
	config := encode(w.decode(at, body, s.Provider.Block, nil), schemaType(s.Provider))
	mustCall(w, at, s.ValidateProviderConfig, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if !only {
		mustCall(w, at, s.ConfigureProvider, &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: terraformVersion, Config: config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
		})
	}
}

func (w *walk) decode(address string, body hcl.Body, block *tfprotov6.SchemaBlock, more map[string]cty.Value) cty.Value {
	v, diags := hcldec.Decode(body, specOf(block), w.scope.context(more))
	w.diagnostics.check(address, diags.Errs()...)
	v, err := convert.Convert(v, typeOf(block.ValueType()))
	w.diagnostics.check(address, err)
	return v
}

// node is a step of a walk.
type node struct {
	after []string // keys of nodes that run first; keys without a node are ignored
	run   func()   // calls runtime.Goexit to fail
}

// run runs each node after the nodes on which it depends. It skips nodes that depend on a failed node.
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

// cycle returns the keys of the nodes in dependency cycles, and of the nodes that depend on such a node.
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

// each calls the parameter call with each index from 0 to n-1. The number of slots limits the number of concurrent calls. If a
// call fails, the goroutine of the operation ends after all calls have returned.
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

// expand evaluates all instances of a resource, and sets the value of references to the resource.
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

// usedProviders returns the addresses of the providers of all blocks and objects.
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

// prune deletes the nodes of outputs, data sources and ephemeral resources from a destroy walk, except for those on which the
// configuration of a provider depends.
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

// after returns the keys of the nodes on which a resource and its actions depend.
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
	// An action can refer to the resource that triggers the action. This reference is not a dependency.
	return slices.DeleteFunc(after, func(key string) bool { return key == r.address })
}

// managedAmong returns the keys that are addresses of managed resources.
func (w *walk) managedAmong(keys []string) []string {
	var found []string
	for _, key := range keys {
		if r := w.configuration.resources[key]; r != nil && r.mode == managed {
			found = append(found, key)
		}
	}
	return found
}
