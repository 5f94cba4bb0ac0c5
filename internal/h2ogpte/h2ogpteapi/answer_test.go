// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// operations are what a client can be asked for, and where that goes. The key is the
// one of a list that holds it alone.
var operations = func() (all []operation) {
	all = []operation{
		{"list h2oGPTe API keys", "GET", keysPath, list},
		{"list h2oGPTe users", "GET", usersPath, func(t *testing.T, c *h2ogpteapi.Client) error {
			t.Helper()
			_, err := c.Users(t.Context())
			return err
		}},
		{"create h2oGPTe API key", "POST", keysPath, func(t *testing.T, c *h2ogpteapi.Client) error {
			t.Helper()
			_, err := c.CreateAPIKey(t.Context(), h2ogpteapi.NewAPIKey{UserID: "7", UserName: "alice", Name: "a"})
			return err
		}},
		{"delete h2oGPTe API key", "DELETE", keyPath, func(t *testing.T, c *h2ogpteapi.Client) error {
			t.Helper()
			return c.DeleteAPIKey(t.Context(), "1", time.Time{})
		}},
	}
	for _, change := range changes {
		all = append(all, operation{change.name, change.method, change.path, func(t *testing.T, c *h2ogpteapi.Client) error {
			t.Helper()
			return change.do(t.Context(), c, "1")
		}})
	}
	return all
}()

type operation struct {
	name, method, path string
	do                 func(*testing.T, *h2ogpteapi.Client) error
}

// theKey is a list of the key that operations are about, which none of the changes was
// done to.
var theKey = listAnswer(`[{"id":"1","expires_at":"2026-11-22T12:00:00Z","inactivity_interval":3}]`)

func TestClient_answersThatAreNotOfTheService(t *testing.T) {
	t.Parallel()
	const status = simulation.FaultStatus
	for name, test := range map[string]struct {
		fault  simulation.Fault
		status int
		// text is what the message tells, and lacks what it does not.
		text string
	}{
		"HTML page":            {simulation.Fault{Kind: simulation.FaultHTML}, 502, "responded 502 Bad Gateway with an HTML page"},
		"HTML page of 200":     {simulation.Fault{Kind: simulation.FaultHTML, Status: 200}, 200, "responded 200 OK with an HTML page"},
		"HTML page of 401":     {simulation.Fault{Kind: simulation.FaultHTML, Status: 401}, 401, "responded 401 Unauthorized with an HTML page"},
		"HTML page of 403":     {simulation.Fault{Kind: simulation.FaultHTML, Status: 403}, 403, "responded 403 Forbidden with an HTML page"},
		"blank":                {simulation.Fault{Kind: status, Status: 502, Body: " \n"}, 502, "responded 502 Bad Gateway with no body"},
		"null":                 {simulation.Fault{Kind: status, Status: 403, Body: "null"}, 403, "responded 403 Forbidden with no body"},
		"half a refusal":       {simulation.Fault{Kind: status, Status: 400, Body: `{"code":400,"mess`}, 400, "with a body that is not JSON of the documented form"},
		"other JSON":           {simulation.Fault{Kind: status, Status: 403, Body: `{"message":"no Route matched"}`}, 403, "with a body that is not JSON of the documented form"},
		"error of a framework": {simulation.Fault{Kind: status, Status: 409, Body: `{"detail":"Conflict"}`}, 409, "with a body that is not JSON of the documented form"},
		"array":                {simulation.Fault{Kind: status, Status: 400, Body: `[]`}, 400, "with a body that is not JSON of the documented form"},
		"text":                 {simulation.Fault{Kind: status, Status: 200, Body: `pong`}, 200, "with a body that is not JSON of the documented form"},
		"code in words":        {simulation.Fault{Kind: status, Status: 403, Body: `{"code":"forbidden","message":"hush"}`}, 403, "with a body that is not JSON of the documented form"},
		"redirect": {
			simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://sso.example/login?secret=hush"},
			307,
			"the endpoint redirects to https://sso.example, and redirects are not followed",
		},
		"redirect to a path": {
			simulation.Fault{Kind: simulation.FaultRedirect, Status: 302, Location: "/login?secret=hush"},
			302,
			"the endpoint redirects, and redirects are not followed",
		},
		"unknown status": {simulation.Fault{Kind: status, Status: 599, Body: "x"}, 599, "responded 599"},
	} {
		for i, operation := range operations {
			t.Run(fmt.Sprint(name, " to ", operation.name, i), func(t *testing.T) {
				t.Parallel()
				s := start(t, h2ogptesim.Options{})
				fault := test.fault
				fault.Method, fault.Path = operation.method, operation.path
				// The key is listed, or a delete that failed would be taken for done.
				s.fail(always(fault), always(theKey))
				e := asError(t, operation.do(t, s.client()))
				if operation.path == keysPath && operation.method == http.MethodPost {
					if !errors.Is(e, h2ogpteapi.ErrUncertain) {
						t.Errorf("got %v, want ErrUncertain", e)
					}
					e = asError(t, e.Err)
				}
				if !errors.Is(e, h2ogpteapi.ErrForeign) || !e.Foreign() || errors.Is(e, h2ogpteapi.ErrNotFound) || errors.Is(e, h2ogpteapi.ErrUncertain) {
					t.Errorf("it is not told that this is not h2oGPTe: %#v", e)
				}
				if e.Op != operation.name || e.Status != test.status || e.HTTPStatus() != test.status {
					t.Errorf("got %q with %d, want %q with %d", e.Op, e.Status, operation.name, test.status)
				}
				if !strings.Contains(e.Error(), test.text) || strings.Contains(e.Error(), "hush") || !strings.Contains(e.Error(), s.url.String()) {
					t.Errorf("got %v, want %q", e, test.text)
				}
			})
		}
	}
}

func TestClient_refusalsOfTheService(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        int
		body          string
		want          int
		code, message string
	}{
		"documented":       {401, `{"code":401,"message":"Invalid API key"}`, 401, "", "Invalid API key"},
		"newer":            {403, `{"code":403,"message":"No","error_type":"ForbiddenError"}`, 403, "ForbiddenError", "No"},
		"code as text":     {403, `{"code":"403","message":"No"}`, 403, "", "No"},
		"no message":       {403, `{"code":403}`, 403, "", ""},
		"odd message":      {403, `{"code":403,"message":["No"],"error_type":7}`, 403, "", ""},
		"unknown members":  {403, `{"code":403,"message":"No","detail":{"a":[1]}}`, 403, "", "No"},
		"a code of theirs": {400, `{"code":1001,"message":"No"}`, 400, "", "No"},
		"contradiction":    {403, `{"code":500,"message":"No"}`, 500, "", "No"},
		"several lines":    {403, "{\"code\":403,\"message\":\"No\\n\\u001b[2Jway\"}", 403, "", "No  [2Jway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			s.fail(always(simulation.Fault{Path: keysPath, Kind: simulation.FaultStatus, Status: test.status, Body: test.body}))
			e := asError(t, list(t, s.client()))
			if e.Status != test.want || e.Code != test.code || e.Message != test.message || e.Foreign() || e.Endpoint != "" {
				t.Errorf("got %#v", e)
			}
		})
	}
}

// Where the base URL is wrong, something may answer 404 in the service's form: that is
// no empty list, and no proof that a key is gone.
func TestClient_wrongBaseURLIsNoEmptyList(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	client := connect(h2ogpteapi.Config{Endpoint: s.url.JoinPath("wrong"), APIKey: s.AdminKey()})
	_, err := client.APIKey(t.Context(), "1", time.Time{})
	if e := asError(t, err); e.Status != http.StatusNotFound || errors.Is(err, h2ogpteapi.ErrNotFound) || !strings.Contains(e.Message, "/wrong/admin/api_keys") {
		t.Errorf("got %v", err)
	}
	if e := asError(t, client.DeleteAPIKey(t.Context(), "1", time.Time{})); e.Status != http.StatusNotFound {
		t.Errorf("got %v", e)
	}
	_, errOfUser := client.UserByName(t.Context(), "alice")
	if errors.Is(errOfUser, h2ogpteapi.ErrNotFound) || asError(t, errOfUser).Status != http.StatusNotFound {
		t.Errorf("got %v", errOfUser)
	}
	// What makes the advice about the endpoint show.
	for _, err := range []error{err, errOfUser} {
		if e := asError(t, err); !e.Foreign() || e.Endpoint == "" || !strings.Contains(e.Message, "h2ogpte.endpoint must end in /api/v1") {
			t.Errorf("got %v", err)
		}
	}
}

func TestClient_endpointsAreTakenAsTheyAre(t *testing.T) {
	t.Parallel()
	s := h2ogptesim.New(h2ogptesim.Options{})
	base := serve(t, http.StripPrefix("/h2ogpte", s))
	for _, path := range []string{"/h2ogpte/api/v1", "/h2ogpte/api/v1/"} {
		endpoint := *base
		endpoint.Path = path
		client := connect(h2ogpteapi.Config{Endpoint: &endpoint, APIKey: s.AdminKey()})
		list, err := client.APIKeys(t.Context(), "", 0)
		if err != nil || len(list.Keys) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestClient_listThatIsNoArray(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `{}`, `{"api_keys":[]}`, `"none"`, `7`, `[{"id":"1"}`, ``, `[] []`} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			fault := listAnswer(body)
			if body == "" {
				fault.Kind = simulation.FaultEmpty
			}
			s.fail(fault)
			_, err := s.client().APIKey(t.Context(), "1", time.Time{})
			if !errors.Is(err, h2ogpteapi.ErrForeign) || errors.Is(err, h2ogpteapi.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_unreachableServiceIsNoAnswer(t *testing.T) {
	t.Parallel()
	nowhere := nowhere(t)
	for i, operation := range operations {
		err := operation.do(t, connect(h2ogpteapi.Config{Endpoint: nowhere, APIKey: "sk-0123456789"}))
		var unanswered *transport.Error
		if e := asError(t, err); !errors.As(err, &unanswered) || e.Status != 0 || e.Endpoint != nowhere.String() {
			t.Fatalf("%d: got %v", i, err)
		}
		// Nothing was sent, so that trying again does no harm.
		if !unanswered.NotDone || unanswered.Attempts != 3 {
			t.Errorf("got %+v", unanswered)
		}
	}
}

func TestClient_errorTellsHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	s.fail(simulation.Fault{Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusServiceUnavailable, Times: 3})
	err := list(t, s.client())
	if e := asError(t, err); e.Attempts != 3 || !strings.Contains(err.Error(), "(tried 3 times in ") {
		t.Errorf("got %v", err)
	}
}
