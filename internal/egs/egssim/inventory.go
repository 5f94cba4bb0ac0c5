// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const triedInventory = "Error getting inventory"

// Node is a node with GPUs. Lists omit empty members, as EGS does for unknown values.
type Node struct {
	Name, ModelName, InstanceType, ClusterName string
	// Memory is the memory of each GPU, in GB.
	Memory, GPUCount                      int
	CloudProvider, Region, Health, Status string
	Allocations                           []Allocation
	// Unmanaged is true if EGS does not allocate the GPUs of the node.
	Unmanaged bool
}

// Allocation shows how many GPUs of a node are allocated to a GPU request.
type Allocation struct {
	GPRName, WorkspaceName string
	GPUs                   int
	At                     time.Time
}

// nodesOf returns the default nodes of the clusters.
func nodesOf(clusters []string) (nodes []Node) {
	for _, cluster := range clusters {
		for _, name := range []string{"-gpu-1", "-gpu-2"} {
			nodes = append(nodes, Node{
				Name: cluster + name, ModelName: "A100", InstanceType: "a2-highgpu-2g", ClusterName: cluster, Memory: 40, GPUCount: 2,
				CloudProvider: "gcp", Region: "us-central1", Health: "Healthy", Status: "Ready",
			})
		}
	}
	return nodes
}

// Nodes returns all nodes in the order of the list.
func (s *Simulator) Nodes() []Node { return *s.nodes.Load() }

// SetNodes replaces all nodes.
func (s *Simulator) SetNodes(nodes []Node) { s.nodes.Store(&nodes) }

type nodeEntry struct {
	Name          string            `json:"gpuNodeName,omitempty"`
	ModelName     string            `json:"gpuModelName,omitempty"`
	InstanceType  string            `json:"instanceType,omitempty"`
	ClusterName   string            `json:"clusterName,omitempty"`
	Memory        int               `json:"memory,omitempty"`
	GPUCount      int               `json:"gpuCount,omitempty"`
	AvailableGPUs *int              `json:"availableGPUs,omitempty"`
	CloudProvider string            `json:"cloudProvider,omitempty"`
	Region        string            `json:"region,omitempty"`
	Health        string            `json:"nodeHealth,omitempty"`
	Status        string            `json:"gpuNodeStatus,omitempty"`
	Allocations   []allocationEntry `json:"allocation,omitempty"`
}

type allocationEntry struct {
	GPRName       string    `json:"gprName"`
	WorkspaceName string    `json:"sliceName"`
	GPUs          int       `json:"totalGPUsAllocated"`
	At            timestamp `json:"allocationTimeStamp"`
}

// timestamp is a time in the form of Protocol Buffers: the seconds are a string.
type timestamp struct {
	Seconds string `json:"seconds"`
	Nanos   int    `json:"nanos"`
}

// gpuEntry is a group of equal nodes of a cluster in a workspace's inventory.
type gpuEntry struct {
	InstanceType string `json:"instanceType"`
	ModelName    string `json:"gpuShape"`
	Memory       int    `json:"memoryPerGpu"`
	GPUCount     int    `json:"gpuPerNode"`
	Nodes        int    `json:"totalGpuNodes"`
	ClusterName  string `json:"clusterName"`
}

// listInventory handles GET /api/v1/inventory/list.
func (s *Simulator) listInventory(simulation.Call) simulation.Reply {
	managed, unmanaged := []nodeEntry{}, []nodeEntry{}
	for _, node := range s.Nodes() {
		if node.Unmanaged {
			unmanaged = append(unmanaged, node.entry())
		} else {
			managed = append(managed, node.entry())
		}
	}
	return success(map[string]any{"managedNodes": managed, "unmanagedNodes": unmanaged})
}

func (n Node) entry() nodeEntry {
	entry := nodeEntry{
		Name: n.Name, ModelName: n.ModelName, InstanceType: n.InstanceType, ClusterName: n.ClusterName, Memory: n.Memory,
		GPUCount: n.GPUCount, CloudProvider: n.CloudProvider, Region: n.Region, Health: n.Health, Status: n.Status,
	}
	free := n.GPUCount
	for _, a := range n.Allocations {
		free -= a.GPUs
		entry.Allocations = append(entry.Allocations, allocationEntry{
			a.GPRName, a.WorkspaceName, a.GPUs, timestamp{strconv.FormatInt(a.At.Unix(), 10), a.At.Nanosecond()},
		})
	}
	if n.GPUCount > 0 {
		entry.AvailableGPUs = &free
	}
	return entry
}

// workspaceInventory handles GET /api/v1/inventory?sliceName=WORKSPACE. It returns the managed nodes of the workspace's
// clusters.
func (s *Simulator) workspaceInventory(c simulation.Call, caller grant) simulation.Reply {
	name := c.Query.Get("sliceName")
	if name == "" {
		return s.refuse(http.StatusUnprocessableEntity, triedInventory, `"sliceName" is required`)
	}
	if caller.bound && name != caller.workspace {
		return s.forbidden()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var clusters []string
	switch item := s.workspaces.ByID(name); {
	case item == nil && !s.options.UnknownWorkspaceWithoutGPUs:
		return s.refuse(s.options.UnknownWorkspaceStatus, triedInventory, workspaceNotFound(name))
	case item != nil && !s.isReady(item.Value, &item.Value.uses, s.options.KubeConfigsUntilReady):
		return s.refuse(s.options.UnreadyStatus, triedInventory, messageUnready)
	case item != nil:
		clusters = item.Value.Clusters
	}
	entries := []gpuEntry{}
	for _, n := range s.Nodes() {
		if n.Unmanaged || !slices.Contains(clusters, n.ClusterName) {
			continue
		}
		alike := gpuEntry{InstanceType: n.InstanceType, ModelName: n.ModelName, Memory: n.Memory, GPUCount: n.GPUCount, ClusterName: n.ClusterName}
		i := slices.IndexFunc(entries, func(e gpuEntry) bool { e.Nodes = 0; return e == alike })
		if i < 0 {
			i, entries = len(entries), append(entries, alike)
		}
		entries[i].Nodes++
	}
	listed := success(map[string]any{"items": entries})
	if len(entries) == 0 {
		return s.emptyList(s.options.EmptyInventory, "items", listed)
	}
	return listed
}
