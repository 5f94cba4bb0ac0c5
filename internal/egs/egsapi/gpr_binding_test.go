// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const bindingPath = "/api/v1/gpr-template-binding"

func newBinding() egsapi.GPRBinding {
	return egsapi.GPRBinding{EnableAutoGPR: true, Clusters: []egsapi.GPRBindingCluster{
		{ClusterName: "worker-1", DefaultTemplateName: "a", Templates: []string{"a", "b"}},
		{ClusterName: "worker-2", DefaultTemplateName: "c", Templates: []string{"c"}},
	}}
}

// foreignBinding adds a binding outside the client. The binding equals newBinding except for the change.
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

var bindings = namedKind[egssim.GPRBinding]{
	thing: "GPR template binding", path: bindingPath, array: "templateBindings",
	unreadable: map[string]any{"name": "unreadable", "clusters": 7},
	nameless:   []string{`{"name":""}`, `{"name":7}`},
	create: func(ctx context.Context, client *egsapi.Client, workspace string) (at time.Time, adopted bool, err error) {
		_, at, adopted, err = client.CreateGPRBinding(ctx, workspace, newBinding())
		return at, adopted, err
	},
	update: func(ctx context.Context, client *egsapi.Client, workspace string) error {
		_, _, err := client.UpdateGPRBinding(ctx, workspace, true, egsapi.GPRBinding{Name: workspace, Clusters: newBinding().Clusters[:1]}, time.Time{})
		return err
	},
	find: func(ctx context.Context, client *egsapi.Client, name string, changed time.Time) error {
		return clienttest.Err(client.GPRBinding(ctx, name, changed, newBinding()))
	},
	remove: (*egsapi.Client).DeleteGPRBinding,
	listed: func(client *egsapi.Client) func(context.Context) ([]string, int, error) {
		return clienttest.Listed(client.GPRBindings, func(b egsapi.GPRBinding) string { return b.Name })
	},
	foreign: (*controller).foreignBinding,
	differ:  func(b *egssim.GPRBinding) { b.AutoGPR = false },
	all:     (*egssim.Simulator).GPRBindings,
	name:    func(b egssim.GPRBinding) string { return b.Name },
	drop:    (*egssim.Simulator).DeleteGPRBinding,
}

func TestGPRBindings(t *testing.T) {
	t.Parallel()
	bindings.test(t)
}

func TestGPRBindings_chaos(t *testing.T) { bindings.chaos(t) }

// After a lost response, a binding whose name differs from the name of the workspace is not a candidate for the created
// binding.
func TestGPRBindings_lost(t *testing.T) {
	t.Parallel()
	bindings.lost(t, map[string]func(*egssim.GPRBinding){
		"same, in another order": nil,
		"another name":           func(b *egssim.GPRBinding) { b.Name = "other" },
		"not automatic":          func(b *egssim.GPRBinding) { b.AutoGPR = false },
		"fewer clusters":         func(b *egssim.GPRBinding) { b.Clusters = b.Clusters[:1] },
		"another cluster":        func(b *egssim.GPRBinding) { b.Clusters[0].ClusterName = "worker-3" },
		"another default":        func(b *egssim.GPRBinding) { b.Clusters[1].DefaultTemplateName = "b" },
		"fewer templates":        func(b *egssim.GPRBinding) { b.Clusters[1].Templates = b.Clusters[1].Templates[1:] },
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
			t.Fatalf("created %+v, %v", made, err)
		}
		wantErr(t, clienttest.Err(bindings.created(t.Context(), c.owner(), "red")), egsapi.ErrExists)
		if got := made.Clusters[0].TemplateStatus; got["a"] != "Ready" || got["b"] != `GPR template "b" not found` {
			t.Errorf("statuses %v", got)
		}
		changed := egsapi.GPRBinding{Name: name, Clusters: newBinding().Clusters[1:]}
		after, _, err := client.UpdateGPRBinding(t.Context(), "red", true, changed, time.Time{})
		if err != nil || after.Clusters[0].TemplateStatus["c"] == "" {
			t.Errorf("got %+v, %v", after, err)
		}
		if got, err := c.owner().GPRBinding(t.Context(), name, time.Time{}, changed); err != nil || !got.Is(changed) || got.Clusters[0].TemplateStatus["c"] == "" {
			t.Errorf("got %+v, %v", got, err)
		}
		must(t, client.DeleteGPRBinding(t.Context(), name, time.Time{}))
		if _, _, err := client.UpdateGPRBinding(t.Context(), "red", true, changed, time.Time{}); !errors.Is(err, egsapi.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

// If the status cannot be requested, the create succeeds anyway.
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
