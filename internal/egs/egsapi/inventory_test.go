// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const (
	inventoryPath     = "/api/v1/inventory"
	inventoryListPath = inventoryPath + "/list"
)

func known(n int64) egsapi.Amount { return egsapi.Amount{N: n, Known: true} }

func TestClient_inventory(t *testing.T) {
	t.Parallel()
	at := noon.Add(-time.Hour)
	c := start(t, egssim.Options{Dialect: egssim.DialectSDK, Nodes: []egssim.Node{
		{Name: "spare", ClusterName: "worker-2", Unmanaged: true},
		{
			Name: "b", ModelName: "A100", InstanceType: "a2-highgpu-2g", ClusterName: "worker-1", Memory: 40, GPUCount: 2,
			CloudProvider: "gcp", Region: "us-central1", Health: "Healthy", Status: "Ready",
			Allocations: []egssim.Allocation{{GPRName: "gpr-1", WorkspaceName: "red", GPUs: 2, At: at}},
		},
		{Name: "a", ModelName: "A100", InstanceType: "a2-highgpu-2g", ClusterName: "worker-1", Memory: 40, GPUCount: 2},
		{Name: "c", ModelName: "L4", InstanceType: "g2", ClusterName: "worker-1", Memory: 24, GPUCount: 1},
	}})
	list, err := c.owner().Inventory(t.Context())
	must(t, err)
	of := egsapi.Node{
		Name: "a", Managed: true, ClusterName: "worker-1", InstanceType: "a2-highgpu-2g", GPUShape: "A100", Memory: known(40), GPUCount: known(2),
		AvailableGPUs: known(2),
	}
	allocated := of
	allocated.Name, allocated.AvailableGPUs, allocated.CloudProvider, allocated.Region = "b", known(0), "gcp", "us-central1"
	allocated.Health, allocated.Status = "Healthy", "Ready"
	allocated.Allocations = []egsapi.Allocation{{GPRName: "gpr-1", WorkspaceName: "red", GPUs: known(2), At: egsapi.Moment{Time: at}}}
	small := egsapi.Node{
		Name: "c", Managed: true, ClusterName: "worker-1", InstanceType: "g2", GPUShape: "L4", Memory: known(24), GPUCount: known(1),
		AvailableGPUs: known(1),
	}
	want := []egsapi.Node{of, allocated, small, {Name: "spare", ClusterName: "worker-2"}}
	if !reflect.DeepEqual(list.Items, want) || list.Unreadable != 0 {
		t.Errorf("got %+v", list)
	}

	gpus, err := c.as("Viewer").WorkspaceInventory(t.Context(), "red")
	must(t, err)
	wantGPUs := []egsapi.WorkspaceGPUs{
		{"worker-1", "a2-highgpu-2g", "A100", known(40), known(2), known(2)}, {"worker-1", "g2", "L4", known(24), known(1), known(1)},
	}
	if !reflect.DeepEqual(gpus.Items, wantGPUs) || gpus.Unreadable != 0 {
		t.Errorf("got %+v", gpus)
	}
	c.Wants(0, "GET", workspaceListPath)
}

// Members may be missing, and entries may be invalid.
func TestClient_inventoryWithGaps(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	shows := func(path, data string) { c.Fail(always(clienttest.Of("GET", path, envelope(data)))) }
	client := c.owner()
	for data, want := range map[string]struct {
		nodes, unreadable int
		sample            egsapi.Node
	}{
		`null`: {},
		`{}`:   {},
		`{"managedNodes":null,"unmanagedNodes":null}`: {},
		`{"managedNodes":[],"unmanagedNodes":[{}]}`:   {nodes: 1},
		`{"managedNodes":[{"gpuCount":"2","memory":null,"availableGPUs":"some","x":1}],"unmanagedNodes":[]}`: {
			nodes: 1, sample: egsapi.Node{Managed: true, GPUCount: known(2)},
		},
		`{"managedNodes":[null,7,{"clusterName":7},{"allocation":[{"allocationTimeStamp":"now"}]}],"unmanagedNodes":null}`: {
			nodes: 1, unreadable: 3, sample: egsapi.Node{Managed: true, Allocations: []egsapi.Allocation{{}}},
		},
	} {
		shows(inventoryListPath, data)
		list, err := client.Inventory(t.Context())
		must(t, err)
		if len(list.Items) != want.nodes || list.Unreadable != want.unreadable ||
			(want.nodes > 0 && !reflect.DeepEqual(list.Items[0], want.sample)) {
			t.Errorf("%s: got %+v", data, list)
		}
	}
	for _, data := range []string{`[]`, `7`, `{"items":[]}`, `{"managedNodes":[]}`, `{"managedNodes":{},"unmanagedNodes":[]}`, `{"managedNodes":[],"unmanagedNodes":7}`} {
		shows(inventoryListPath, data)
		wantErr(t, clienttest.Err(client.Inventory(t.Context())), egsapi.ErrUnexpectedResponse)
	}
	shows(inventoryPath, `{"items":[{"gpuShape":"A100"},null]}`)
	if list, err := client.WorkspaceInventory(t.Context(), "red"); err != nil || len(list.Items) != 1 || list.Unreadable != 1 {
		t.Errorf("got %+v, %v", list, err)
	}
	shows(inventoryPath, `{"nodes":[]}`)
	wantErr(t, clienttest.Err(client.WorkspaceInventory(t.Context(), "red")), egsapi.ErrUnexpectedResponse)
}

// The inventory of an unknown workspace is an error, even if EGS returns an empty inventory for it. An existing workspace may
// have an empty inventory.
func TestClient_inventoryOfUnknownWorkspace(t *testing.T) {
	t.Parallel()
	for _, options := range []egssim.Options{
		{}, {UnknownWorkspaceWithoutGPUs: true}, {UnknownWorkspaceWithoutGPUs: true, EmptyInventory: egssim.EmptyListNotFound},
	} {
		options.Nodes = []egssim.Node{}
		c := start(t, options)
		wantErr(t, clienttest.Err(c.owner().WorkspaceInventory(t.Context(), "nobody")), egsapi.ErrNotFound)
	}
	for _, form := range []egssim.EmptyList{
		egssim.EmptyListArray, egssim.EmptyListNull, egssim.EmptyListMissing, egssim.EmptyListNullData, egssim.EmptyListNoData,
	} {
		c := start(t, egssim.Options{Nodes: []egssim.Node{}, EmptyInventory: form})
		for _, client := range []*egsapi.Client{c.owner(), c.as("Editor")} { // An Editor cannot list workspaces.
			if list, err := client.WorkspaceInventory(t.Context(), "red"); err != nil || len(list.Items) != 0 {
				t.Errorf("%d: got %+v, %v", form, list, err)
			}
		}
		if list, err := c.owner().Inventory(t.Context()); err != nil || len(list.Items) != 0 {
			t.Errorf("%d: got %+v, %v", form, list, err)
		}
	}
}
