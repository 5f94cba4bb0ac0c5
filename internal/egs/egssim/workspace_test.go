// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
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
	s.t.Helper()
	var data struct {
		Workspaces []struct {
			Name string `json:"name"`
		} `json:"workspaces"`
	}
	s.data(s.ask("GET", workspaceListPath, token, ""), &data)
	names := make([]string, len(data.Workspaces))
	for i, w := range data.Workspaces {
		names[i] = w.Name
	}
	return strings.Join(names, " ")
}

func TestWorkspaceIsListedAsRecorded(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: dialect, Workspaces: []string{}})
			owner := s.owner()
			got := s.ask("POST", workspacePath, owner, newWorkspace("andromeda", nil))
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{"workspaceName":"andromeda"}}`; got.body != want {
				t.Errorf("created: %s", got.body)
			}
			got = s.ask("GET", workspaceListPath, owner, "")
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{"workspaces":[` +
				`{"name":"andromeda","overlayNetworkDeploymentMode":"no-network","maxClusters":16,"sliceDescription":"Created via slice workspace API",` +
				`"clusters":["worker-1"],"namespaces":[{"namespace":"namespace-3","clusters":["worker-1"]}]}]}}`; got.body != want {
				t.Errorf("listed: %s", got.body)
			}
			got = s.ask("DELETE", workspacePath, owner, object("workspaceName", "andromeda"))
			if want := `{"statusCode":200,"status":"OK","message":"Success","data":{}}`; got.body != want {
				t.Errorf("deleted: %s", got.body)
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
	want := `{"statusCode":409,"status":"ALREADY_EXISTS","message":"UNKNOWN","error":{"errorKey":"ALREADY_EXISTS","message":"UNKNOWN","data":` +
		`"{\"error\":{\"Message\":\"Error registering Slice\",\"Status\":409,\"DetailedError\":{\"Errormessage\":` +
		`\"sliceconfigs.controller.kubeslice.io \\\"red\\\" already exists\",\"Reason\":\"AlreadyExists\",\"Details\":\"\"},\"StatusCode\":409}}"}}`
	if got.status != http.StatusConflict || got.body != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
}

func TestWorkspaceNameIsGivenOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	var made atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if s.ask("POST", workspacePath, owner, newWorkspace("a", nil)).status == http.StatusOK {
				made.Add(1)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 || len(s.Workspaces()) != 4 {
		t.Errorf("%d of 8 were made: %+v", made.Load(), s.Workspaces())
	}
}

func TestBadWorkspacesAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		changes map[string]any
		status  int
		fields  string
	}{
		"unknown member":       {map[string]any{"colour": "red"}, 422, "colour"},
		"member of the list":   {map[string]any{"name": "a"}, 422, "name"},
		"no name":              {map[string]any{"workspaceName": ""}, 422, "workspaceName"},
		"no clusters":          {map[string]any{"clusters": []string{}}, 422, "clusters"},
		"no namespaces":        {map[string]any{"namespaces": nil}, 422, "namespaces"},
		"no user and e-mail":   {map[string]any{"username": nil, "email": ""}, 422, "username email"},
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
			if got.status != test.status || strings.Join(got.detailFields, " ") != test.fields || got.nested != (test.status == 422) {
				t.Errorf("got %+v", got)
			}
			if len(s.Workspaces()) != 3 {
				t.Error("it was made")
			}
		})
	}
}

func TestWorkspaceSwitchesOfStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{UnknownClusterStatus: 404, DeleteUnknownWorkspaceStatus: 422, FlatErrors: true, Clusters: []string{"c"}})
	owner := s.owner()
	if got := s.failure(s.ask("POST", workspacePath, owner, newWorkspace("a", nil))); got.status != 404 || got.nested {
		t.Errorf("unknown cluster: %+v", got)
	}
	if got := s.failure(s.ask("DELETE", workspacePath, owner, object("workspaceName", "a"))); got.status != 422 || !strings.Contains(got.text, `"a" not found`) {
		t.Errorf("unknown workspace: %+v", got)
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("a", map[string]any{"clusters": []string{"c"}, "x": 1})); got.status != 200 {
		t.Errorf("the lenient one: %+v", got)
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
			if got := s.ask(request[0], request[1], token, request[2]); got.status != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d", request[0], request[1], role, got.status)
			}
		}
	}
	if got := s.ask("GET", workspaceListPath, "", ""); got.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", got.status)
	}
	if len(s.Workspaces()) != 3 {
		t.Errorf("left %+v", s.Workspaces())
	}
}

func TestEmptyWorkspaceListIsAnsweredAsSwitched(t *testing.T) {
	t.Parallel()
	for form, want := range map[egssim.EmptyWorkspaceList]string{
		egssim.EmptyWorkspacesArray: `"data":{"workspaces":[]}`, egssim.EmptyWorkspacesNull: `"data":{"workspaces":null}`,
		egssim.EmptyWorkspacesNotFound: `"statusCode":404`,
	} {
		s := serve(t, egssim.Options{Workspaces: []string{}, EmptyWorkspaceList: form})
		if got := s.ask("GET", workspaceListPath, s.owner(), ""); !strings.Contains(got.body, want) {
			t.Errorf("%d: %s", form, got.body)
		}
	}
}

func TestDeleteAnswerIsOfWorkspacesToo(t *testing.T) {
	t.Parallel()
	for form, want := range map[egssim.DeleteAnswer]string{egssim.DeleteAnswerNull: "null", egssim.DeleteAnswerEmpty: ""} {
		s := serve(t, egssim.Options{DeleteAnswer: form})
		if got := s.ask("DELETE", workspacePath, s.owner(), object("workspaceName", "red")); got.body != want || got.status != 200 {
			t.Errorf("got %d %q", got.status, got.body)
		}
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
		if got.status != http.StatusNotFound {
			t.Errorf("%v: %+v", names, got)
		}
	}
	if got := s.failure(s.ask("POST", kubeConfigPath, owner, object("workspaceName", "red"))); got.status != 422 {
		t.Errorf("without a cluster: %+v", got)
	}
}

func TestNewWorkspaceIsReadyAfterSoManyRequests(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 500} {
		s := serve(t, egssim.Options{Workspaces: []string{}, WorkspaceListsUntilReady: 2, KubeConfigsUntilReady: 1, UnreadyStatus: status})
		owner := s.owner()
		s.ask("POST", workspacePath, owner, newWorkspace("a", nil))
		if got := s.ask("POST", workspacePath, owner, newWorkspace("a", nil)); got.status != http.StatusConflict {
			t.Errorf("made again: %d", got.status)
		}
		for i, want := range []string{"", "", "a", "a"} {
			if got := s.listed(owner); got != want {
				t.Errorf("list %d shows %q", i, got)
			}
		}
		for i, want := range []int{status, 200, 200} {
			if got := s.ask("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1")); got.status != want {
				t.Errorf("kubeconfig %d gets %d", i, got.status)
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
		return s.ask("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1")).status
	}
	if got := s.listed(owner); got != "b" || kubeConfig() != http.StatusNotFound {
		t.Errorf("at once the list shows %q", got)
	}
	s.SetClock(noon.Add(10 * time.Second))
	if got := s.listed(owner); got != "a b" || kubeConfig() != http.StatusOK {
		t.Errorf("later the list shows %q", got)
	}
}

func TestDeletedWorkspaceIsGoneAfterListsAndADelay(t *testing.T) {
	t.Parallel()
	now := noon
	s := serve(t, egssim.Options{
		Workspaces: []string{"red"}, WorkspaceListsUntilGone: 2, WorkspaceGoneDelay: time.Minute, Now: func() time.Time { return now },
	})
	owner := s.owner()
	if got := s.ask("DELETE", workspacePath, owner, `{"workspaceName":"red"}`); got.status != http.StatusOK {
		t.Fatalf("the delete gets %d", got.status)
	}
	for range 3 {
		if got := s.listed(owner); got != "red" {
			t.Errorf("the list shows %q", got)
		}
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("red", nil)); got.status != http.StatusConflict {
		t.Errorf("one of its name gets %d", got.status)
	}
	now = now.Add(time.Minute)
	if got := s.listed(owner); got != "" {
		t.Errorf("the list shows %q", got)
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("red", nil)); got.status != http.StatusOK {
		t.Errorf("one of its name gets %d", got.status)
	}
}

func TestKeysNeedAWorkspaceThatExists(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	key := object("name", "k", "role", "Editor", "workspaceName", "a", "validity", "2027-01-01")
	if got := s.ask("POST", keyPath, owner, key); got.status != http.StatusNotFound {
		t.Errorf("before: %d", got.status)
	}
	s.ask("POST", workspacePath, owner, newWorkspace("a", nil))
	if got := s.ask("POST", keyPath, owner, key); got.status != http.StatusOK || s.Keys()[1].SAName != "kubeslice-rbac-rw-slice-a" {
		t.Errorf("then: %d", got.status)
	}
	s.DeleteWorkspace("a")
	if got := s.ask("POST", keyPath, owner, key); got.status != http.StatusNotFound {
		t.Errorf("after: %d", got.status)
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
		if got.status != want.status || len(s.Keys()) != want.keys {
			t.Errorf("%d: got %d, %d keys", deletion, got.status, len(s.Keys()))
		}
		if got := s.ask("DELETE", workspacePath, owner, object("workspaceName", "blue")); got.status != 200 {
			t.Errorf("%d: one without keys got %d", deletion, got.status)
		}
		if got := s.ask("DELETE", workspacePath, owner, object("workspaceName", "blue")); got.status != 404 {
			t.Errorf("%d: one that is gone got %d", deletion, got.status)
		}
	}
}

func TestWorkspacesHaveFaultsAndAJournal(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	owner := s.owner()
	s.ResetJournal()
	if err := s.SetFaults([]egssim.Fault{{Method: "POST", Path: workspacePath, Kind: egssim.FaultDropAfterCommit}}); err != nil {
		t.Fatal(err)
	}
	if got := s.ask("POST", workspacePath, owner, newWorkspace("a", nil)); got.err == nil || len(s.Workspaces()) != 4 {
		t.Errorf("got %+v", got)
	}
	s.ask("POST", kubeConfigPath, owner, object("workspaceName", "a", "clusterName", "worker-1"))
	journal := s.Journal()
	if len(journal) != 2 || journal[0].Status != 0 || !slices.Equal(journal[0].Members, []string{"clusters", "email", "namespaces", "username", "workspaceName"}) ||
		!slices.Equal(journal[1].Members, []string{"clusterName", "workspaceName"}) {
		t.Errorf("got %+v", journal)
	}
}

func TestControlHasWorkspaces(t *testing.T) {
	t.Parallel()
	const path = "/_sim/workspaces"
	s := serve(t, egssim.Options{Workspaces: []string{}})
	if got := s.ask("GET", path, "", "").body; strings.TrimSpace(got) != "[]" {
		t.Errorf("none are %s", got)
	}
	const a = `{"name":"a","clusters":["c"],"namespaces":["n"],"username":"u","email":"e"}`
	for i, test := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", path, a, 204},
		{"POST", path, a, 409},
		{"POST", path, `{"name":"b"}`, 204},
		{"POST", path, `{}`, 400},
		{"POST", path, `{"name":"c","colour":"red"}`, 400},
		{"DELETE", path + "/b", "", 204},
		{"DELETE", path + "/b", "", 404},
	} {
		if got := s.ask(test.method, test.path, "", test.body); got.status != test.status {
			t.Errorf("%d: got %d %s", i, got.status, got.body)
		}
	}
	if got := s.ask("GET", path, "", "").body; strings.TrimSpace(got) != "["+a+"]" {
		t.Errorf("got %s", got)
	}
	if got := s.listed(s.owner()); got != "a" {
		t.Errorf("the list shows %q", got)
	}
}
