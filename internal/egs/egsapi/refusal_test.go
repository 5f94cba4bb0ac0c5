// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestClient_refusalsShowTheReason sends each kind of request that the simulator refuses. Each error must contain the reason, and
// no placeholder.
func TestClient_refusalsShowTheReason(t *testing.T) {
	t.Parallel()
	type call = func(context.Context, *egsapi.Client) error
	key := func(change func(*egsapi.NewAPIKey)) call {
		k := newKey("a")
		change(&k)
		return func(ctx context.Context, client *egsapi.Client) error {
			return clienttest.Err(client.CreateAPIKey(ctx, k))
		}
	}
	workspace := func(change func(*egsapi.NewWorkspace)) call {
		w := newWorkspace("a")
		change(&w)
		return func(ctx context.Context, client *egsapi.Client) error {
			_, _, err := client.CreateWorkspace(ctx, w)
			return err
		}
	}
	kubeConfig := func(workspace, cluster string) call {
		return func(ctx context.Context, client *egsapi.Client) error {
			return clienttest.Err(client.KubeConfig(ctx, workspace, cluster))
		}
	}
	remove := func(workspace string) call {
		return func(ctx context.Context, client *egsapi.Client) error {
			return client.DeleteWorkspace(ctx, workspace, time.Time{})
		}
	}
	for name, test := range map[string]struct {
		do   call
		want string
	}{
		"no name":           {key(func(k *egsapi.NewAPIKey) { k.Name = "" }), `"name" is not allowed to be empty`},
		"unknown role":      {key(func(k *egsapi.NewAPIKey) { k.Role = "Boss" }), `"Boss" is not one of`},
		"no date":           {key(func(k *egsapi.NewAPIKey) { k.ValidUntil = "soon" }), "is not a date"},
		"past date":         {key(func(k *egsapi.NewAPIKey) { k.ValidUntil = "2020-01-01" }), "is in the past"},
		"unknown workspace": {key(func(k *egsapi.NewAPIKey) { k.WorkspaceName = "mauve" }), `"mauve" not found`},
		"no workspace":      {key(func(k *egsapi.NewAPIKey) { k.WorkspaceName = "" }), `"workspaceName" is required`},
		"taken name":        {workspace(func(w *egsapi.NewWorkspace) { w.Name = "red" }), `"red" already exists`},
		"invalid name":      {workspace(func(w *egsapi.NewWorkspace) { w.Name = "A_B" }), `"A_B"`},
		"no clusters":       {workspace(func(w *egsapi.NewWorkspace) { w.Clusters = nil }), `"clusters" is not allowed to be empty`},
		"unknown cluster":   {workspace(func(w *egsapi.NewWorkspace) { w.Clusters = []string{"worker-9"} }), "not registered"},
		"its cluster":       {kubeConfig("red", "worker-9"), `"worker-9" is not in the workspace`},
		"its workspace":     {kubeConfig("mauve", "worker-1"), `"mauve" not found`},
		"active GPRs":       {remove("busy"), "few active GPRs"},
		"workspace of keys": {remove("red"), "has 1 API keys"},
	} {
		for _, flat := range []bool{false, true} {
			for _, status := range []int{0, 500} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					c := start(t, egssim.Options{
						FlatErrors: flat, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys, PastDateStatus: status,
						UnknownRoleStatus: status, UnknownClusterStatus: status, UnknownWorkspaceStatus: status, ActiveGPRsStatus: max(status, 409),
					})
					c.key("k", "Editor", "red")
					c.AddWorkspace(egssim.Workspace{Name: "busy", ActiveGPRs: true})
					err := test.do(t.Context(), c.owner())
					e := asError(t, err)
					for _, text := range []string{e.Error(), e.Reason(), e.Code, e.Message} {
						if strings.Contains(strings.ToUpper(text), "UNKNOWN") || strings.Contains(text, "(Error)") {
							t.Errorf("the error has a placeholder: %s", text)
						}
					}
					if !strings.Contains(e.Error(), test.want) {
						t.Errorf("got %v, want %q", e, test.want)
					}
					if e.Status == 500 && e.Refused() == flat {
						t.Errorf("refused: %t", e.Refused())
					}
					if deletes := c.Count("DELETE", workspacePath); !flat && deletes > 1 || c.has("red")*c.has("busy") != 1 {
						t.Errorf("sent %d times", deletes)
					}
				})
			}
		}
	}
}
