// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

const templatePath = "/api/v1/gpr-template"

func newTemplate(name string) egsapi.GPRTemplate {
	return egsapi.GPRTemplate{
		Name: name, ClusterName: "worker-1", GPUsPerNode: 1, GPUNodes: 2, MemoryPerGPU: 40, GPUShape: "A100", InstanceType: "a2-highgpu-2g",
		ExitDuration: "1h", IdleTimeoutDuration: "10m", Priority: 100, EnableEviction: true,
	}
}

func createTemplate(ctx context.Context, client *egsapi.Client, t egsapi.GPRTemplate) (adopted bool, err error) {
	_, adopted, err = client.CreateGPRTemplate(ctx, t)
	return adopted, err
}

// foreignTemplate adds somebody else's newTemplate.
func (c *controller) foreignTemplate(name string, change func(*egssim.GPRTemplate)) bool {
	t := egssim.GPRTemplate{
		Name: name, ClusterName: "worker-1", GPUs: 1, GPUNodes: 2, MemoryPerGPU: 40, GPUShape: "A100", InstanceType: "a2-highgpu-2g",
		ExitDuration: "1h", EnforceIdle: true, IdleDuration: "10m", Priority: 100, Eviction: true,
	}
	if change != nil {
		change(&t)
	}
	return c.AddGPRTemplate(t)
}

func listedTemplates(client *egsapi.Client) func(context.Context) ([]string, int, error) {
	return clienttest.Listed(client.GPRTemplates, func(t egsapi.GPRTemplate) string { return t.Name })
}

// namedThings are the data of a list of things of these names, which may be JSON.
func namedThings(array string, things ...any) simulation.Fault {
	return envelope(clienttest.JSON(map[string]any{array: things}))
}

func named(name string) map[string]any { return map[string]any{"name": name} }

var templateSuite = clienttest.Suite{Form: "a JSON envelope", Start: func(t *testing.T, around ...clienttest.Wrap) *clienttest.Subject {
	t.Helper()
	c := start(t, egssim.Options{}, around...)
	client := c.withToken()
	c.foreignTemplate("red", nil)
	s := &clienttest.Subject{
		Server: c.Server, ID: "red", Remove: func() { c.DeleteGPRTemplate("red") },
		List: clienttest.Operation{Name: "list GPR templates", Method: "GET", Path: templatePath + "/list", Do: func(ctx context.Context) error {
			return clienttest.Err(client.GPRTemplates(ctx))
		}},
		Find: func(ctx context.Context, id string) error {
			return clienttest.Err(client.GPRTemplate(ctx, id, time.Time{}, nil))
		},
		Delete: func(ctx context.Context, id string) error { return client.DeleteGPRTemplate(ctx, id, time.Time{}) },
		Shows: func(names ...string) simulation.Fault {
			return clienttest.Of("GET", templatePath+"/list", namedThings("items", named(names[0]), named(names[1])))
		},
		Odd:    namedThings("items", map[string]any{"name": "odd", "priority": "high"}, named("a")),
		Listed: listedTemplates(client),
	}
	changed := newTemplate("red")
	changed.Priority = 200
	s.Operations = []clienttest.Operation{
		s.List,
		{Name: "create GPR template", Method: "POST", Path: templatePath, Kind: clienttest.Creates, Do: func(ctx context.Context) error {
			return clienttest.Err(createTemplate(ctx, client, newTemplate("a")))
		}},
		{Name: "update GPR template", Method: "PUT", Path: templatePath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return clienttest.Err(client.UpdateGPRTemplate(ctx, changed, time.Time{}))
		}},
		{Name: "delete GPR template", Method: "DELETE", Path: templatePath, Kind: clienttest.Changes, Do: func(ctx context.Context) error {
			return s.Delete(ctx, "red")
		}},
	}
	return s
}}

// badLists are lists of named things that prove nothing.
func badLists(array string) map[string]simulation.Fault {
	return map[string]simulation.Fault{
		"other list": envelope(`{"data":[]}`), "array": envelope(`[]`), "number": envelope(`7`),
		"no array": namedThings(array + "s"), "an object": envelope(`{"` + array + `":{}}`), "text": envelope(`{"` + array + `":""}`),
		"unreadable entry": namedThings(array, 7), "its odd entry": namedThings(array, map[string]any{"name": "unknown", "clusters": 7, "priority": "high"}),
	}
}

func TestGPRTemplates_suite(t *testing.T) {
	t.Parallel()
	templateSuite.Run(t, foreign, badLists("items"))
}

// sentTemplates has the names of templates in the place of ids and secrets.
type sentTemplates struct{ *egssim.Simulator }

func (s sentTemplates) Secret(name string) string  { return `"` + name + `"` }
func (s sentTemplates) DeleteKey(name string) bool { return s.DeleteGPRTemplate(name) }

func TestGPRTemplates_chaos(t *testing.T) {
	chaos.Test(t, chaos.Adapter{
		List: "GET " + templatePath + "/list", Create: "POST " + templatePath, Delete: "DELETE " + templatePath, Unique: true,
		Variants: []string{"409", "500"},
		New: func(variant string, lag time.Duration) chaos.Service {
			s := egssim.New(egssim.Options{
				Options: simulation.Options{ListLag: lag}, TakenGPRNameStatus: map[string]int{"409": 409, "500": 500}[variant],
			})
			c := controller{Simulator: s}
			return chaos.Service{
				Simulator: sentTemplates{s}, Settles: chaos.Adopted,
				Held: func() []chaos.Thing {
					return chaos.Things(s.GPRTemplates(), func(t egssim.GPRTemplate) (id, name string) { return t.Name, t.Name })
				},
				Add: func(kind int, equal bool) string {
					added := c.foreignTemplate(chaos.Name(kind), func(t *egssim.GPRTemplate) { t.Eviction = equal })
					return map[bool]string{true: chaos.Name(kind)}[added]
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // Only Owners may list templates.
					}
					client := egsapi.New(egsapi.Config{Endpoint: endpoint, APIKey: s.OwnerKey(), Now: time.Now}, t)
					return &chaos.Client{
						Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
							name := chaos.Name(kind)
							at, adopted, err := client.CreateGPRTemplate(ctx, newTemplate(name))
							return savedAs(name, at, adopted, err)
						},
						List: listedTemplates(client),
						Find: func(ctx context.Context, s chaos.Saved) error {
							return clienttest.Err(client.GPRTemplate(ctx, s.ID, s.Created, nil))
						},
						Delete: func(ctx context.Context, s chaos.Saved) error { return client.DeleteGPRTemplate(ctx, s.ID, s.Created) },
					}
				},
			}
		},
	})
}

// savedAs is what a state holds of a create of what has a unique name.
func savedAs(name string, at time.Time, adopted bool, err error) (chaos.Saved, error) {
	if err != nil {
		return chaos.Saved{}, err
	}
	return chaos.Saved{ID: name, Secret: `"` + name + `"`, Created: at, Adopted: adopted}, nil
}

func TestClient_templateFromCreateToDelete(t *testing.T) {
	t.Parallel()
	for _, options := range []egssim.Options{
		{Dialect: egssim.DialectSDK},
		{GPRChangesMerge: true},
		{NormalizeDurations: true},
		{DeleteAnswer: egssim.DeleteAnswerEmpty},
		{EmptyGPRList: egssim.EmptyListNull},
		{EmptyGPRList: egssim.EmptyListNotFound},
		{EmptyGPRList: egssim.EmptyListMissing},
	} {
		c := start(t, options)
		client, want := c.owner(), newTemplate("a")
		check := func() {
			t.Helper()
			got, err := c.owner().GPRTemplate(t.Context(), "a", time.Time{}, nil)
			if err != nil || !got.Is(want) {
				t.Errorf("%+v: got %+v, %v", options, got, err)
			}
		}
		must(t, clienttest.Err(createTemplate(t.Context(), client, want)))
		check()
		want.Priority, want.IdleTimeoutDuration, want.ClusterName = 201, "", "worker-2"
		must(t, clienttest.Err(client.UpdateGPRTemplate(t.Context(), want, time.Time{})))
		check()
		wantErr(t, clienttest.Err(createTemplate(t.Context(), c.owner(), want)), egsapi.ErrExists)
		must(t, client.DeleteGPRTemplate(t.Context(), "a", time.Time{}))
		wantErr(t, clienttest.Err(client.UpdateGPRTemplate(t.Context(), want, time.Time{})), egsapi.ErrNotFound)
		if len(c.GPRTemplates()) != 0 {
			t.Errorf("left %+v", c.GPRTemplates())
		}
	}
}

// A name that is taken is an error, whatever the controller does with a second create: nothing is overwritten. What was deleted
// since an earlier list is no obstacle.
func TestClient_takenTemplateExists(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 409, 500} {
		for _, listed := range []bool{true, false} {
			c := start(t, egssim.Options{TakenGPRNameStatus: status})
			client := c.owner()
			c.foreignTemplate("a", func(t *egssim.GPRTemplate) { t.Priority = 7 })
			if listed {
				must(t, clienttest.Err(client.GPRTemplates(t.Context())))
			}
			wantErr(t, clienttest.Err(createTemplate(t.Context(), client, newTemplate("a"))), egsapi.ErrExists)
			c.Wants(0, "POST", templatePath)
			c.DeleteGPRTemplate("a")
			must(t, clienttest.Err(createTemplate(t.Context(), client, newTemplate("a"))))
		}
	}
	// It was created since the list.
	c := start(t, egssim.Options{})
	client := c.owner()
	must(t, clienttest.Err(client.GPRTemplates(t.Context())))
	c.foreignTemplate("a", nil)
	wantErr(t, clienttest.Err(createTemplate(t.Context(), client, newTemplate("a"))), egsapi.ErrExists)
}

// A lost template is adopted if it is equal in everything that the list shows.
func TestClient_lostTemplateIsAdopted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(*egssim.GPRTemplate)
		differs bool
	}{
		"same":              {nil, false},
		"same duration":     {func(t *egssim.GPRTemplate) { t.ExitDuration, t.IdleDuration = "60m", "600s" }, false},
		"another duration":  {func(t *egssim.GPRTemplate) { t.ExitDuration = "61m" }, true},
		"no idle time-out":  {func(t *egssim.GPRTemplate) { t.EnforceIdle = false }, true},
		"another priority":  {func(t *egssim.GPRTemplate) { t.Priority++ }, true},
		"another cluster":   {func(t *egssim.GPRTemplate) { t.ClusterName = "worker-2" }, true},
		"without eviction":  {func(t *egssim.GPRTemplate) { t.Eviction = false }, true},
		"requeued":          {func(t *egssim.GPRTemplate) { t.Requeue = true }, true},
		"more GPUs":         {func(t *egssim.GPRTemplate) { t.GPUs++ }, true},
		"another GPU shape": {func(t *egssim.GPRTemplate) { t.GPUShape = "H100" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *controller
			c = start(t, egssim.Options{}, clienttest.Around(on("POST", templatePath), func(http.ResponseWriter, *http.Request, http.Handler) {
				c.foreignTemplate("a", test.change)
				panic(http.ErrAbortHandler)
			}))
			adopted, err := createTemplate(t.Context(), c.owner(), newTemplate("a"))
			if adopted == test.differs || test.differs != errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("adopted: %t, %v", adopted, err)
			}
		})
	}
}

// A change keeps the members that EGS shows and the client does not know, also where EGS replaces templates. An EGS that refuses
// them gets the others. Where they cannot be read, nothing is changed.
func TestClient_changedTemplateKeepsOtherMembers(t *testing.T) {
	t.Parallel()
	change := func(options egssim.Options, faults ...simulation.Fault) (egssim.GPRTemplate, *controller, error) {
		t.Helper()
		c := start(t, options)
		c.foreignTemplate("a", func(t *egssim.GPRTemplate) { t.GPUSharing = "Shared" })
		c.Fail(faults...)
		changed := newTemplate("a")
		changed.Priority, changed.IdleTimeoutDuration = 201, ""
		err := clienttest.Err(c.owner().UpdateGPRTemplate(t.Context(), changed, time.Time{}))
		return c.GPRTemplates()[0], c, err
	}
	for _, merges := range []bool{false, true} {
		got, c, err := change(egssim.Options{GPRChangesMerge: merges})
		if err != nil || got.GPUSharing != "Shared" || got.Priority != 201 || got.EnforceIdle {
			t.Errorf("merges: %t: got %+v, %v", merges, got, err)
		}
		c.Wants(1, "PUT", templatePath)
	}
	for puts, faults := range map[int][]simulation.Fault{1: {always(clienttest.Of("PUT", templatePath, clienttest.Status(403, "")))}, 2: nil} {
		got, c, err := change(egssim.Options{Dialect: egssim.DialectSDK}, faults...)
		if (got.Priority == 201) != (puts == 2) || (err == nil) != (puts == 2) {
			t.Errorf("%d requests: got %+v, %v", puts, got, err)
		}
		c.Wants(puts, "PUT", templatePath)
	}
	for _, fault := range []simulation.Fault{
		clienttest.Status(403, ""), clienttest.Status(404, ""), {Kind: simulation.FaultHTML}, envelope(`{}`), envelope(`null`), envelope(`{"name":"b"}`), envelope(`[]`),
	} {
		got, c, err := change(egssim.Options{}, always(clienttest.Of("GET", templatePath, fault)))
		if err == nil || errors.Is(err, egsapi.ErrNotFound) || got.Priority != 100 {
			t.Errorf("%+v: got %+v, %v", fault, got, err)
		}
		c.Wants(0, "PUT", templatePath)
	}
}

// A change whose responses prove nothing is done if the list shows it.
func TestClient_changedTemplateWithoutResponse(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{true, false} {
		kind := map[bool]string{true: simulation.FaultDropAfterCommit, false: simulation.FaultDropBefore}[done]
		c := start(t, egssim.Options{})
		c.foreignTemplate("a", nil)
		c.Fail(always(clienttest.Of("PUT", templatePath, simulation.Fault{Kind: kind})))
		changed := newTemplate("a")
		changed.Priority = 201
		if err := clienttest.Err(c.owner().UpdateGPRTemplate(t.Context(), changed, time.Time{})); done != (err == nil) {
			t.Errorf("done: %t, %v", done, err)
		}
	}
}

// Credentials that may be bound to a workspace do not prove that a template does not exist.
func TestClient_boundCredentialsSeeNoTemplates(t *testing.T) {
	t.Parallel()
	for login, want := range map[string]error{"Owner": egsapi.ErrNotFound, "Editor": egsapi.ErrUnseen} {
		for _, opaque := range []bool{true, false} {
			c := start(t, egssim.Options{OpaqueTokens: opaque})
			c.Fail(always(clienttest.Of("GET", templatePath+"/list", namedThings("items", named("b")))))
			if err := clienttest.Err(c.as(login).GPRTemplate(t.Context(), "a", time.Time{}, nil)); !errors.Is(err, want) {
				t.Errorf("%s, opaque: %t: %v", login, opaque, err)
			}
		}
	}
}

func TestClient_unknownNames(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	for want, err := range map[string]error{
		"list workspaces: no workspace has the name x":                       clienttest.Err(client.Workspace(t.Context(), "x", time.Time{})),
		"list GPR templates: no GPR template has the name x":                 clienttest.Err(client.GPRTemplate(t.Context(), "x", time.Time{}, nil)),
		"list GPR template bindings: no GPR template binding has the name x": findBinding(t.Context(), client, "x", time.Time{}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Only a response that names the template tells that it was created.
func TestClient_templateResponsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"gprTemplateName":"b"}`, `{"gprTemplateName":7}`, `[]`} {
		t.Run(fmt.Sprint(data), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.Fail(clienttest.Of("POST", templatePath, envelope(data)))
			err := clienttest.Err(createTemplate(t.Context(), c.owner(), newTemplate("a")))
			if !errors.Is(err, egsapi.ErrNotEGS) || !errors.Is(err, egsapi.ErrUncertain) {
				t.Errorf("got %v", err)
			}
		})
	}
}
