// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"cmp"
	"context"
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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

// started is a running simulator command.
type started struct {
	*simulationtest.Client
	// variables are the environment variables that the command printed.
	variables map[string]string
}

// start runs the command until the test ends. Then it stops the command, and checks that the command returns no error.
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
	variables := map[string]string{}
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the command returned %v", err)
		}
	})
	lines := bufio.NewScanner(reader)
	for lines.Scan() && lines.Text() != "ready" {
		name, value, _ := strings.Cut(lines.Text(), "=")
		if value == "" || variables[name] != "" {
			t.Fatalf("the command printed %q", lines.Text())
		}
		variables[name] = value
	}
	if lines.Text() != "ready" {
		t.Fatalf("the command did not print ready: %v", lines.Err())
	}
	root := cmp.Or(variables["EGS_ENDPOINT"], strings.TrimSuffix(variables["GAIA_ENDPOINT"], "/gaia"))
	return started{simulationtest.NewClient(t, root, "", nil), variables}
}

// names returns the sorted names of the printed variables.
func (s started) names() string {
	return strings.Join(slices.Sorted(maps.Keys(s.variables)), " ")
}

// token logs in to EGS with the printed key, and returns the value of the Authorization header.
func (s started) token() string {
	s.T.Helper()
	var response struct{ Data struct{ Token string } }
	s.RequestAs("", "POST", "/api/v1/auth", fmt.Sprintf(`{"apiKey":%q}`, s.variables["EGS_API_KEY"])).Decode(200, &response)
	return "Bearer " + response.Data.Token
}

func TestRun_keysAndDialect(t *testing.T) {
	t.Parallel()
	s := start(t, "-keys", "9", "-workspaces", "north,south", "-dialect", "sdk", "-token-ttl", "1h")
	if !strings.HasPrefix(s.URL, "http://127.0.0.1:") || s.names() != "EGS_API_KEY EGS_ENDPOINT" {
		t.Errorf("the command listens on %s and printed %s", s.URL, s.names())
	}
	token := s.token()
	list := s.RequestAs(token, "GET", "/api/v1/api-key/list", "")
	list.Want(200, `"workspaceName":"south"`, `"tokenTtlSeconds":"3600"`)
	if got := strings.Count(list.Body, `"id"`); got != 10 {
		t.Errorf("%d keys are listed", got)
	}
	// With -dialect sdk, the simulator rejects the field names of the dialect rest.
	s.RequestAs(token, "POST", "/api/v1/api-key", `{"name":"a","role":"Viewer","workspaceName":"north","validUntil":"2999-01-01"}`).Want(422)
}

func TestRun_lists(t *testing.T) {
	t.Parallel()
	s := start(t, "-empty-list", "null", "-workspaces", "", "-listed-secrets", "masked")
	token := s.token()
	s.RequestAs(token, "GET", "/api/v1/api-key/list", "").Want(200, `"apiKey":"****`)
	s.RequestAs(token, "GET", "/api/v1/slice-workspace/list", "").Want(200, `"data":{"workspaces":null}}`)
	s.RequestAs(token, "GET", "/api/v1/api-key/list?workspace=none", "").Want(200, `"data":{"data":null}}`)
	s.RequestAs(token, "GET", "/api/v1/gpr-template/list", "").Want(200, `"data":{"items":null}}`)
}

// TestRun_gprs sends one request to a simulator. The simulator has a template "a", and a binding of the template to the
// workspace "red".
func TestRun_gprs(t *testing.T) {
	t.Parallel()
	const (
		templates, bindings = "/api/v1/gpr-template", "/api/v1/gpr-template-binding"
		template            = `{"name":"a","clusterName":"worker-1","numberOfGPUs":1,"numberOfGPUNodes":1,"memoryPerGpu":40,"gpuShape":"A100",` +
			`"instanceType":"a2","exitDuration":"1h","priority":100,"enforceIdleTimeOut":false,"enableEviction":true,"requeueOnFailure":true}`
		binding = `{"workspaceName":"red","enableAutoGPR":true,` +
			`"clusters":[{"clusterName":"worker-1","defaultTemplateName":"a","templates":["a"]}]}`
	)
	for flag, test := range map[string]struct {
		method, path, body string
		status             int
		want               string
	}{
		"-gpr-conflict-status=200":        {"POST", templates, template, 200, `"gprTemplateName":"a"`},
		"-gpr-conflict-status=500":        {"POST", bindings, binding, 500, `already exists`},
		"-gpr-unknown-status=500":         {"DELETE", templates, `{"gprTemplateName":"b"}`, 500, `not found`},
		"-gpr-template-in-use-status=409": {"DELETE", templates, `{"gprTemplateName":"a"}`, 409, `in use`},
		"-gpr-max-priority=50":            {"GET", templates + "/list", "", 200, `"priority":50`},
		"-gpr-normalize-durations":        {"GET", templates + "/list", "", 200, `"exitDuration":"1h0m0s"`},
		"-gpr-own-binding-names":          {"GET", bindings + "/list", "", 200, `"name":"binding-red"`},
		"-gpr-no-template-status":         {"GET", bindings + "/list", "", 200, `"templates":["a"]}]`},
		"-gpr-changes-merge":              {"GET", templates + "/list", "", 200, `"gpuSharingMode":"Shared"`},
	} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			s := start(t, flag)
			token := s.token()
			s.RequestAs(token, "POST", templates, strings.Replace(template, "{", `{"gpuSharingMode":"Shared",`, 1)).Want(200)
			s.RequestAs(token, "PUT", templates, template).Want(200)
			s.RequestAs(token, "POST", bindings, binding).Want(200)
			s.RequestAs(token, test.method, test.path, test.body).Want(test.status, test.want)
		})
	}
}

// TestServe_shutdown checks that requests in progress can continue for shutdownGrace.
func TestServe_shutdown(t *testing.T) {
	t.Parallel()
	for takes, succeeds := range map[time.Duration]bool{shutdownGrace / 2: true, time.Hour: false} {
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
				requested := make(chan error)
				client := http.Client{Transport: &http.Transport{DialContext: network.DialContext}}
				go func() {
					response, err := client.Get("http://" + listener.Addr().String())
					if err == nil {
						err = response.Body.Close()
					}
					requested <- err
				}()
				synctest.Wait()
				began := time.Now()
				stop()
				if err := <-requested; (err == nil) != succeeds {
					t.Errorf("the request returned %v", err)
				}
				if err := <-ended; err != nil || time.Since(began) > shutdownGrace {
					t.Errorf("serve returned %v after %s", err, time.Since(began))
				}
				if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
					t.Errorf("the listener is open: %v", err)
				}
			})
		})
	}
}

func TestRun_workspaces(t *testing.T) {
	t.Parallel()
	s := start(t, "-workspaces", "north", "-clusters", "east,west", "-workspace-delay", "1h",
		"-workspace-unready-status", "500", "-workspace-deletion", "refused-with-keys", "-keys", "3", "-workspace-deletion-delay", "1h")
	token := s.token()
	const path = "/api/v1/slice-workspace"
	const create = `{"workspaceName":"south","clusters":["west"],"namespaces":["a"],"username":"u","email":"u@example.com"}`
	s.RequestAs(token, "POST", path, create).Want(200)
	s.RequestAs(token, "POST", path+"/kube-config", `{"workspaceName":"south","clusterName":"west"}`).Want(500)
	list := s.RequestAs(token, "GET", path+"/list", "")
	if list.Want(200, `"clusters":["east","west"]`); strings.Contains(list.Body, "south") {
		t.Errorf("the list is %s", list.Body)
	}
	s.RequestAs(token, "DELETE", path, `{"workspaceName":"north"}`).Want(409) // The workspace has keys.
	s.RequestAs(token, "DELETE", path, `{"workspaceName":"south"}`).Want(200)
	s.RequestAs(token, "POST", path, create).Want(409) // The name is in use until the workspace is deleted.
}

// lists returns, for each service, the path and the Authorization header of the request that lists the keys.
func (s started) lists() map[string][2]string {
	return map[string][2]string{
		"EGS":     {"/api/v1/api-key/list", s.token()},
		"H2OGPTE": {"/h2ogpte/api/v1/admin/api_keys?offset=0&limit=100", "Bearer " + s.variables["H2OGPTE_API_KEY"]},
		"GAIA":    {"/gaia/es/api/v1/credentials/api_keys/", "Search " + s.variables["GAIA_API_KEY"]},
	}
}

func TestRun_services(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "egs,h2ogpte,gaia", "-keys", "7")
	if want := "EGS_API_KEY EGS_ENDPOINT GAIA_API_KEY GAIA_ENDPOINT H2OGPTE_API_KEY H2OGPTE_ENDPOINT"; s.names() != want {
		t.Errorf("the command printed %s", s.names())
	}
	if s.variables["H2OGPTE_ENDPOINT"] != s.URL+"/h2ogpte/api/v1" || s.variables["GAIA_ENDPOINT"] != s.URL+"/gaia" {
		t.Errorf("the endpoints are %s, %s and %s", s.URL, s.variables["H2OGPTE_ENDPOINT"], s.variables["GAIA_ENDPOINT"])
	}
	for service, list := range s.lists() {
		got := s.RequestAs(list[1], "GET", list[0], "")
		got.Want(200)
		// The list also contains the administrator's own key.
		if listed := strings.Count(got.Body, map[string]string{"EGS": `"id":`, "H2OGPTE": `"id":`, "GAIA": `"api_key":`}[service]); listed != 8 {
			t.Errorf("%s lists %d keys", service, listed)
		}
	}
	// The journal of a service is available below the base URL and below the root path of the service.
	for path, call := range map[string]string{
		"/_sim/journal":                "/api/v1/api-key/list",
		"/h2ogpte/_sim/journal":        "/api/v1/admin/api_keys",
		"/h2ogpte/api/v1/_sim/journal": "/api/v1/admin/api_keys",
		"/gaia/_sim/journal":           "/es/api/v1/credentials/api_keys/",
	} {
		journal := s.RequestAs("", "GET", path, "")
		if journal.Want(200, `"path":"`+call+`"`); strings.Count(journal.Body, `"method":"GET"`) != 1 {
			t.Errorf("%s returned %s", path, journal.Body)
		}
	}
}

func TestRun_otherServices(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "gaia")
	if s.names() != "GAIA_API_KEY GAIA_ENDPOINT" {
		t.Errorf("the command printed %s", s.names())
	}
	for _, path := range []string{"/_sim/journal", "/api/v1/api-key/list", "/h2ogpte/_sim/journal"} {
		s.RequestAs("", "GET", path, "").Want(404)
	}
}

func TestRun_requestsPerSecond(t *testing.T) {
	t.Parallel()
	s := start(t, "-services", "egs,h2ogpte,gaia", "-requests-per-second", "0.001", "-listen", "localhost:0", "-latency", "1ms")
	for service, list := range s.lists() {
		if service != "EGS" { // The first request to EGS was the log-in.
			s.RequestAs(list[1], "GET", list[0], "").Want(200)
		}
		s.RequestAs(list[1], "GET", list[0], "").Want(429)
	}
}

func TestRun_invalidFlags(t *testing.T) {
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
		{"-workspace-deletion-delay -1s", "-workspace-deletion-delay"},
		{"-workspace-unready-status 200", "-workspace-unready-status"},
		{"-workspace-deletion maybe", "-workspace-deletion"},
		{"-empty-list none", "-empty-list"},
		{"-gpr-conflict-status 201", "-gpr-conflict-status"},
		{"-gpr-unknown-status 200", "-gpr-unknown-status"},
		{"-gpr-template-in-use-status 200", "-gpr-template-in-use-status"},
		{"-gpr-max-priority -1", "-gpr-max-priority"},
		{"-listed-secrets all", "-listed-secrets"},
		{"-colour red", "-colour"},
		{"serve", "serve"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			var stdout strings.Builder
			err := run(t.Context(), strings.Fields(test.args), &stdout)
			if err == nil || !strings.Contains(err.Error(), test.want) || exitCode(err) != 2 || stdout.Len() > 0 {
				t.Errorf("got %v, exit code %d and output %q", err, exitCode(err), stdout.String())
			}
		})
	}
}

func TestRun_help(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	err := run(t.Context(), []string{"-help"}, &stdout)
	for _, want := range []string{"GET /_sim/", "-requests-per-second rate"} {
		if err != nil || !strings.Contains(stdout.String(), want) {
			t.Errorf("got %v and output %q", err, stdout.String())
		}
	}
}

func TestRun_addressInUse(t *testing.T) {
	t.Parallel()
	s := start(t)
	err := run(t.Context(), []string{"-listen", strings.TrimPrefix(s.URL, "http://")}, io.Discard)
	if err == nil || exitCode(err) != 1 {
		t.Errorf("got %v", err)
	}
}

// brokenPipe is an output that cannot be written to.
type brokenPipe struct{}

var errBrokenPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBrokenPipe }

func TestRun_brokenPipe(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), nil, brokenPipe{}); !errors.Is(err, errBrokenPipe) {
		t.Errorf("got %v", err)
	}
}
