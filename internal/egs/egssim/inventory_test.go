// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const (
	inventoryPath     = "/api/v1/inventory"
	inventoryListPath = inventoryPath + "/list"
)

// nodes has a node with all members, and nodes with fewer members. node-3 is not managed, and node-4 is not in the workspace red.
var nodes = []egssim.Node{
	{
		Name: "node-1", ModelName: "A100", InstanceType: "a2", ClusterName: "worker-1", Memory: 40, GPUCount: 2,
		CloudProvider: "gcp", Region: "us-central1", Health: "Healthy", Status: "Ready",
		Allocations: []egssim.Allocation{{GPRName: "g1", WorkspaceName: "red", GPUs: 1, At: time.Unix(1, 0)}},
	},
	{Name: "node-2", ModelName: "A100", InstanceType: "a2", ClusterName: "worker-1", Memory: 40, GPUCount: 2},
	{Name: "node-3", ClusterName: "worker-1", Unmanaged: true},
	{Name: "node-4", ModelName: "L4", InstanceType: "g2", ClusterName: "worker-2", Memory: 24, GPUCount: 1},
}

func serveNodes(t *testing.T, options egssim.Options) *service {
	t.Helper()
	options.Workspaces, options.Nodes = []string{}, nodes
	s := serve(t, options)
	s.AddWorkspace(egssim.Workspace{Name: "red", Clusters: []string{"worker-1"}})
	return s
}

// The responses have the same form as in the tests of the SDK.
func TestInventory_asTheSDKReadsIt(t *testing.T) {
	t.Parallel()
	s := serveNodes(t, egssim.Options{Dialect: egssim.DialectSDK})
	s.request("GET", inventoryListPath, s.owner(), "").WantBody(200, success+`{"managedNodes":[`+
		`{"gpuNodeName":"node-1","gpuModelName":"A100","instanceType":"a2","clusterName":"worker-1","memory":40,"gpuCount":2,"availableGPUs":1,`+
		`"cloudProvider":"gcp","region":"us-central1","nodeHealth":"Healthy","gpuNodeStatus":"Ready",`+
		`"allocation":[{"gprName":"g1","sliceName":"red","totalGPUsAllocated":1,"allocationTimeStamp":{"seconds":"1","nanos":0}}]},`+
		`{"gpuNodeName":"node-2","gpuModelName":"A100","instanceType":"a2","clusterName":"worker-1","memory":40,"gpuCount":2,"availableGPUs":2},`+
		`{"gpuNodeName":"node-4","gpuModelName":"L4","instanceType":"g2","clusterName":"worker-2","memory":24,"gpuCount":1,"availableGPUs":1}],`+
		`"unmanagedNodes":[{"gpuNodeName":"node-3","clusterName":"worker-1"}]}}`)
	s.request("GET", inventoryPath+"?sliceName=red", s.owner(), "").WantBody(200, success+`{"items":[`+
		`{"instanceType":"a2","gpuShape":"A100","memoryPerGpu":40,"gpuPerNode":2,"totalGpuNodes":2,"clusterName":"worker-1"}]}}`)
}

func TestInventory_refusals(t *testing.T) {
	t.Parallel()
	s := serveNodes(t, egssim.Options{FlatErrors: true, KubeConfigsUntilReady: 1})
	s.request("GET", inventoryPath, s.owner(), "").Want(422, `\"sliceName\" is required`)
	s.request("GET", inventoryPath+"?sliceName=blue", s.owner(), "").Want(404, `\"blue\" not found`)
	s.request("POST", workspacePath, s.owner(), newWorkspace("blue", nil)).Want(200, success)
	s.request("GET", inventoryPath+"?sliceName=blue", s.owner(), "").Want(500, "No record found for slice")
	// Credentials of a workspace can see only the GPUs of that workspace.
	viewer := s.as("Viewer", "red")
	s.request("GET", inventoryPath+"?sliceName=red", viewer, "").Want(200, `"A100"`)
	s.request("GET", inventoryPath+"?sliceName=blue", viewer, "").Want(403, "Forbidden")
	s.request("GET", inventoryListPath, viewer, "").Want(403, "Forbidden")
}

func TestInventory_switches(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{UnknownWorkspaceWithoutGPUs: true, EmptyInventory: egssim.EmptyListNull, Nodes: []egssim.Node{}})
	s.request("GET", inventoryPath+"?sliceName=nobody", s.owner(), "").WantBody(200, success+`{"items":null}}`)
	s.request("GET", inventoryListPath, s.owner(), "").WantBody(200, success+`{"managedNodes":[],"unmanagedNodes":[]}}`)
	s.request("PUT", "/_sim/nodes", "", `[{"Name":"node-1","ClusterName":"worker-1"}]`).Want(204, "")
	s.request("GET", inventoryListPath, s.owner(), "").WantBody(200, success+`{"managedNodes":[{"gpuNodeName":"node-1","clusterName":"worker-1"}],"unmanagedNodes":[]}}`)
	s.request("GET", "/_sim/nodes", "", "").Want(200, `"Name":"node-1"`)
	// By default, each cluster has nodes.
	s = serve(t, egssim.Options{Clusters: []string{"east"}})
	s.request("GET", inventoryPath+"?sliceName=red", s.owner(), "").WantBody(200, success+`{"items":[`+
		`{"instanceType":"a2-highgpu-2g","gpuShape":"A100","memoryPerGpu":40,"gpuPerNode":2,"totalGpuNodes":2,"clusterName":"east"}]}}`)
}
