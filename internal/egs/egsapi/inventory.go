// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

const inventoryPath = "/api/v1/inventory"

// WorkspaceGPUs is a group of equal nodes of a cluster in the inventory of a workspace. Strings may be empty.
type WorkspaceGPUs struct {
	ClusterName  string `json:"clusterName"`
	InstanceType string `json:"instanceType"`
	GPUShape     string `json:"gpuShape"`
	// MemoryPerGPU is in GB.
	MemoryPerGPU Amount `json:"memoryPerGpu"`
	GPUsPerNode  Amount `json:"gpuPerNode"`
	Nodes        Amount `json:"totalGpuNodes"`
}

// Node is a node with GPUs. Strings may be empty, since EGS omits unknown values.
type Node struct {
	Name string `json:"gpuNodeName"`
	// Managed is whether EGS allocates the GPUs.
	Managed      bool   `json:"-"`
	ClusterName  string `json:"clusterName"`
	InstanceType string `json:"instanceType"`
	GPUShape     string `json:"gpuModelName"`
	// Memory is in GB.
	Memory        Amount       `json:"memory"`
	GPUCount      Amount       `json:"gpuCount"`
	AvailableGPUs Amount       `json:"availableGPUs"`
	CloudProvider string       `json:"cloudProvider"`
	Region        string       `json:"region"`
	Health        string       `json:"nodeHealth"`
	Status        string       `json:"gpuNodeStatus"`
	Allocations   []Allocation `json:"allocation"`
}

// Allocation shows how many GPUs of a node are allocated to a GPU request.
type Allocation struct {
	GPRName       string `json:"gprName"`
	WorkspaceName string `json:"sliceName"`
	GPUs          Amount `json:"totalGPUsAllocated"`
	// At is zero if EGS does not return it.
	At Moment `json:"allocationTimeStamp"`
}

// Amount is an integer that EGS may omit.
type Amount struct {
	N     int64
	Known bool
}

// UnmarshalJSON accepts a number or a string of digits. Any other value is treated as unknown, and does not make the entry
// invalid.
func (a *Amount) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	*a = Amount{N: n, Known: err == nil}
	if err != nil {
		a.N = 0
	}
	return nil
}

// Moment is a time in the form of Protocol Buffers: {"seconds":"1700000000","nanos":0}.
type Moment struct{ time.Time }

// UnmarshalJSON reads the seconds. Any other value is read as the zero time, and does not make the entry invalid.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var e struct {
		Seconds Amount `json:"seconds"`
	}
	if json.Unmarshal(b, &e) == nil && e.Seconds.N > 0 {
		m.Time = time.Unix(e.Seconds.N, 0).UTC()
	}
	return nil
}

// Inventory returns the nodes with GPUs, sorted by cluster and name.
func (c *Client) Inventory(ctx context.Context) (*apiclient.List[Node], error) {
	l, err := fetch(ctx, c, opInventory, inventoryPath+"/list", nil, decodeInventory)
	return sorted(l, err, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.ClusterName, b.ClusterName), cmp.Compare(a.Name, b.Name))
	})
}

// WorkspaceInventory returns the GPUs that a workspace can request, sorted by cluster, instance type and shape. The error is
// ErrNotFound if the workspace is proven not to exist, even if EGS returns an empty list for it.
func (c *Client) WorkspaceInventory(ctx context.Context, workspace string) (*apiclient.List[WorkspaceGPUs], error) {
	list, err := c.workspaceInventory(ctx, workspace)
	if !apiclient.IsStatus(err, http.StatusNotFound) && (err != nil || len(list.Items)+list.Unreadable > 0) {
		return list, err
	}
	// Another provider configuration may have created the workspace a moment ago. So c.Workspace requests several lists
	// before it returns ErrNotFound.
	switch _, unlisted := c.Workspace(ctx, workspace, c.Now(ctx)); {
	case unlisted == nil:
		return c.workspaceInventory(ctx, workspace)
	case errors.Is(unlisted, ErrNotFound):
		return nil, unlisted
	}
	return list, err
}

func (c *Client) workspaceInventory(ctx context.Context, workspace string) (*apiclient.List[WorkspaceGPUs], error) {
	l, err := fetch(ctx, c, opWorkspaceInventory, inventoryPath, url.Values{"sliceName": {workspace}}, decodeWorkspaceInventory)
	return sorted(l, err, func(a, b WorkspaceGPUs) int {
		return cmp.Or(
			cmp.Compare(a.ClusterName, b.ClusterName), cmp.Compare(a.InstanceType, b.InstanceType), cmp.Compare(a.GPUShape, b.GPUShape),
			cmp.Compare(a.MemoryPerGPU.N, b.MemoryPerGPU.N), cmp.Compare(a.GPUsPerNode.N, b.GPUsPerNode.N),
		)
	})
}

func sorted[T any](l *apiclient.Listing[T], err error, compare func(a, b T) int) (*apiclient.List[T], error) {
	if err == nil {
		err = l.Refusal
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(l.Items, compare)
	return &apiclient.List[T]{Items: l.Items, Unreadable: l.Unreadable}, nil
}

// decodeInventory decodes the data of a list: {"managedNodes":[…],"unmanagedNodes":[…]}, see apiclient.Entries.
func decodeInventory(data json.RawMessage, most int) (*apiclient.Listing[Node], error) {
	l := &apiclient.Listing[Node]{}
	if err := addEntries(l, data, "managedNodes", most); err != nil {
		return nil, err
	}
	for i := range l.Items {
		l.Items[i].Managed = true
	}
	return l, addEntries(l, data, "unmanagedNodes", most)
}

// decodeWorkspaceInventory decodes the data of a list: {"items":[…]}, see apiclient.Entries.
func decodeWorkspaceInventory(data json.RawMessage, most int) (*apiclient.Listing[WorkspaceGPUs], error) {
	l := &apiclient.Listing[WorkspaceGPUs]{}
	return l, addEntries(l, data, "items", most)
}

// addEntries adds the entries of an array. The entries have no id, so equal entries are kept.
func addEntries[T any](l *apiclient.Listing[T], data json.RawMessage, name string, most int) error {
	_, err := apiclient.Entries(data, name, most, func(entry **T, err error) {
		if err != nil || *entry == nil {
			l.Unreadable++
			return
		}
		l.Items = append(l.Items, **entry)
	})
	return err
}
