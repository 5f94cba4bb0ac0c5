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

const templatePath = "/api/v1/gpr-template"

func newTemplate(name string) egsapi.GPRTemplate {
	return egsapi.GPRTemplate{
		Name: name, ClusterName: "worker-1", GPUsPerNode: 1, GPUNodes: 2, MemoryPerGPU: 40, GPUShape: "A100", InstanceType: "a2-highgpu-2g",
		ExitDuration: "1h", IdleTimeoutDuration: "10m", Priority: 100, EnableEviction: true,
	}
}

// foreignTemplate adds a template outside the client. The template equals newTemplate except for the change.
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

var templates = namedKind[egssim.GPRTemplate]{
	thing: "GPR template", path: templatePath, array: "items",
	unreadable: map[string]any{"name": "unreadable", "priority": "high"},
	nameless:   []string{`{"gprTemplateName":"b"}`, `{"gprTemplateName":7}`},
	create: func(ctx context.Context, client *egsapi.Client, name string) (at time.Time, adopted bool, err error) {
		return client.CreateGPRTemplate(ctx, newTemplate(name))
	},
	update: func(ctx context.Context, client *egsapi.Client, name string) error {
		changed := newTemplate(name)
		changed.Priority = 201
		return clienttest.Err(client.UpdateGPRTemplate(ctx, changed, time.Time{}))
	},
	find: func(ctx context.Context, client *egsapi.Client, name string, changed time.Time) error {
		return clienttest.Err(client.GPRTemplate(ctx, name, changed, nil))
	},
	remove: (*egsapi.Client).DeleteGPRTemplate,
	listed: func(client *egsapi.Client) func(context.Context) ([]string, int, error) {
		return clienttest.Listed(client.GPRTemplates, func(t egsapi.GPRTemplate) string { return t.Name })
	},
	foreign: (*controller).foreignTemplate,
	differ:  func(t *egssim.GPRTemplate) { t.Eviction = false },
	all:     (*egssim.Simulator).GPRTemplates,
	name:    func(t egssim.GPRTemplate) string { return t.Name },
	drop:    (*egssim.Simulator).DeleteGPRTemplate,
}

func TestGPRTemplates(t *testing.T) {
	t.Parallel()
	templates.test(t)
}

func TestGPRTemplates_chaos(t *testing.T) { templates.chaos(t) }

func TestGPRTemplates_lost(t *testing.T) {
	t.Parallel()
	templates.lost(t, map[string]func(*egssim.GPRTemplate){
		"same":              nil,
		"same duration":     func(t *egssim.GPRTemplate) { t.ExitDuration, t.IdleDuration = "60m", "600s" },
		"another duration":  func(t *egssim.GPRTemplate) { t.ExitDuration = "61m" },
		"no idle time-out":  func(t *egssim.GPRTemplate) { t.EnforceIdle = false },
		"another priority":  func(t *egssim.GPRTemplate) { t.Priority++ },
		"another cluster":   func(t *egssim.GPRTemplate) { t.ClusterName = "worker-2" },
		"without eviction":  func(t *egssim.GPRTemplate) { t.Eviction = false },
		"requeued":          func(t *egssim.GPRTemplate) { t.Requeue = true },
		"more GPUs":         func(t *egssim.GPRTemplate) { t.GPUs++ },
		"another GPU shape": func(t *egssim.GPRTemplate) { t.GPUShape = "H100" },
	})
}

func TestClient_templateFromCreateToDelete(t *testing.T) {
	t.Parallel()
	for _, options := range []egssim.Options{
		{Dialect: egssim.DialectSDK},
		{GPRChangesMerge: true},
		{NormalizeDurations: true},
		{DeleteBody: egssim.DeleteBodyEmpty},
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
		must(t, clienttest.Err(templates.created(t.Context(), client, "a")))
		check()
		want.Priority, want.IdleTimeoutDuration, want.ClusterName = 201, "", "worker-2"
		must(t, clienttest.Err(client.UpdateGPRTemplate(t.Context(), want, time.Time{})))
		check()
		wantErr(t, clienttest.Err(templates.created(t.Context(), c.owner(), "a")), egsapi.ErrExists)
		must(t, client.DeleteGPRTemplate(t.Context(), "a", time.Time{}))
		wantErr(t, clienttest.Err(client.UpdateGPRTemplate(t.Context(), want, time.Time{})), egsapi.ErrNotFound)
		if len(c.GPRTemplates()) != 0 {
			t.Errorf("remaining: %+v", c.GPRTemplates())
		}
	}
}

// An update keeps the members that the client does not know, even if EGS replaces the whole template. If EGS refuses unknown
// members, the client sends the update without them. If the client cannot read the current members, it sends no update.
func TestClient_updatedTemplateKeepsUnknownMembers(t *testing.T) {
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

func TestClient_unknownNames(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	for want, err := range map[string]error{
		"list workspaces: no workspace has the name x":                       clienttest.Err(client.Workspace(t.Context(), "x", time.Time{})),
		"list GPR templates: no GPR template has the name x":                 clienttest.Err(client.GPRTemplate(t.Context(), "x", time.Time{}, nil)),
		"list GPR template bindings: no GPR template binding has the name x": bindings.find(t.Context(), client, "x", time.Time{}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
