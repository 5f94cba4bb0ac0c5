// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/json"
	"reflect"
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
	for name, test := range map[string]struct {
		entry string
		want  Workspace
		// odd is the name of an entry of which no more can be read, and unreadable one
		// that has none.
		odd        string
		unreadable int
	}{
		"recorded": {entry: recordedWorkspace, want: Workspace{
			Name: "andromeda", OverlayNetworkDeploymentMode: "no-network", MaxClusters: 16, Description: "Created via slice workspace API",
			Clusters: []string{"worker-1"}, Namespaces: []WorkspaceNamespace{{"namespace-3", []string{"worker-1"}}},
		}},
		"name alone":         {entry: `{"name":"a"}`, want: Workspace{Name: "a"}},
		"nulls":              {entry: `{"name":"a","clusters":null,"namespaces":null,"maxClusters":null,"sliceDescription":null}`, want: Workspace{Name: "a"}},
		"more members":       {entry: `{"name":"a","labels":{"x":1}}`, want: Workspace{Name: "a"}},
		"number in a string": {entry: `{"name":"a","maxClusters":"16"}`, want: Workspace{Name: "a", MaxClusters: 16}},
		"no number":          {entry: `{"name":"a","maxClusters":{"x":1}}`, want: Workspace{Name: "a"}},
		"negative number":    {entry: `{"name":"a","maxClusters":-1}`, want: Workspace{Name: "a"}},
		"any description":    {entry: `{"name":"a","sliceDescription":"two\nlines"}`, want: Workspace{Name: "a", Description: "two\nlines"}},
		"null namespaces of": {entry: `{"name":"a","namespaces":[{"namespace":"n","clusters":null}]}`, want: Workspace{Name: "a", Namespaces: []WorkspaceNamespace{{Name: "n"}}}},
		"clusters a string":  {entry: `{"name":"a","clusters":"worker-1"}`, odd: "a"},
		"empty cluster":      {entry: `{"name":"a","clusters":[""]}`, odd: "a"},
		"control character":  {entry: `{"name":"a","clusters":["x\u0007"]}`, odd: "a"},
		"namespaces strings": {entry: `{"name":"a","namespaces":["n"]}`, odd: "a"},
		"unnamed namespace":  {entry: `{"name":"a","namespaces":[{}]}`, odd: "a"},
		"null namespace":     {entry: `{"name":"a","namespaces":[null]}`, odd: "a"},
		"mode a number":      {entry: `{"overlayNetworkDeploymentMode":7,"name":"a"}`, odd: "a"},
		"twice":              {entry: `{"name":"first"}`, odd: "first"},
		"no name":            {entry: `{"clusters":["worker-1"]}`, unreadable: 1},
		"empty name":         {entry: `{"name":""}`, unreadable: 1},
		"name a number":      {entry: `{"name":7}`, unreadable: 1},
		"name of two lines":  {entry: `{"name":"a\nb"}`, unreadable: 1},
		"null":               {entry: `null`, unreadable: 1},
		"number":             {entry: `7`, unreadable: 1},
		"string":             {entry: `"a"`, unreadable: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := decodeWorkspaces(json.RawMessage(`{"workspaces":[{"name":"first"},` + test.entry + `,{"name":"last"}]}`))
			if err != nil {
				t.Fatal(err)
			}
			// Whatever it is, it does not hide its neighbours.
			for _, name := range []string{"first", "last"} {
				if !l.Has(name) {
					t.Errorf("%s is lost", name)
				}
			}
			if isOdd := l.Odd() == 1 && l.Has(test.odd); l.Unreadable != test.unreadable || isOdd != (test.odd != "") {
				t.Errorf("%d are unreadable, %d odd", l.Unreadable, l.Odd())
			}
			if readable := len(l.Items) == 3; readable != (test.want.Name != "") || (readable && !reflect.DeepEqual(l.Items[1], test.want)) {
				t.Errorf("got %+v", l.Items)
			}
		})
	}
}

func FuzzDecodeWorkspaces(f *testing.F) {
	clienttest.FuzzListing(f, `{"workspaces":[`+recordedWorkspace+`]}`,
		func(data string) (*apiclient.Listing[Workspace], error) {
			return decodeWorkspaces(json.RawMessage(data))
		},
		func(w Workspace) string {
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

// encodeWorkspaces is the data of a list of these workspaces.
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
