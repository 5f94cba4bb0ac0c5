// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	workspacePath     = "/api/v1/slice-workspace"
	workspaceListPath = workspacePath + "/list"
	kubeConfigPath    = workspacePath + "/kube-config"
)

// newWorkspace returns the body of a request that creates a workspace. The parameter changes sets members of the body; the value
// nil removes a member.
func newWorkspace(name string, changes map[string]any) string {
	body := map[string]any{
		"workspaceName": name, "clusters": []string{"worker-1"}, "namespaces": []string{"namespace-3"},
		"username": "bob", "email": "bob@example.com",
	}
	for member, value := range changes {
		body[member] = value
		if value == nil {
			delete(body, member)
		}
	}
	b, _ := json.Marshal(body)
	return string(b)
}

// lists checks that the list of workspaces shows the names in want, separated by spaces.
func (s *service) lists(token, want string) {
	s.T.Helper()
	var data struct {
		Workspaces []struct {
			Name string `json:"name"`
		} `json:"workspaces"`
	}
	s.data(s.request("GET", workspaceListPath, token, ""), &data)
	names := ""
	for _, w := range data.Workspaces {
		names += " " + w.Name
	}
	if names = strings.TrimSpace(names); names != want {
		s.T.Errorf("the list shows %q, want %q", names, want)
	}
}

func TestWorkspaceIsListedAsRecorded(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: dialect, Workspaces: []string{}})
			owner := s.owner()
			s.request("POST", workspacePath, owner, newWorkspace("andromeda", nil)).WantBody(200, success+`{"workspaceName":"andromeda"}}`)
			s.request("GET", workspaceListPath, owner, "").WantBody(200, success+`{"workspaces":[`+
				`{"name":"andromeda","overlayNetworkDeploymentMode":"no-network","maxClusters":16,"sliceDescription":"Created via slice workspace API",`+
				`"clusters":["worker-1"],"namespaces":[{"namespace":"namespace-3","clusters":["worker-1"]}]}]}}`)
			s.request("DELETE", workspacePath, owner, object("workspaceName", "andromeda")).WantBody(200, success+`{}}`)
			s.lists(owner, "")
			if len(s.Workspaces()) != 0 {
				t.Errorf("remaining: %+v", s.Workspaces())
			}
		})
	}
}

func TestExistingWorkspaceNameIsRefusedAsRecorded(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	s.request("POST", workspacePath, s.owner(), newWorkspace("red", nil)).WantBody(409,
		`{"statusCode":409,"status":"UNKNOWN","message":"UNKNOWN","data":null,"error":{"errorKey":"UNKNOWN","message":"UNKNOWN","data":`+
			`"{\"error\":{\"Message\":\"Error registering Slice\",\"Status\":409,\"DetailedError\":{\"Errormessage\":`+
			`\"sliceconfigs.controller.kubeslice.io \\\"red\\\" already exists\",\"Reason\":\"AlreadyExists\",\"Details\":\"\",\"ReferenceDocumentation\":\"https://docs.avesha.io/documentation/enterprise-egs\"},\"StatusCode\":409}}"}}`)
}

func TestInvalidWorkspacesAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		changes map[string]any
		status  int
		texts   string // expected in the text of the error or in its details
	}{
		"unknown member":       {map[string]any{"colour": "red"}, 422, `"colour" is not allowed`},
		"member of the list":   {map[string]any{"name": "a"}, 422, `"name" is not allowed`},
		"no name":              {map[string]any{"workspaceName": ""}, 422, `"workspaceName" is not allowed to be empty`},
		"no clusters":          {map[string]any{"clusters": []string{}}, 422, `"clusters" is not allowed to be empty`},
		"no namespaces":        {map[string]any{"namespaces": nil}, 422, `"namespaces" is required`},
		"no user and email":    {map[string]any{"username": nil, "email": ""}, 422, `"username" is required. "email" is not allowed to be empty`},
		"name is a number":     {map[string]any{"workspaceName": 7}, 400, ""},
		"clusters is a string": {map[string]any{"clusters": "worker-1"}, 400, ""},
		"cluster is null":      {map[string]any{"clusters": []any{nil}}, 400, ""},
		"upper case":           {map[string]any{"workspaceName": "Team"}, 422, `"field":"metadata.name"`},
		"underscore":           {map[string]any{"workspaceName": "a_b"}, 422, `"field":"metadata.name"`},
		"hyphen at the end":    {map[string]any{"workspaceName": "a-"}, 422, `"field":"metadata.name"`},
		"too long":             {map[string]any{"workspaceName": long}, 422, `"field":"metadata.name"`},
		"invalid namespace":    {map[string]any{"namespaces": []string{"ok", "not ok"}}, 422, `"field":"spec.namespaceIsolationProfile.applicationNamespaces"`},
		"unknown cluster":      {map[string]any{"clusters": []string{"worker-1", "worker-9"}}, 422, `"field":"spec.clusters"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: egssim.DialectSDK})
			got := s.failure(s.request("POST", workspacePath, s.owner(), newWorkspace("a", test.changes)))
			if got.Status != test.status || !strings.Contains(got.text+got.details, test.texts) || got.nested != (test.status == 422) {
				t.Errorf("got %+v", got)
			}
			if len(s.Workspaces()) != 3 {
				t.Error("the workspace was created")
			}
		})
	}
}

func TestOnlyOwnersManageWorkspaces(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	for _, role := range []string{"Editor", "Viewer"} {
		token := s.as(role, "red")
		for _, request := range [][3]string{
			{"POST", workspacePath, newWorkspace("a", nil)},
			{"GET", workspaceListPath, ""},
			{"DELETE", workspacePath, object("workspaceName", "red")},
			{"POST", kubeConfigPath, object("workspaceName", "red", "clusterName", "worker-1")},
		} {
			s.request(request[0], request[1], token, request[2]).Want(403)
		}
	}
	s.request("GET", workspaceListPath, "", "").Want(401)
	if len(s.Workspaces()) != 3 {
		t.Errorf("remaining: %+v", s.Workspaces())
	}
}

var tokenLine = regexp.MustCompile(`(?m)^    token: (\S+)$`)

func TestKubeConfigHasServerAuthorityAndToken(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	var data struct {
		KubeConfig string `json:"kubeConfig"`
	}
	s.data(s.request("POST", kubeConfigPath, owner, object("workspaceName", "red", "clusterName", "worker-2")), &data)
	authority := regexp.MustCompile(`certificate-authority-data: (\S+)`).FindStringSubmatch(data.KubeConfig)
	token := tokenLine.FindStringSubmatch(data.KubeConfig)
	if authority == nil || token == nil || !strings.Contains(data.KubeConfig, "server: https://worker-2.example:6443") {
		t.Fatalf("got %s", data.KubeConfig)
	}
	decoded, err := base64.StdEncoding.DecodeString(authority[1])
	if block, _ := pem.Decode(decoded); err != nil || block == nil || strings.Count(token[1], ".") != 2 {
		t.Errorf("authority %q, token %q", decoded, token[1])
	}
	if data.KubeConfig != s.KubeConfig("red", "worker-2") || data.KubeConfig == s.KubeConfig("red", "worker-1") || s.KubeConfig("a", "worker-1") != "" {
		t.Error("KubeConfig returns another kubeconfig")
	}
	for _, names := range [][2]string{{"a", "worker-1"}, {"red", "worker-9"}} {
		s.request("POST", kubeConfigPath, owner, object("workspaceName", names[0], "clusterName", names[1])).Want(404)
	}
	s.data(s.request("POST", kubeConfigPath, owner, object("workspaceName", "red")), &data)
	if data.KubeConfig != s.KubeConfig("red", "worker-1") {
		t.Errorf("without a cluster: %s", data.KubeConfig)
	}
}

func TestKubeConfigIsAsRecorded(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	text := s.KubeConfig("red", "worker-1")
	for _, want := range []string{
		"current-context: red-workspace@worker-1\n", "- name: red-workspace@worker-1\n", "    user: red-workspace\n", "- name: red-workspace\n",
		"    namespace: default\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the kubeconfig has no %q", want)
		}
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(tokenLine.FindStringSubmatch(text)[1], ".")[1])
	if err != nil || !strings.Contains(string(claims), `"sub":"system:serviceaccount:kubeslice-avesha:kubeslice-rbac-rw-slice-red"`) ||
		strings.Contains(string(claims), `"exp"`) || strings.Contains(string(claims), `"iat"`) {
		t.Errorf("the token has the claims %s", claims)
	}
}

// The request is an example in the documentation of EGS 1.15. Some of its members are missing in the table of members there.
func TestNewWorkspaceOf115(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Dialect: egssim.DialectREST, Workspaces: []string{}})
	owner := s.owner()
	s.request("POST", workspacePath, owner, newWorkspace("a", map[string]any{
		"overlayNetworkDeploymentMode": "single-network", "sliceSubnet": "10.1.0.0/16", "sliceGWType": "OpenVPN", "standardQosProfileName": "profile1",
	})).Want(200)
	s.request("GET", workspaceListPath, owner, "").Want(200, `"overlayNetworkDeploymentMode":"single-network"`)
}

func TestWorkspaceWithActiveGPRsIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Workspaces: []string{}})
	s.AddWorkspace(egssim.Workspace{Name: "a", ActiveGPRs: true})
	s.request("DELETE", workspacePath, s.owner(), object("workspaceName", "a")).Want(500, `"UNKNOWN"`,
		"There are few active GPRs associated with the workspace. Do you still wanna delete active GPRs and workspace?")
	if len(s.Workspaces()) != 1 {
		t.Error("the workspace is deleted")
	}
}

func TestWorkspaceReaders(t *testing.T) {
	t.Parallel()
	for readers, want := range map[egssim.WorkspaceReaders]string{egssim.WorkspaceReadersOwn: "red", egssim.WorkspaceReadersAll: "blue red"} {
		s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceReaders: readers, EmptyDescriptions: true})
		s.AddWorkspace(egssim.Workspace{Name: "blue"})
		s.AddWorkspace(egssim.Workspace{Name: "red"})
		s.lists(s.as("Viewer", "red"), want)
		s.request("GET", workspaceListPath, s.owner(), "").Want(200, `"sliceDescription":"","clusters":[],"namespaces":null}`)
	}
}

func TestNewWorkspaceIsReadyAfterRequests(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 500} {
		s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceListsUntilReady: 2, KubeConfigsUntilReady: 1, UnreadyStatus: status})
		owner := s.owner()
		s.request("POST", workspacePath, owner, newWorkspace("a", nil))
		s.request("POST", workspacePath, owner, newWorkspace("a", nil)).Want(409)
		for _, want := range []string{"", "", "a", "a"} {
			s.lists(owner, want)
		}
		kubeConfig := object("workspaceName", "a", "clusterName", "worker-1")
		s.request("POST", kubeConfigPath, owner, kubeConfig).Want(status, `\"Errormessage\":\"No record found for slice\"`)
		s.request("POST", kubeConfigPath, owner, kubeConfig).Want(200)
		s.request("POST", kubeConfigPath, owner, kubeConfig).Want(200)
	}
}

func TestNewWorkspaceIsReadyAfterADelay(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceDelay: 10 * time.Second})
	owner := s.owner()
	s.request("POST", workspacePath, owner, newWorkspace("a", nil))
	s.AddWorkspace(egssim.Workspace{Name: "b", Clusters: []string{"worker-1"}})
	for _, then := range []struct {
		after  time.Duration
		listed string
		status int
	}{{0, "b", 500}, {10 * time.Second, "a b", 200}} {
		s.SetClock(simulationtest.Noon.Add(then.after))
		s.lists(owner, then.listed)
		s.request("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1")).Want(then.status)
	}
}

func TestDeletedWorkspaceIsListedForListsAndADelay(t *testing.T) {
	t.Parallel()
	for _, untilDeleted := range []int{2, 4} {
		s := serve(t, egssim.Options{Workspaces: []string{"red"}, WorkspaceListsUntilDeleted: untilDeleted, WorkspaceDeletionDelay: time.Minute})
		owner := s.owner()
		s.request("DELETE", workspacePath, owner, `{"workspaceName":"red"}`).Want(200)
		for range 3 {
			s.lists(owner, "red")
		}
		s.request("POST", workspacePath, owner, newWorkspace("red", nil)).Want(409)
		s.SetClock(simulationtest.Noon.Add(time.Minute))
		if untilDeleted > 3 {
			s.lists(owner, "red")
		}
		s.lists(owner, "")
		s.request("POST", workspacePath, owner, newWorkspace("red", nil)).Want(200)
	}
}

func TestKeysRequireAnExistingWorkspace(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	key := object("name", "k", "role", "Editor", "workspaceName", "a", "validity", "2027-01-01")
	s.request("POST", keyPath, owner, key).Want(404)
	s.request("POST", workspacePath, owner, newWorkspace("a", nil))
	s.request("POST", keyPath, owner, key).Want(200)
	s.DeleteWorkspace("a")
	s.request("POST", keyPath, owner, key).Want(404)
}

func TestWorkspaceDeletion(t *testing.T) {
	t.Parallel()
	for deletion, want := range map[egssim.WorkspaceDeletion]struct{ status, keys int }{
		egssim.WorkspaceDeletionKeepsKeys:       {200, 4},
		egssim.WorkspaceDeletionRemovesKeys:     {200, 2},
		egssim.WorkspaceDeletionRefusedWithKeys: {409, 4},
	} {
		s := serve(t, egssim.Options{WorkspaceDeletion: deletion})
		for _, workspace := range []string{"red", "red", "green"} {
			s.AddKey(egssim.Key{Name: "k", Role: "Viewer", WorkspaceName: workspace, Validity: "2027-01-01"})
		}
		owner := s.owner()
		got := s.request("DELETE", workspacePath, owner, object("workspaceName", "red"))
		if got.Status != want.status || len(s.Keys()) != want.keys {
			t.Errorf("%d: got %d, %d keys", deletion, got.Status, len(s.Keys()))
		}
		s.request("DELETE", workspacePath, owner, object("workspaceName", "blue")).Want(200)
		s.request("DELETE", workspacePath, owner, object("workspaceName", "blue")).Want(404)
	}
}

func TestControlHasWorkspaces(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Workspaces: []string{}})
	const a = `{"name":"a","clusters":["c"],"namespaces":["n"],"username":"u","email":"e"}`
	s.Control(204, "POST", "workspaces", a)
	s.Control(409, "POST", "workspaces", a)
	s.Control(204, "POST", "workspaces", `{"name":"b"}`)
	s.Control(400, "POST", "workspaces", `{}`)
	s.Control(400, "POST", "workspaces", `{"name":"c","colour":"red"}`)
	s.Control(204, "DELETE", "workspaces/b", "")
	s.Control(404, "DELETE", "workspaces/b", "")
	s.Control(200, "GET", "workspaces", "", "["+a+"]")
	s.lists(s.owner(), "a")
}

func TestWorkspaceListsLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, egssim.Options{Options: simulation.Options{ListLag: time.Second}, Workspaces: []string{}})
		owner := s.owner()
		s.request("POST", workspacePath, owner, newWorkspace("red", nil))
		s.lists(owner, "")
		time.Sleep(time.Second)
		s.lists(owner, "red")
		s.request("DELETE", workspacePath, owner, object("workspaceName", "red"))
		s.lists(owner, "red")
		time.Sleep(time.Second)
		s.lists(owner, "")
	})
}
