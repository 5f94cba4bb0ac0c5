// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

const bindingPath = "/api/v1/gpr-template-binding"

func newBinding() egsapi.GPRBinding {
	return egsapi.GPRBinding{EnableAutoGPR: true, Clusters: []egsapi.GPRBindingCluster{
		{ClusterName: "worker-1", DefaultTemplateName: "a", Templates: []string{"a", "b"}},
		{ClusterName: "worker-2", DefaultTemplateName: "c", Templates: []string{"c"}},
	}}
}

func createBinding(ctx context.Context, client *egsapi.Client, workspace string) (adopted bool, err error) {
	_, _, adopted, err = client.CreateGPRBinding(ctx, workspace, newBinding())
	return adopted, err
}

// foreignBinding adds somebody else's newBinding.
func (c *controller) foreignBinding(workspace string, change func(*egssim.GPRBinding)) bool {
	b := egssim.GPRBinding{Workspace: workspace, AutoGPR: true, Clusters: []egssim.GPRBoundCluster{
		{ClusterName: "worker-2", DefaultTemplateName: "c", Templates: []string{"c"}},
		{ClusterName: "worker-1", DefaultTemplateName: "a", Templates: []string{"b", "a"}},
	}}
	if change != nil {
		change(&b)
	}
	return c.AddGPRBinding(b)
}

func listedBindings(client *egsapi.Client) func(context.Context) ([]string, int, error) {
	return clienttest.Listed(client.GPRBindings, func(b egsapi.GPRBinding) string { return b.Name })
}

func findBinding(ctx context.Context, client *egsapi.Client, name string, changed time.Time) error {
	return clienttest.Err(client.GPRBinding(ctx, name, changed, newBinding()))
}

var bindingSuite = clienttest.Suite{Form: "a JSON envelope", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	c := start(t, egssim.Options{}, around...)
	client := c.withToken()
	c.foreignBinding("red", nil)
	s := &clienttest.Subject{
		Server: c.Server, ID: "red", Remove: func() { c.DeleteGPRBinding("red") },
		List: clienttest.Operation{Name: "list GPR template bindings", Method: "GET", Path: bindingPath + "/list", Do: func(ctx context.Context) error {
			return clienttest.Err(client.GPRBindings(ctx))
		}},
		Find:   func(ctx context.Context, id string) error { return findBinding(ctx, client, id, time.Time{}) },
		Delete: func(ctx context.Context, id string) error { return client.DeleteGPRBinding(ctx, id, time.Time{}) },
		Shows: func(names ...string) simulation.Fault {
			return clienttest.Of("GET", bindingPath+"/list", namedThings("templateBindings", named(names[0]), named(names[1])))
		},
		Odd:    namedThings("templateBindings", map[string]any{"name": "odd", "clusters": 7}, named("a")),
		Listed: listedBindings(client),
	}
	s.Operations = []clienttest.Operation{
		s.List,
		{Name: "create GPR template binding", Method: "POST", Path: bindingPath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(createBinding(ctx, client, "blue"))
		}},
		{Name: "update GPR template binding", Method: "PUT", Path: bindingPath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			_, _, err := client.UpdateGPRBinding(ctx, "red", egsapi.GPRBinding{Name: "red", Clusters: newBinding().Clusters[:1]}, time.Time{})
			return err
		}},
		{Name: "delete GPR template binding", Method: "DELETE", Path: bindingPath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return s.Delete(ctx, "red")
		}},
	}
	return s
}}

func TestGPRBindings_suite(t *testing.T) {
	t.Parallel()
	bindingSuite.Run(t, foreign, badLists("templateBindings"))
}

// namedBindings has the names of bindings in the place of ids and secrets.
type namedBindings struct{ *egssim.Simulator }

func (s namedBindings) Secret(name string) string  { return `"` + name + `"` }
func (s namedBindings) DeleteKey(name string) bool { return s.DeleteGPRBinding(name) }

func TestGPRBindings_chaos(t *testing.T) {
	chaos.Test(t, chaos.Adapter{
		List: "GET " + bindingPath + "/list", Create: "POST " + bindingPath, Delete: "DELETE " + bindingPath, Unique: true,
		Variants: []string{"409", "500"},
		New: func(variant string, lag time.Duration) chaos.Service {
			options := egssim.Options{
				Options: simulation.Options{ListLag: lag}, TakenGPRNameStatus: map[string]int{"409": 409, "500": 500}[variant],
			}
			for kind := range 100 {
				options.Workspaces = append(options.Workspaces, chaos.Name(kind))
			}
			s := egssim.New(options)
			c := controller{Simulator: s}
			return chaos.Service{
				Simulator: namedBindings{s}, Settles: chaos.Adopted,
				Held: func() []chaos.Thing {
					return chaos.Things(s.GPRBindings(), func(b egssim.GPRBinding) (id, name string) { return b.Name, b.Name })
				},
				Add: func(kind int, equal bool) string {
					added := c.foreignBinding(chaos.Name(kind), func(b *egssim.GPRBinding) { b.AutoGPR = equal })
					return map[bool]string{true: chaos.Name(kind)}[added]
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // Only Owners may list bindings.
					}
					client := egsapi.New(egsapi.Config{Endpoint: endpoint, APIKey: s.OwnerKey(), Now: time.Now}, t)
					return &chaos.Client{
						Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
							name := chaos.Name(kind)
							_, at, adopted, err := client.CreateGPRBinding(ctx, name, newBinding())
							return savedAs(name, at, adopted, err)
						},
						List:   listedBindings(client),
						Find:   func(ctx context.Context, s chaos.Saved) error { return findBinding(ctx, client, s.ID, s.Created) },
						Delete: func(ctx context.Context, s chaos.Saved) error { return client.DeleteGPRBinding(ctx, s.ID, s.Created) },
					}
				},
			}
		},
	})
}

func TestClient_bindingFromCreateToDelete(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{
		"red": {Dialect: egssim.DialectSDK}, "binding-red": {OwnBindingNames: true, EmptyGPRList: egssim.EmptyListNull},
	} {
		c := start(t, options)
		client := c.owner()
		c.foreignTemplate("a", nil)
		made, _, _, err := client.CreateGPRBinding(t.Context(), "red", newBinding())
		if err != nil || made.Name != name || made.Namespace != "kubeslice-avesha" {
			t.Fatalf("made %+v, %v", made, err)
		}
		wantErr(t, clienttest.Err(createBinding(t.Context(), c.owner(), "red")), egsapi.ErrExists)
		if got := made.Clusters[0].TemplateStatus; got["a"] != "Ready" || got["b"] != `GPR template "b" not found` {
			t.Errorf("statuses %v", got)
		}
		changed := egsapi.GPRBinding{Name: name, Clusters: newBinding().Clusters[1:]}
		after, _, err := client.UpdateGPRBinding(t.Context(), "red", changed, time.Time{})
		if err != nil || after.Clusters[0].TemplateStatus["c"] == "" {
			t.Errorf("got %+v, %v", after, err)
		}
		if got, err := c.owner().GPRBinding(t.Context(), name, time.Time{}, changed); err != nil || !got.Is(changed) || got.Clusters[0].TemplateStatus["c"] == "" {
			t.Errorf("got %+v, %v", got, err)
		}
		must(t, client.DeleteGPRBinding(t.Context(), name, time.Time{}))
		if _, _, err := client.UpdateGPRBinding(t.Context(), "red", changed, time.Time{}); !errors.Is(err, egsapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// A status that cannot be had is no error: the binding was created.
func TestClient_bindingWithoutStatus(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulation.Fault{
		"refused": clienttest.Status(403, ""), "another": envelope(`{"name":"blue"}`), "empty": envelope(`{}`), "HTML": {Kind: simulation.FaultHTML},
	} {
		c := start(t, egssim.Options{})
		c.Fail(always(clienttest.Of("GET", bindingPath, fault)))
		made, _, _, err := c.owner().CreateGPRBinding(t.Context(), "red", newBinding())
		if err != nil || made.Name != "red" || len(made.Clusters[0].TemplateStatus) != 0 {
			t.Errorf("%s: got %+v, %v", name, made, err)
		}
	}
}

// A lost binding is adopted if it has the name of the workspace, and is equal in everything.
func TestClient_lostBindingIsAdopted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*egssim.GPRBinding)
		differs bool
	}{
		"same, in another order": {nil, false},
		"another name":           {func(b *egssim.GPRBinding) { b.Name = "other" }, true},
		"not automatic":          {func(b *egssim.GPRBinding) { b.AutoGPR = false }, true},
		"fewer clusters":         {func(b *egssim.GPRBinding) { b.Clusters = b.Clusters[:1] }, true},
		"another cluster":        {func(b *egssim.GPRBinding) { b.Clusters[0].ClusterName = "worker-3" }, true},
		"another default":        {func(b *egssim.GPRBinding) { b.Clusters[1].DefaultTemplateName = "b" }, true},
		"fewer templates":        {func(b *egssim.GPRBinding) { b.Clusters[1].Templates = b.Clusters[1].Templates[1:] }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *controller
			c = start(t, egssim.Options{}, clienttest.Around(on("POST", bindingPath), func(http.ResponseWriter, *http.Request, http.Handler) {
				c.foreignBinding("red", test.change)
				panic(http.ErrAbortHandler)
			}))
			adopted, err := createBinding(t.Context(), c.owner(), "red")
			if adopted == test.differs || test.differs != errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("adopted: %t, %v", adopted, err)
			}
			if named := name != "another name"; test.differs && named != slices.Equal(asError(t, err).Candidates, []string{"red"}) {
				t.Errorf("candidates %v", asError(t, err).Candidates)
			}
		})
	}
}

// Only a response that names the binding tells that it was created.
func TestClient_bindingResponsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"name":""}`, `{"name":7}`, `[]`} {
		t.Run(fmt.Sprint(data), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.Fail(clienttest.Of("POST", bindingPath, envelope(data)))
			err := clienttest.Err(createBinding(t.Context(), c.owner(), "red"))
			if !errors.Is(err, egsapi.ErrNotEGS) || !errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("got %v", err)
			}
		})
	}
}
