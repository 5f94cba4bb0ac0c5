// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// gprStore has the objects of one kind, GPR templates or bindings, and the calls that both kinds share. The name of an object
// is unique within its kind.
type gprStore[T any] struct {
	simulation.Store[T]
	s *Simulator
	// thing is the name of the objects in errors. kind is their Kubernetes resource name.
	thing, kind string
	// member is the name of the member that holds an object's name in get and delete requests. array is the name of the array
	// in a list.
	member, array string
	// shown returns an object as responses show it. bound reports whether a binding uses the object, so that its delete can
	// be refused. For kinds that bindings do not use, bound is nil.
	shown func(T) T
	bound func(name string) bool
}

func (g *gprStore[T]) routes(path string, create, update func(simulation.Call) simulation.Reply) []simulation.Route {
	return []simulation.Route{
		{Method: http.MethodPost, Path: path, Handle: g.s.ownerOnly(create)},
		{Method: http.MethodPut, Path: path, Handle: g.s.ownerOnly(update)},
		{Method: http.MethodGet, Path: path, Handle: g.s.ownerOnly(g.get)},
		{Method: http.MethodGet, Path: path + "/list", Handle: g.s.ownerOnly(g.list)},
		{Method: http.MethodDelete, Path: path, Handle: g.s.ownerOnly(g.remove)},
	}
}

func (g *gprStore[T]) endpoints(path string, add func(T) bool, change func(string, T) error) []simulation.Endpoint {
	return []simulation.Endpoint{
		simulation.Lists(path, "list the "+g.thing+"s", g.values),
		simulation.Takes(http.MethodPost, path, "add a "+g.thing+" outside the API", func(_ string, value T) error {
			if !add(value) {
				return fmt.Errorf("%w: the name is taken", simulation.ErrExists)
			}
			return nil
		}),
		simulation.Takes(http.MethodPut, path+"/{id}", "change the "+g.thing+" with this name outside the API", change),
		simulation.Removes(path+"/{id}", "delete the "+g.thing+" with this name outside the API", g.Remove),
	}
}

// values returns all objects in the order of the list.
func (g *gprStore[T]) values() []T { return simulation.Values(g.All()) }

func (g *gprStore[T]) get(c simulation.Call) simulation.Reply {
	name := c.Query.Get(g.member)
	item := g.ByID(name)
	if item == nil {
		return g.unknown("getting", name)
	}
	return success(g.shown(item.Value))
}

func (g *gprStore[T]) list(simulation.Call) simulation.Reply {
	entries := simulation.Values(g.Listed())
	for i := range entries {
		entries[i] = g.shown(entries[i])
	}
	listed := success(map[string]any{g.array: entries})
	if len(entries) == 0 {
		return g.s.emptyList(g.s.options.EmptyGPRList, g.array, listed)
	}
	return listed
}

func (g *gprStore[T]) remove(c simulation.Call) simulation.Reply {
	in := g.body(c, "deleting", g.member)
	name := in.mustText(g.member)
	if refused := in.refused(); refused != nil {
		return *refused
	}
	if status := g.s.options.TemplateInUseStatus; status != 0 && g.bound != nil && g.bound(name) {
		return g.refuse(status, "deleting", name, "is in use")
	}
	if !g.Remove(name) {
		return g.unknown("deleting", name)
	}
	return g.s.deleted(struct{}{})
}

// body reads a request body: see Simulator.body. The parameter doing is the operation in errors, such as "creating".
func (g *gprStore[T]) body(c simulation.Call, doing string, known ...string) *body {
	return g.s.body(c, "Error "+doing+" "+g.thing, known...)
}

func (g *gprStore[T]) refuse(status int, doing, name, why string) simulation.Reply {
	return g.s.refuse(status, "Error "+doing+" "+g.thing, fmt.Sprintf("%s.gpr.kubeslice.io %q %s", g.kind, name, why))
}

func (g *gprStore[T]) unknown(doing, name string) simulation.Reply {
	return g.refuse(g.s.options.UnknownGPRStatus, doing, name, "not found")
}

// taken returns the refusal of a create with a name that already exists, or nil if the create overwrites the existing object.
func (g *gprStore[T]) taken(name string) *simulation.Reply {
	if g.s.options.GPRConflictStatus == http.StatusOK {
		return nil
	}
	return new(g.refuse(g.s.options.GPRConflictStatus, "creating", name, "already exists"))
}
