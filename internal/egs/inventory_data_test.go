// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	listInventory          = "GET /api/v1/inventory/list"
	listWorkspaceInventory = "GET /api/v1/inventory"
)

// nodes returns four nodes: one in use, one of another kind, and two for which EGS returns only a few values.
func nodes() []egssim.Node {
	return []egssim.Node{
		{
			Name: "a", ModelName: "A100", InstanceType: "a2-highgpu-2g", ClusterName: "worker-1", Memory: 40, GPUCount: 2,
			CloudProvider: "gcp", Region: "us-central1", Health: "Healthy", Status: "Ready",
			Allocations: []egssim.Allocation{{GPRName: "gpr-1", WorkspaceName: "red", GPUs: 2, At: acctest.NewClock().Now()}},
		},
		{Name: "b", ModelName: "L4", InstanceType: "g2-standard-4", ClusterName: "worker-2", Memory: 24, GPUCount: 1},
		{Name: "c", ClusterName: "worker-2"},
		{Name: "spare", ModelName: "L4", ClusterName: "worker-1", Unmanaged: true},
	}
}

func TestAccInventoryDataSource(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Nodes: nodes()})
	names := func(list string, want ...string) suite.Option {
		return suite.Resource("data.egs_inventory."+list).Has("nodes", suite.Members("name", want...))
	}
	c.Run(suite.Step(`
data "egs_inventory" "all" {}
data "egs_inventory" "managed" {
  managed      = true
  cluster_name = "worker-2"
}
data "egs_inventory" "unmanaged" {
  managed = false
}
data "egs_inventory" "one" {
  instance_type = "a2-highgpu-2g"
  gpu_shape     = "A100"
}
data "egs_inventory" "none" {
  gpu_shape = "H100"
}`, names("all", "a", "spare", "b", "c"), names("managed", "b", "c"), names("unmanaged", "spare"), names("none"),
		suite.Resource("data.egs_inventory.one").Has("nodes", []any{map[string]any{
			"name": "a", "managed": true, "cluster_name": "worker-1", "instance_type": "a2-highgpu-2g",
			"gpu_shape": "A100", "memory": 40, "gpu_count": 2,
			"available_gpus": 0, "cloud_provider": "gcp", "region": "us-central1", "health": "Healthy",
			"status": "Ready", "allocations": []any{map[string]any{
				"gpr_name": "gpr-1", "workspace_name": "red", "gpu_count": 2,
				"allocated_at": "2026-11-21T12:00:00Z",
			}},
		}}),
		suite.Resource("data.egs_inventory.unmanaged").Has("nodes", []any{map[string]any{
			"name": "spare", "managed": false, "cluster_name": "worker-1", "instance_type": nil, "gpu_shape": "L4",
			"memory": nil, "gpu_count": nil, "available_gpus": nil, "cloud_provider": nil, "region": nil, "health": nil, "status": nil,
			"allocations": []any{},
		}})))
}

// One apply creates a workspace and reads its inventory. The provider waits until the workspace is ready.
func TestAccWorkspaceInventoryDataSource(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{Nodes: nodes(), KubeConfigsUntilReady: 1})
	shapes := func(list string, want ...string) suite.Option {
		return suite.Resource("data.egs_workspace_inventory."+list).Has("gpus", suite.Members("gpu_shape", want...))
	}
	const inventories = `
data "egs_workspace_inventory" "test" {
  workspace_name = egs_workspace.test.id
  cluster_name   = "worker-1"
}
data "egs_workspace_inventory" "shape" {
  workspace_name = egs_workspace.test.id
  gpu_shape      = "L4"
  instance_type  = "g2-standard-4"
}
data "egs_workspace_inventory" "none" {
  workspace_name = egs_workspace.test.id
  cluster_name   = "worker-9"
}`
	c.Run(
		suite.Step(teamA("")+inventories, shapes("shape", "L4"), shapes("none"),
			suite.Resource("data.egs_workspace_inventory.test").Has("gpus", []any{map[string]any{
				"cluster_name": "worker-1", "instance_type": "a2-highgpu-2g",
				"gpu_shape": "A100", "memory_per_gpu": 40,
				"gpus_per_node": 2, "gpu_nodes": 1,
			}})),
		suite.Step("data \"egs_workspace_inventory\" \"test\" {\n  workspace_name = \"missing\"\n}",
			suite.Fails(`Unable to list the GPUs of an EGS workspace.*missing`)),
	)
}

func TestAccInventoryDataSources_unreadableEntries(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver("data \"egs_inventory\" \"all\" {}\ndata \"egs_workspace_inventory\" \"red\" {\n  workspace_name = \"red\"\n}")
	unreadable := successBody(`"managedNodes":[7],"unmanagedNodes":[],"items":[7]`)
	c.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: unreadable, Times: 9}, listInventory, listWorkspaceInventory)
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "could not be read. Number of entries: 1.", 2)
}
