// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/json"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

// recordedWorkspace is the entry that the vendor recorded.
const recordedWorkspace = `{"name":"andromeda","overlayNetworkDeploymentMode":"no-network","maxClusters":16,` +
	`"sliceDescription":"Created via slice workspace API","clusters":["worker-1"],` +
	`"namespaces":[{"namespace":"namespace-3","clusters":["worker-1"]}]}`

func TestDecodeWorkspaces_entries(t *testing.T) {
	t.Parallel()
	name := func(w Workspace) string { return w.Name }
	list := `{"workspaces":[{"name":"first"},%s,{"name":"last"}]}`
	clienttest.Entries(t, list, decodeWorkspaceList, name, nil, map[string]clienttest.Entry[Workspace]{
		"recorded": {JSON: recordedWorkspace, Want: &Workspace{
			Name: "andromeda", OverlayNetworkDeploymentMode: "no-network", MaxClusters: 16, Description: "Created via slice workspace API",
			Clusters: []string{"worker-1"}, Namespaces: []WorkspaceNamespace{{"namespace-3", []string{"worker-1"}}},
		}},
		"name alone":         {JSON: `{"name":"a"}`, Want: &Workspace{Name: "a"}},
		"nulls":              {JSON: `{"name":"a","clusters":null,"namespaces":null,"maxClusters":null,"sliceDescription":null}`, Want: &Workspace{Name: "a"}},
		"more members":       {JSON: `{"name":"a","labels":{"x":1}}`, Want: &Workspace{Name: "a"}},
		"number in a string": {JSON: `{"name":"a","maxClusters":"16"}`, Want: &Workspace{Name: "a", MaxClusters: 16}},
		"no number":          {JSON: `{"name":"a","maxClusters":{"x":1}}`, Want: &Workspace{Name: "a"}},
		"negative number":    {JSON: `{"name":"a","maxClusters":-1}`, Want: &Workspace{Name: "a"}},
		"any description":    {JSON: `{"name":"a","sliceDescription":"two\nlines"}`, Want: &Workspace{Name: "a", Description: "two\nlines"}},
		"null namespaces of": {JSON: `{"name":"a","namespaces":[{"namespace":"n","clusters":null}]}`, Want: &Workspace{Name: "a", Namespaces: []WorkspaceNamespace{{Name: "n"}}}},
		"clusters a string":  {JSON: `{"name":"a","clusters":"worker-1"}`, UnreadableID: "a"},
		"empty cluster":      {JSON: `{"name":"a","clusters":[""]}`, UnreadableID: "a"},
		"control character":  {JSON: `{"name":"a","clusters":["x\u0007"]}`, UnreadableID: "a"},
		"namespaces strings": {JSON: `{"name":"a","namespaces":["n"]}`, UnreadableID: "a"},
		"unnamed namespace":  {JSON: `{"name":"a","namespaces":[{}]}`, UnreadableID: "a"},
		"null namespace":     {JSON: `{"name":"a","namespaces":[null]}`, UnreadableID: "a"},
		"mode a number":      {JSON: `{"overlayNetworkDeploymentMode":7,"name":"a"}`, UnreadableID: "a"},
		"duplicate name":     {JSON: `{"name":"first"}`, UnreadableID: "first"},
		"no name":            {JSON: `{"clusters":["worker-1"]}`, Unreadable: 1},
		"empty name":         {JSON: `{"name":""}`, Unreadable: 1},
		"name a number":      {JSON: `{"name":7}`, Unreadable: 1},
		"name of two lines":  {JSON: `{"name":"a\nb"}`, Unreadable: 1},
		"null":               {JSON: `null`, Unreadable: 1},
		"number":             {JSON: `7`, Unreadable: 1},
		"string":             {JSON: `"a"`, Unreadable: 1},
	})
}

func decodeWorkspaceList(data string) (*apiclient.Listing[Workspace], error) {
	return decodeWorkspaces(json.RawMessage(data), 1000)
}

func FuzzDecodeWorkspaces(f *testing.F) {
	clienttest.FuzzListing(f, `{"workspaces":[`+recordedWorkspace+`]}`,
		decodeWorkspaceList, func(w Workspace) string {
			if !isName(w.Name) || w.MaxClusters < 0 {
				return ""
			}
			return w.Name
		}, encodeWorkspaces, func(a, b Workspace) bool {
			same := NewWorkspace{Name: a.Name, Clusters: a.Clusters}
			for _, namespace := range a.Namespaces {
				same.Namespaces = append(same.Namespaces, namespace.Name)
			}
			return b.is(same) && a.Description == b.Description && a.MaxClusters == b.MaxClusters
		})
}

func encodeWorkspaces(workspaces []Workspace) string {
	entries := make([]map[string]any, len(workspaces))
	for i, w := range workspaces {
		namespaces := make([]map[string]any, len(w.Namespaces))
		for j, namespace := range w.Namespaces {
			namespaces[j] = map[string]any{"namespace": namespace.Name, "clusters": namespace.Clusters}
		}
		entries[i] = map[string]any{
			"name": w.Name, "overlayNetworkDeploymentMode": w.OverlayNetworkDeploymentMode, "maxClusters": w.MaxClusters,
			"sliceDescription": w.Description, "clusters": w.Clusters, "namespaces": namespaces,
		}
	}
	return clienttest.JSON(map[string]any{"workspaces": entries})
}
