// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// started is the command while it serves.
type started struct {
	t *testing.T
	// variables are what it printed, endpoint and key those of EGS.
	variables     map[string]string
	endpoint, key string
}

// start starts the command, which must end without an error when the test does.
func start(t *testing.T, args ...string) started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, writer)
		_ = writer.CloseWithError(err)
		ended <- err
	}()
	s := started{t: t, variables: map[string]string{}}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	lines := bufio.NewScanner(reader)
	for lines.Scan() && lines.Text() != "ready" {
		name, value, _ := strings.Cut(lines.Text(), "=")
		if value == "" || s.variables[name] != "" {
			t.Fatalf("it prints %q", lines.Text())
		}
		s.variables[name] = value
	}
	if lines.Text() != "ready" {
		t.Fatalf("it never was ready: %v", lines.Err())
	}
	s.endpoint, s.key = s.variables["EGS_ENDPOINT"], s.variables["EGS_API_KEY"]
	return s
}

// names are those of the variables, sorted.
func (s started) names() string {
	return strings.Join(slices.Sorted(maps.Keys(s.variables)), " ")
}

// ask sends a request to EGS.
func (s started) ask(method, path, token, body string) (int, string) {
	s.t.Helper()
	return s.send(method, s.endpoint+path, "Bearer "+token, body)
}

func (s started) send(method, url, authorization, body string) (int, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {authorization}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func (s started) token() string {
	s.t.Helper()
	status, body := s.ask("POST", "/api/v1/auth", "", fmt.Sprintf(`{"apiKey":%q}`, s.key))
	var answer struct{ Data struct{ Token string } }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
		s.t.Fatalf("the printed key gets %d", status)
	}
	return answer.Data.Token
}

func TestServesTheKeysAndDialectOfItsFlags(t *testing.T) {
	t.Parallel()
	s := start(t, "-keys", "9", "-workspaces", "north,south", "-dialect", "sdk", "-token-ttl", "1h")
	if !strings.HasPrefix(s.endpoint, "http://127.0.0.1:") || s.names() != "EGS_API_KEY EGS_ENDPOINT" {
		t.Errorf("it listens on %s, and tells %s", s.endpoint, s.names())
	}
	token := s.token()
	_, body := s.ask("GET", "/api/v1/api-key/list", token, "")
	if got := strings.Count(body, `"id"`); got != 10 || !strings.Contains(body, `"workspaceName":"south"`) || !strings.Contains(body, `"tokenTtlSeconds":"3600"`) {
		t.Errorf("%d keys are listed", got)
	}
	create := `{"name":"a","role":"Viewer","workspaceName":"north","validUntil":"2999-01-01"}`
	if status, _ := s.ask("POST", "/api/v1/api-key", token, create); status != http.StatusUnprocessableEntity {
		t.Errorf("the other dialect gets %d", status)
	}
	if status, _ := s.ask("GET", "/_sim/journal", "", ""); status != http.StatusOK {
		t.Errorf("the journal gets %d", status)
	}
}

func TestListsNothingAsItsFlagSays(t *testing.T) {
	t.Parallel()
	s := start(t, "-empty-list", "null", "-workspaces", "")
	token := s.token()
	for path, want := range map[string]string{
		"/api/v1/slice-workspace/list": `"data":{"workspaces":null}}`, "/api/v1/api-key/list?workspace=none": `"data":{"data":null}}`,
	} {
		if status, body := s.ask("GET", path, token, ""); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s gets %d %s", path, status, body)
		}
	}
}

// Requests in flight have shutdownGrace to end.
func TestStopsListeningWhenToldToStop(t *testing.T) {
	t.Parallel()
	for takes, answered := range map[time.Duration]bool{shutdownGrace / 2: true, time.Hour: false} {
		t.Run(takes.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var network simulation.Network
				listener := network.Listen()
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() {
					ended <- serve(ctx, listener, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
						select {
						case <-time.After(takes):
						case <-r.Context().Done():
						}
					}), nil, io.Discard)
				}()
				answer := make(chan error)
				client := http.Client{Transport: &http.Transport{DialContext: network.DialContext}}
				go func() {
					response, err := client.Get("http://" + listener.Addr().String())
					if err == nil {
						err = response.Body.Close()
					}
					answer <- err
				}()
				synctest.Wait()
				began := time.Now()
				stop()
				if err := <-answer; (err == nil) != answered {
					t.Errorf("the request ended with %v", err)
				}
				if err := <-ended; err != nil || time.Since(began) > shutdownGrace {
					t.Errorf("it ended after %s with %v", time.Since(began), err)
				}
				if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
					t.Errorf("it still listens: %v", err)
				}
			})
		})
	}
}

func TestServesTheWorkspacesOfItsFlags(t *testing.T) {
	t.Parallel()
	s := start(t, "-workspaces", "north", "-clusters", "east,west", "-workspace-delay", "1h",
		"-workspace-unready-status", "500", "-workspace-deletion", "refused-with-keys", "-keys", "3", "-workspace-gone-delay", "1h")
	token := s.token()
	create := `{"workspaceName":"south","clusters":["west"],"namespaces":["a"],"username":"u","email":"u@example.com"}`
	if status, body := s.ask("POST", "/api/v1/slice-workspace", token, create); status != http.StatusOK {
		t.Errorf("a workspace gets %d %s", status, body)
	}
	if status, _ := s.ask("POST", "/api/v1/slice-workspace/kube-config", token, `{"workspaceName":"south","clusterName":"west"}`); status != http.StatusInternalServerError {
		t.Errorf("its kubeconfig gets %d", status)
	}
	_, body := s.ask("GET", "/api/v1/slice-workspace/list", token, "")
	if !strings.Contains(body, `"clusters":["east","west"]`) || strings.Contains(body, "south") {
		t.Errorf("the list is %s", body)
	}
	if status, _ := s.ask("DELETE", "/api/v1/slice-workspace", token, `{"workspaceName":"north"}`); status != http.StatusConflict {
		t.Errorf("deleting one with keys gets %d", status)
	}
	_, _ = s.ask("DELETE", "/api/v1/slice-workspace", token, `{"workspaceName":"south"}`)
	if status, _ := s.ask("POST", "/api/v1/slice-workspace", token, create); status != http.StatusConflict {
		t.Errorf("one of a name that was just deleted gets %d", status)
	}
}

// calls are one of each service, which lists its keys.
func (s started) calls() map[string]func() (int, string) {
	calls := map[string]func() (int, string){}
	if s.key != "" {
		token := s.token()
		calls["EGS"] = func() (int, string) { return s.ask("GET", "/api/v1/api-key/list", token, "") }
	}
	for service, call := range map[string]struct{ path, scheme string }{
		"H2OGPTE": {"/admin/api_keys?offset=0&limit=100", "Bearer "},
		"GAIA":    {"/es/api/v1/credentials/api_keys/", "Search "},
	} {
		if endpoint := s.variables[service+"_ENDPOINT"]; endpoint != "" {
			calls[service] = func() (int, string) {
				return s.send("GET", endpoint+call.path, call.scheme+s.variables[service+"_API_KEY"], "")
			}
		}
	}
	return calls
}

func TestServesTheServicesOfItsFlags(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "egs,h2ogpte,gaia", "-keys", "7")
	if want := "EGS_API_KEY EGS_ENDPOINT GAIA_API_KEY GAIA_ENDPOINT H2OGPTE_API_KEY H2OGPTE_ENDPOINT"; s.names() != want {
		t.Errorf("it tells %s", s.names())
	}
	if s.variables["H2OGPTE_ENDPOINT"] != s.endpoint+"/h2ogpte/api/v1" || s.variables["GAIA_ENDPOINT"] != s.endpoint+"/gaia" {
		t.Errorf("the endpoints are %s, %s and %s", s.endpoint, s.variables["H2OGPTE_ENDPOINT"], s.variables["GAIA_ENDPOINT"])
	}
	for service, call := range s.calls() {
		status, body := call()
		if status != http.StatusOK {
			t.Errorf("%s answers %d %s", service, status, body)
		}
		member := `"id":`
		if service == "GAIA" {
			member = `"api_key":`
		}
		// The administrator's own may be listed too.
		if listed := strings.Count(body, member); listed != 7 && listed != 8 {
			t.Errorf("%s lists %d keys", service, listed)
		}
	}
	// Each has its own journal, at its base URL and at the root of its paths.
	for path, call := range map[string]string{
		"/_sim/journal":                "/api/v1/api-key/list",
		"/h2ogpte/_sim/journal":        "/api/v1/admin/api_keys",
		"/h2ogpte/api/v1/_sim/journal": "/api/v1/admin/api_keys",
		"/gaia/_sim/journal":           "/es/api/v1/credentials/api_keys/",
	} {
		_, body := s.ask("GET", path, "", "")
		if strings.Count(body, `"method":"GET"`) != 1 || !strings.Contains(body, `"path":"`+call+`"`) {
			t.Errorf("%s is %s", path, body)
		}
	}
}

func TestServesNoOtherServices(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "gaia")
	if s.names() != "GAIA_API_KEY GAIA_ENDPOINT" {
		t.Errorf("it tells %s", s.names())
	}
	root := strings.TrimSuffix(s.variables["GAIA_ENDPOINT"], "/gaia")
	for _, path := range []string{"/_sim/journal", "/api/v1/api-key/list", "/h2ogpte/_sim/journal"} {
		if status, _ := s.send("GET", root+path, "", ""); status != http.StatusNotFound {
			t.Errorf("%s gets %d", path, status)
		}
	}
}

func TestLimitsRequestsToEachServiceAsTold(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "egs,h2ogpte,gaia", "-requests-per-second", "0.001", "-listen", "localhost:0", "-latency", "1ms")
	for service, call := range s.calls() {
		for i := range 2 {
			// EGS had the request of the token before.
			want := http.StatusOK
			if i > 0 || service == "EGS" {
				want = http.StatusTooManyRequests
			}
			if status, body := call(); status != want {
				t.Errorf("%s responds %d %s, want %d", service, status, body, want)
			}
		}
	}
}

func TestBadFlagsAreNamedAndExitWith2(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ args, want string }{
		{"-listen 0.0.0.0:0", "must be a loopback address"},
		{"-listen :0", "must be a loopback address"},
		{"-listen [::]:0", "must be a loopback address"},
		{"-listen 192.0.2.1:80", "must be a loopback address"},
		{"-listen example.com:80", "must be a loopback address"},
		{"-listen 127.0.0.1", "must be host:port"},
		{"-listen 127.0.0.1:http", "a port between"},
		{"-listen 127.0.0.1:70000", "a port between"},
		{"-services=", "-services"},
		{"-services egs,slurm", "-services"},
		{"-services EGS", "-services"},
		{"-services egs,gaia,egs", "-services"},
		{"-dialect esperanto", "-dialect"},
		{"-latency -1s", "-latency"},
		{"-latency soon", "-latency"},
		{"-list-lag -1s", "-list-lag"},
		{"-token-ttl 0s", "-token-ttl"},
		{"-requests-per-second -1", "-requests-per-second"},
		{"-requests-per-second NaN", "-requests-per-second"},
		{"-keys -1", "-keys"},
		{"-workspaces red,,blue", "-workspaces"},
		{"-clusters worker-1,", "-clusters"},
		{"-workspace-delay -1s", "-workspace-delay"},
		{"-workspace-gone-delay -1s", "-workspace-gone-delay"},
		{"-workspace-unready-status 200", "-workspace-unready-status"},
		{"-workspace-deletion maybe", "-workspace-deletion"},
		{"-empty-list none", "-empty-list"},
		{"-colour red", "-colour"},
		{"serve", "serve"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			var stdout strings.Builder
			err := run(t.Context(), strings.Fields(test.args), &stdout)
			if err == nil || !strings.Contains(err.Error(), test.want) || exitCode(err) != 2 || stdout.Len() > 0 {
				t.Errorf("got %v, exit %d, and it printed %q", err, exitCode(err), stdout.String())
			}
		})
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	err := run(t.Context(), []string{"-help"}, &stdout)
	for _, want := range []string{"GET /_sim/", "-requests-per-second rate"} {
		if err != nil || !strings.Contains(stdout.String(), want) {
			t.Errorf("got %v and %q", err, stdout.String())
		}
	}
}

func TestAddressInUseExitsWith1(t *testing.T) {
	t.Parallel()
	s := start(t)
	err := run(t.Context(), []string{"-listen", strings.TrimPrefix(s.endpoint, "http://")}, io.Discard)
	if err == nil || exitCode(err) != 1 {
		t.Errorf("got %v", err)
	}
}

// brokenPipe is a stdout nobody reads.
type brokenPipe struct{}

var errBrokenPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBrokenPipe }

func TestStopsWhenNobodyCanReadItsAddress(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), nil, brokenPipe{}); !errors.Is(err, errBrokenPipe) {
		t.Errorf("got %v", err)
	}
}
