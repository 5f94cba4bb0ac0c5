// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
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

// newWorkspace is a create body, with members changed: nil leaves one out.
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

// listed are the names that the list shows.
func (s *service) listed(token string) string {
	s.T.Helper()
	var data struct {
		Workspaces []struct {
			Name string `json:"name"`
		} `json:"workspaces"`
	}
	s.data(s.ask("GET", workspaceListPath, token, ""), &data)
	names := ""
	for _, w := range data.Workspaces {
		names += " " + w.Name
	}
	return strings.TrimSpace(names)
}

func TestWorkspaceIsListedAsRecorded(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: dialect, Workspaces: []string{}})
			owner := s.owner()
			got := s.ask("POST", workspacePath, owner, newWorkspace("andromeda", nil))
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{"workspaceName":"andromeda"}}`; got.Body != want {
				t.Errorf("created: %s", got.Body)
			}
			got = s.ask("GET", workspaceListPath, owner, "")
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{"workspaces":[` +
				`{"name":"andromeda","overlayNetworkDeploymentMode":"no-network","maxClusters":16,"sliceDescription":"Created via slice workspace API",` +
				`"clusters":["worker-1"],"namespaces":[{"namespace":"namespace-3","clusters":["worker-1"]}]}]}}`; got.Body != want {
				t.Errorf("listed: %s", got.Body)
			}
			got = s.ask("DELETE", workspacePath, owner, object("workspaceName", "andromeda"))
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{}}`; got.Body != want {
				t.Errorf("deleted: %s", got.Body)
			}
			if got := s.listed(owner); got != "" || len(s.Workspaces()) != 0 {
				t.Errorf("left %q", got)
			}
		})
	}
}

func TestWorkspaceOfATakenNameIsRefusedAsRecorded(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	got := s.ask("POST", workspacePath, s.owner(), newWorkspace("red", nil))
	want := `{"statusCode":409,"status":"UNKNOWN","message":"UNKNOWN","data":null,"error":{"errorKey":"UNKNOWN","message":"UNKNOWN","data":` +
		`"{\"error\":{\"Message\":\"Error registering Slice\",\"Status\":409,\"DetailedError\":{\"Errormessage\":` +
		`\"sliceconfigs.controller.kubeslice.io \\\"red\\\" already exists\",\"Reason\":\"AlreadyExists\",\"Details\":\"\",\"ReferenceDocumentation\":\"https://docs.avesha.io/documentation/enterprise-egs\"},\"StatusCode\":409}}"}}`
	if got.Status != http.StatusConflict || got.Body != want {
		t.Errorf("got  %s\nwant %s", got.Body, want)
	}
}

func TestBadWorkspacesAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		changes map[string]any
		status  int
		texts   string // parts of the text, or the fields of its details
	}{
		"unknown member":       {map[string]any{"colour": "red"}, 422, `"colour" is not allowed`},
		"member of the list":   {map[string]any{"name": "a"}, 422, `"name" is not allowed`},
		"no name":              {map[string]any{"workspaceName": ""}, 422, `"workspaceName" is not allowed to be empty`},
		"no clusters":          {map[string]any{"clusters": []string{}}, 422, `"clusters" is not allowed to be empty`},
		"no namespaces":        {map[string]any{"namespaces": nil}, 422, `"namespaces" is required`},
		"no user and e-mail":   {map[string]any{"username": nil, "email": ""}, 422, `"username" is required. "email" is not allowed to be empty`},
		"name is a number":     {map[string]any{"workspaceName": 7}, 400, ""},
		"clusters is a string": {map[string]any{"clusters": "worker-1"}, 400, ""},
		"cluster is null":      {map[string]any{"clusters": []any{nil}}, 400, ""},
		"upper case":           {map[string]any{"workspaceName": "Team"}, 422, "metadata.name"},
		"underscore":           {map[string]any{"workspaceName": "a_b"}, 422, "metadata.name"},
		"hyphen at the end":    {map[string]any{"workspaceName": "a-"}, 422, "metadata.name"},
		"too long":             {map[string]any{"workspaceName": long}, 422, "metadata.name"},
		"bad namespace":        {map[string]any{"namespaces": []string{"ok", "not ok"}}, 422, "spec.namespaceIsolationProfile.applicationNamespaces"},
		"unknown cluster":      {map[string]any{"clusters": []string{"worker-1", "worker-9"}}, 422, "spec.clusters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: egssim.DialectSDK})
			got := s.failure(s.ask("POST", workspacePath, s.owner(), newWorkspace("a", test.changes)))
			if got.Status != test.status || !strings.Contains(got.text+strings.Join(got.detailFields, " "), test.texts) || got.nested != (test.status == 422) {
				t.Errorf("got %+v", got)
			}
			if len(s.Workspaces()) != 3 {
				t.Error("it was made")
			}
		})
	}
}

func TestWorkspacesAreForOwners(t *testing.T) {
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
			if got := s.ask(request[0], request[1], token, request[2]); got.Status != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d", request[0], request[1], role, got.Status)
			}
		}
	}
	if got := s.ask("GET", workspaceListPath, "", ""); got.Status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", got.Status)
	}
	if len(s.Workspaces()) != 3 {
		t.Errorf("left %+v", s.Workspaces())
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
	s.data(s.ask("POST", kubeConfigPath, owner, object("workspaceName", "red", "clusterName", "worker-2")), &data)
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
		t.Error("it is not the workspace's on the cluster")
	}
	for _, names := range [][2]string{{"a", "worker-1"}, {"red", "worker-9"}} {
		got := s.failure(s.ask("POST", kubeConfigPath, owner, object("workspaceName", names[0], "clusterName", names[1])))
		if got.Status != http.StatusNotFound {
			t.Errorf("%v: %+v", names, got)
		}
	}
	s.data(s.ask("POST", kubeConfigPath, owner, object("workspaceName", "red")), &data)
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
			t.Errorf("it has no %q", want)
		}
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(tokenLine.FindStringSubmatch(text)[1], ".")[1])
	if err != nil || !strings.Contains(string(claims), `"sub":"system:serviceaccount:kubeslice-avesha:kubeslice-rbac-rw-slice-red"`) ||
		strings.Contains(string(claims), `"exp"`) || strings.Contains(string(claims), `"iat"`) {
		t.Errorf("its token has %s", claims)
	}
	unready := serve(t, egssim.Options{Workspaces: []string{}, KubeConfigsUntilReady: 1})
	owner := unready.owner()
	unready.ask("POST", workspacePath, owner, newWorkspace("a", nil))
	if got := unready.failure(unready.ask("POST", kubeConfigPath, owner, object("workspaceName", "a"))); got.Status != 500 || !strings.HasSuffix(got.text, ": No record found for slice") {
		t.Errorf("before it is ready: %+v", got)
	}
}

// An example of 1.15 has members that its table lacks.
func TestNewWorkspaceOf115(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Dialect: egssim.DialectREST, Workspaces: []string{}})
	owner := s.owner()
	got := s.ask("POST", workspacePath, owner, newWorkspace("a", map[string]any{
		"overlayNetworkDeploymentMode": "single-network", "sliceSubnet": "10.1.0.0/16", "sliceGWType": "OpenVPN", "standardQosProfileName": "profile1",
	}))
	if got.Status != http.StatusOK {
		t.Errorf("got %d %s", got.Status, got.Body)
	}
	if got := s.ask("GET", workspaceListPath, owner, ""); !strings.Contains(got.Body, `"overlayNetworkDeploymentMode":"single-network"`) {
		t.Errorf("it is listed as %s", got.Body)
	}
}

func TestWorkspaceWithActiveGPRsIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Workspaces: []string{}})
	s.AddWorkspace(egssim.Workspace{Name: "a", ActiveGPRs: true})
	got := s.failure(s.ask("DELETE", workspacePath, s.owner(), object("workspaceName", "a")))
	const text = "There are few active GPRs associated with the workspace. Do you still wanna delete active GPRs and workspace?"
	if got.Status != 500 || !strings.HasSuffix(got.text, text) || len(s.Workspaces()) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestWorkspacesAreListedAsSwitched(t *testing.T) {
	t.Parallel()
	for readers, want := range map[egssim.WorkspaceReaders]string{egssim.WorkspaceReadersOwn: "red", egssim.WorkspaceReadersAll: "blue red"} {
		s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceReaders: readers, EmptyDescriptions: true})
		s.AddWorkspace(egssim.Workspace{Name: "blue"})
		s.AddWorkspace(egssim.Workspace{Name: "red"})
		if got := s.listed(s.as("Viewer", "red")); got != want {
			t.Errorf("a Viewer sees %q", got)
		}
		if got := s.ask("GET", workspaceListPath, s.owner(), ""); !strings.Contains(got.Body, `"sliceDescription":"","clusters":[],"namespaces":null}`) {
			t.Errorf("got %s", got.Body)
		}
	}
}

func TestNewWorkspaceIsReadyAfterSoManyRequests(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 500} {
		s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceListsUntilReady: 2, KubeConfigsUntilReady: 1, UnreadyStatus: status})
		owner := s.owner()
		s.ask("POST", workspacePath, owner, newWorkspace("a", nil))
		if got := s.ask("POST", workspacePath, owner, newWorkspace("a", nil)); got.Status != http.StatusConflict {
			t.Errorf("made again: %d", got.Status)
		}
		for i, want := range []string{"", "", "a", "a"} {
			if got := s.listed(owner); got != want {
				t.Errorf("list %d shows %q", i, got)
			}
		}
		for i, want := range []int{status, 200, 200} {
			if got := s.ask("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1")); got.Status != want {
				t.Errorf("kubeconfig %d gets %d", i, got.Status)
			}
		}
	}
}

func TestNewWorkspaceIsReadyAfterADelay(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceDelay: 10 * time.Second})
	owner := s.owner()
	s.ask("POST", workspacePath, owner, newWorkspace("a", nil))
	s.AddWorkspace(egssim.Workspace{Name: "b", Clusters: []string{"worker-1"}})
	kubeConfig := func() int {
		return s.ask("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1")).Status
	}
	if got := s.listed(owner); got != "b" || kubeConfig() != http.StatusInternalServerError {
		t.Errorf("at once the list shows %q", got)
	}
	s.SetClock(simulationtest.Noon.Add(10 * time.Second))
	if got := s.listed(owner); got != "a b" || kubeConfig() != http.StatusOK {
		t.Errorf("later the list shows %q", got)
	}
}

func TestDeletedWorkspaceIsGoneAfterListsAndADelay(t *testing.T) {
	t.Parallel()
	now := simulationtest.Noon
	s := serve(t, egssim.Options{
		Options:    simulation.Options{Now: func() time.Time { return now }},
		Workspaces: []string{"red"}, WorkspaceListsUntilGone: 2, WorkspaceGoneDelay: time.Minute,
	})
	owner := s.owner()
	if got := s.ask("DELETE", workspacePath, owner, `{"workspaceName":"red"}`); got.Status != http.StatusOK {
		t.Fatalf("the delete gets %d", got.Status)
	}
	for range 3 {
		if got := s.listed(owner); got != "red" {
			t.Errorf("the list shows %q", got)
		}
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("red", nil)); got.Status != http.StatusConflict {
		t.Errorf("one of its name gets %d", got.Status)
	}
	now = now.Add(time.Minute)
	if got := s.listed(owner); got != "" {
		t.Errorf("the list shows %q", got)
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("red", nil)); got.Status != http.StatusOK {
		t.Errorf("one of its name gets %d", got.Status)
	}
}

func TestKeysNeedAWorkspaceThatExists(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	key := object("name", "k", "role", "Editor", "workspaceName", "a", "validity", "2027-01-01")
	if got := s.ask("POST", keyPath, owner, key); got.Status != http.StatusNotFound {
		t.Errorf("before: %d", got.Status)
	}
	s.ask("POST", workspacePath, owner, newWorkspace("a", nil))
	if got := s.ask("POST", keyPath, owner, key); got.Status != http.StatusOK || s.Keys()[1].SAName != "kubeslice-rbac-rw-slice-a" {
		t.Errorf("then: %d", got.Status)
	}
	s.DeleteWorkspace("a")
	if got := s.ask("POST", keyPath, owner, key); got.Status != http.StatusNotFound {
		t.Errorf("after: %d", got.Status)
	}
}

func TestDeletedWorkspacesKeysAreAsSwitched(t *testing.T) {
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
		got := s.ask("DELETE", workspacePath, owner, object("workspaceName", "red"))
		if got.Status != want.status || len(s.Keys()) != want.keys {
			t.Errorf("%d: got %d, %d keys", deletion, got.Status, len(s.Keys()))
		}
		if got := s.ask("DELETE", workspacePath, owner, object("workspaceName", "blue")); got.Status != 200 {
			t.Errorf("%d: one without keys got %d", deletion, got.Status)
		}
		if got := s.ask("DELETE", workspacePath, owner, object("workspaceName", "blue")); got.Status != 404 {
			t.Errorf("%d: one that is gone got %d", deletion, got.Status)
		}
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
	if got := s.Control(200, "GET", "workspaces", ""); got != "["+a+"]" {
		t.Errorf("got %s", got)
	}
	if got := s.listed(s.owner()); got != "a" {
		t.Errorf("the list shows %q", got)
	}
}

func TestWorkspaceListsLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, egssim.Options{Options: simulation.Options{ListLag: time.Second}, Workspaces: []string{}})
		owner := s.owner()
		shows := func(want string) {
			t.Helper()
			if got := s.listed(owner); got != want {
				t.Errorf("it lists %q, want %q", got, want)
			}
		}
		s.ask("POST", workspacePath, owner, newWorkspace("red", nil))
		shows("")
		time.Sleep(time.Second)
		shows("red")
		s.ask("DELETE", workspacePath, owner, object("workspaceName", "red"))
		shows("red")
		time.Sleep(time.Second)
		shows("")
	})
}
