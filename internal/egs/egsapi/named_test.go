// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// namedKind describes GPR templates or their bindings. T is the type of an object in the simulator.
type namedKind[T any] struct {
	// thing is the name of the kind in errors, such as "GPR template binding". path is the path of requests for objects.
	// array is the member of a list response that contains the objects.
	thing, path, array string
	// unreadable is an invalid list entry with a name. nameless has response data of a create that do not contain the name of
	// the object.
	unreadable map[string]any
	nameless   []string

	create func(ctx context.Context, client *egsapi.Client, name string) (at time.Time, adopted bool, err error)
	// update sets values that differ from the values of create and foreign.
	update func(ctx context.Context, client *egsapi.Client, name string) error
	find   func(ctx context.Context, client *egsapi.Client, name string, changed time.Time) error
	remove func(client *egsapi.Client, ctx context.Context, name string, changed time.Time) error
	listed func(client *egsapi.Client) func(context.Context) (names []string, unreadable int, err error)

	// foreign adds an object outside the client. The object has the values of create. If the parameter change is not nil,
	// change then modifies the object. differ is a change that makes the object differ from the values of create.
	foreign func(c *controller, name string, change func(*T)) bool
	differ  func(*T)
	// all returns the objects of the simulator. drop deletes an object of the simulator without an API request.
	all  func(*egssim.Simulator) []T
	name func(T) string
	drop func(s *egssim.Simulator, name string) bool
}

func (k *namedKind[T]) list() string { return k.path + "/list" }

func (k *namedKind[T]) names(s *egssim.Simulator) (names []string) {
	for _, held := range k.all(s) {
		names = append(names, k.name(held))
	}
	return names
}

func (k *namedKind[T]) created(ctx context.Context, client *egsapi.Client, name string) (adopted bool, err error) {
	_, adopted, err = k.create(ctx, client, name)
	return adopted, err
}

// test runs the tests that both kinds have.
func (k *namedKind[T]) test(t *testing.T) {
	t.Helper()
	for name, test := range map[string]func(*testing.T){
		"suite": k.suite, "taken": k.taken, "changed without response": k.changedWithoutResponse, "bound": k.bound, "nameless": k.namelessResponses,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

func namedThings(array string, things ...any) simulation.Fault {
	return envelope(clienttest.JSON(map[string]any{array: things}))
}

func named(name string) map[string]any { return map[string]any{"name": name} }

func (k *namedKind[T]) suite(t *testing.T) {
	t.Helper()
	suite := clienttest.Suite{Form: "a JSON envelope", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
		t.Helper()
		c := start(t, egssim.Options{}, around...)
		client := c.withToken()
		k.foreign(c, "red", nil)
		s := &clienttest.Subject{
			Server: c.Server, ID: "red", Remove: func() { k.drop(c.Simulator, "red") },
			List: clienttest.Operation{Name: "list " + k.thing + "s", Method: "GET", Path: k.list(), Do: func(ctx context.Context) error {
				_, _, err := k.listed(client)(ctx)
				return err
			}},
			Find:   func(ctx context.Context, id string) error { return k.find(ctx, client, id, time.Time{}) },
			Delete: func(ctx context.Context, id string) error { return k.remove(client, ctx, id, time.Time{}) },
			ListFault: func(names ...string) simulation.Fault {
				return clienttest.Of("GET", k.list(), namedThings(k.array, named(names[0]), named(names[1])))
			},
			UnreadableEntryFault: namedThings(k.array, k.unreadable, named("a")),
			Listed:               k.listed(client),
		}
		s.Operations = []clienttest.Operation{
			s.List,
			{Name: "create " + k.thing, Method: "POST", Path: k.path, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
				return clienttest.Err(k.created(ctx, client, "blue"))
			}},
			{Name: "update " + k.thing, Method: "PUT", Path: k.path, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
				return k.update(ctx, client, "red")
			}},
			{Name: "delete " + k.thing, Method: "DELETE", Path: k.path, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
				return s.Delete(ctx, "red")
			}},
		}
		return s
	}}
	// These lists do not prove that an object does not exist.
	suite.Run(t, foreign, map[string]simulation.Fault{
		"other list": envelope(`{"data":[]}`), "array": envelope(`[]`), "number": envelope(`7`),
		"no array": namedThings(k.array + "s"), "an object": envelope(`{"` + k.array + `":{}}`), "text": envelope(`{"` + k.array + `":""}`),
		"unreadable entry": namedThings(k.array, 7), "its invalid entry": namedThings(k.array, map[string]any{"name": "unknown", "clusters": 7, "priority": "high"}),
	})
}

// sentNames is a simulator that uses the names of objects as ids and secrets.
type sentNames struct {
	*egssim.Simulator
	drop func(*egssim.Simulator, string) bool
}

func (s sentNames) Secret(name string) string  { return `"` + name + `"` }
func (s sentNames) DeleteKey(name string) bool { return s.drop(s.Simulator, name) }

func (k *namedKind[T]) chaos(t *testing.T) {
	t.Helper()
	chaos.Test(t, chaos.Adapter{
		List: "GET " + k.list(), Create: "POST " + k.path, Delete: "DELETE " + k.path, Unique: true, Variants: []string{"409", "500"},
		New: func(variant string, lag time.Duration) chaos.Service {
			options := egssim.Options{
				Options: simulation.Options{ListLag: lag}, GPRConflictStatus: map[string]int{"409": 409, "500": 500}[variant],
			}
			for kind := range 100 { // Each binding has the name of an existing workspace.
				options.Workspaces = append(options.Workspaces, chaos.Name(kind))
			}
			s := egssim.New(options)
			return chaos.Service{
				Simulator: sentNames{s, k.drop}, LostOutcome: chaos.Adopted,
				Things: func() []chaos.Thing {
					return chaos.Things(k.all(s), func(held T) (id, name string) { return k.name(held), k.name(held) })
				},
				Add: func(kind int, equal bool) string {
					change := k.differ
					if equal {
						change = nil
					}
					return map[bool]string{true: chaos.Name(kind)}[k.foreign(&controller{Simulator: s}, chaos.Name(kind), change)]
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // There is no client 2, since only Owners can list these objects.
					}
					client := egsapi.New(egsapi.Config{Endpoint: endpoint, APIKey: s.OwnerKey(), Now: time.Now}, t)
					return &chaos.Client{
						Create: func(ctx context.Context, kind int) (saved chaos.Saved, err error) {
							name := chaos.Name(kind)
							if saved.Created, saved.Adopted, err = k.create(ctx, client, name); err == nil {
								saved.ID, saved.Secret = name, `"`+name+`"`
							}
							return saved, err
						},
						List:   k.listed(client),
						Find:   func(ctx context.Context, s chaos.Saved) error { return k.find(ctx, client, s.ID, s.Created) },
						Delete: func(ctx context.Context, s chaos.Saved) error { return k.remove(client, ctx, s.ID, s.Created) },
					}
				},
			}
		},
	})
}

// taken tests a create with a name that is already in use. The create fails even if the controller would overwrite the existing
// object. An object that was deleted since an earlier list does not prevent the create.
func (k *namedKind[T]) taken(t *testing.T) {
	t.Helper()
	for _, status := range []int{200, 409, 500} {
		for _, listed := range []bool{true, false} {
			c := start(t, egssim.Options{GPRConflictStatus: status})
			client := c.owner()
			k.foreign(c, "red", k.differ)
			if listed {
				_, _, err := k.listed(client)(t.Context())
				must(t, err)
			}
			wantErr(t, clienttest.Err(k.created(t.Context(), client, "red")), egsapi.ErrExists)
			c.Wants(0, "POST", k.path)
			k.drop(c.Simulator, "red")
			must(t, clienttest.Err(k.created(t.Context(), client, "red")))
		}
	}
	// Another client creates the object after the list.
	c := start(t, egssim.Options{})
	client := c.owner()
	_, _, err := k.listed(client)(t.Context())
	must(t, err)
	k.foreign(c, "red", nil)
	wantErr(t, clienttest.Err(k.created(t.Context(), client, "red")), egsapi.ErrExists)
}

// lost aborts a create without a response, while another client creates an object. If the list shows this object with the
// requested values, the client adopts it. Changes keep the requested values if their names begin with "same".
func (k *namedKind[T]) lost(t *testing.T, changes map[string]func(*T)) {
	t.Helper()
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *controller
			c = start(t, egssim.Options{}, clienttest.Around(on("POST", k.path), func(http.ResponseWriter, *http.Request, http.Handler) {
				k.foreign(c, "red", change)
				panic(http.ErrAbortHandler)
			}))
			adopted, err := k.created(t.Context(), c.owner(), "red")
			same := strings.HasPrefix(name, "same")
			if adopted != same || same == errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("adopted: %t, %v", adopted, err)
			}
			if isRed := slices.Contains(k.names(c.Simulator), "red"); !same && isRed != slices.Equal(asError(t, err).Candidates, []string{"red"}) {
				t.Errorf("candidates %v", asError(t, err).Candidates)
			}
		})
	}
}

// changedWithoutResponse tests an update whose responses are lost. The update succeeds if the list shows the new values.
func (k *namedKind[T]) changedWithoutResponse(t *testing.T) {
	t.Helper()
	for fault, done := range map[string]bool{simulation.FaultDropAfterCommit: true, simulation.FaultDropBefore: false} {
		c := start(t, egssim.Options{})
		k.foreign(c, "red", nil)
		c.Fail(always(clienttest.Of("PUT", k.path, simulation.Fault{Kind: fault})))
		if err := k.update(t.Context(), c.owner(), "red"); done != (err == nil) {
			t.Errorf("done: %t, %v", done, err)
		}
	}
}

// bound tests credentials that may be bound to a workspace. An object that their lists do not show may still exist.
func (k *namedKind[T]) bound(t *testing.T) {
	t.Helper()
	for login, want := range map[string]error{"Owner": egsapi.ErrNotFound, "Editor": egsapi.ErrNotVisible} {
		for _, opaque := range []bool{true, false} {
			c := start(t, egssim.Options{OpaqueTokens: opaque})
			c.Fail(always(clienttest.Of("GET", k.list(), namedThings(k.array, named("b")))))
			if err := k.find(t.Context(), c.as(login), "a", time.Time{}); !errors.Is(err, want) {
				t.Errorf("%s, opaque: %t: %v", login, opaque, err)
			}
		}
	}
}

// namelessResponses checks that a response without the name does not prove that the create succeeded.
func (k *namedKind[T]) namelessResponses(t *testing.T) {
	t.Helper()
	for _, data := range append([]string{`null`, `{}`, `[]`}, k.nameless...) {
		c := start(t, egssim.Options{})
		c.Fail(clienttest.Of("POST", k.path, envelope(data)))
		err := clienttest.Err(k.created(t.Context(), c.owner(), "red"))
		if !errors.Is(err, egsapi.ErrUnexpectedResponse) || !errors.Is(err, egsapi.ErrUncertain) {
			t.Errorf("%s: got %v", data, err)
		}
	}
}
