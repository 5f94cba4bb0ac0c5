// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// operations are what a client can be asked for, and where that goes.
var operations = []struct {
	name, method, path string
	do                 func(*testing.T, *egsapi.Client) error
}{
	{"log in to EGS", "POST", authPath, list},
	{"list API keys", "GET", listPath, list},
	{"create API key", "POST", keyPath, func(t *testing.T, c *egsapi.Client) error {
		t.Helper()
		_, err := c.CreateAPIKey(t.Context(), newKey("a"))
		return err
	}},
	{"delete API key", "DELETE", keyPath, func(t *testing.T, c *egsapi.Client) error {
		t.Helper()
		ref := egsapi.KeyRef{ID: "1", Secret: "45338461-ec42-49d2-aef3-ff39099950c5", WorkspaceName: "red"}
		return c.DeleteAPIKey(t.Context(), ref)
	}},
}

func list(t *testing.T, c *egsapi.Client) error {
	t.Helper()
	_, err := c.APIKeys(t.Context(), "")
	return err
}

func TestClient_answersThatAreNotOfEGS(t *testing.T) {
	t.Parallel()
	const status = egssim.FaultStatus
	for name, test := range map[string]struct {
		fault  egssim.Fault
		status int
		// text is what the message tells, and lacks what it does not.
		text string
	}{
		"HTML page":            {egssim.Fault{Kind: egssim.FaultHTML}, 502, "responded 502 Bad Gateway with an HTML page"},
		"HTML page of 200":     {egssim.Fault{Kind: egssim.FaultHTML, Status: 200}, 200, "responded 200 OK with an HTML page"},
		"HTML page of 401":     {egssim.Fault{Kind: egssim.FaultHTML, Status: 401}, 401, "responded 401 Unauthorized with an HTML page"},
		"HTML page of 404":     {egssim.Fault{Kind: egssim.FaultHTML, Status: 404}, 404, "responded 404 Not Found with an HTML page"},
		"blank":                {egssim.Fault{Kind: status, Status: 502, Body: " \n"}, 502, "responded 502 Bad Gateway with no body"},
		"null":                 {egssim.Fault{Kind: status, Status: 404, Body: "null"}, 404, "responded 404 Not Found with no body"},
		"half an envelope":     {egssim.Fault{Kind: status, Status: 200, Body: `{"statusCode":200,"status":"OK","da`}, 200, "with a body that is not a JSON envelope"},
		"other JSON":           {egssim.Fault{Kind: status, Status: 404, Body: `{"message":"no Route matched"}`}, 404, "with a body that is not a JSON envelope"},
		"error of a framework": {egssim.Fault{Kind: status, Status: 404, Body: `{"statusCode":404,"message":"Cannot GET","error":"Not Found"}`}, 404, "with a body that is not a JSON envelope"},
		"array":                {egssim.Fault{Kind: status, Status: 200, Body: `[]`}, 200, "with a body that is not a JSON envelope"},
		"text":                 {egssim.Fault{Kind: status, Status: 200, Body: `pong`}, 200, "with a body that is not a JSON envelope"},
		"redirect": {
			egssim.Fault{Kind: egssim.FaultRedirect, Location: "https://sso.example/login?secret=hush"},
			307,
			"the endpoint redirects to https://sso.example, and redirects are not followed",
		},
		"redirect to a path": {
			egssim.Fault{Kind: egssim.FaultRedirect, Status: 302, Location: "/login?secret=hush"},
			302,
			"the endpoint redirects, and redirects are not followed",
		},
		"unknown status": {egssim.Fault{Kind: status, Status: 599, Body: "x"}, 599, "responded 599"},
	} {
		for _, operation := range operations {
			t.Run(name+" to "+operation.name, func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{})
				fault := test.fault
				fault.Method, fault.Path, fault.Times = operation.method, operation.path, 100
				// The key is listed, or a delete that failed would be taken for done.
				c.fail(fault, always(listAnswer(`{"data":[{"id":"1"}]}`)))
				e := asError(t, operation.do(t, c.owner()))
				if !errors.Is(e, egsapi.ErrNotEGS) || !e.Foreign() || errors.Is(e, egsapi.ErrNotFound) {
					t.Errorf("it is not told that this is not EGS: %#v", e)
				}
				status := test.status
				if errors.Is(e, egsapi.ErrUncertain) {
					status = 0 // The response to the create is quoted.
				}
				if e.Op != operation.name || e.Status != status || e.HTTPStatus() != status {
					t.Errorf("got %q with %d, want %q with %d", e.Op, e.Status, operation.name, status)
				}
				if !strings.Contains(e.Error(), test.text) || strings.Contains(e.Error(), "hush") {
					t.Errorf("got %v, want %q", e, test.text)
				}
			})
		}
	}
}

func TestClient_cutAnswerIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, operation := range operations {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.fail(
				egssim.Fault{Method: operation.method, Path: operation.path, Kind: egssim.FaultTruncate, Times: 100},
				always(listAnswer(`{"data":[{"id":"1"}]}`)),
			)
			err := operation.do(t, c.owner())
			e := asError(t, err)
			var unanswered *transport.Error
			if !errors.As(err, &unanswered) || !errors.Is(err, io.ErrUnexpectedEOF) || e.Foreign() {
				t.Errorf("got %#v", e)
			}
			if e.Op != operation.name || e.Status != 0 {
				t.Errorf("got %q with status %d", e.Op, e.Status)
			}
		})
	}
}

func TestClient_readsAndLogInsSurviveTrouble(t *testing.T) {
	t.Parallel()
	for _, path := range []string{authPath, listPath} {
		for name, fault := range map[string]egssim.Fault{
			"500":      {Kind: egssim.FaultStatus, Status: 500},
			"429":      {Kind: egssim.FaultStatus, Status: 429},
			"HTML":     {Kind: egssim.FaultHTML},
			"dropped":  {Kind: egssim.FaultDropBefore},
			"lost":     {Kind: egssim.FaultDropAfterCommit},
			"truncate": {Kind: egssim.FaultTruncate},
		} {
			t.Run(fmt.Sprint(path, " ", name), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{})
				fault.Path = path
				c.fail(fault)
				if err := list(t, c.owner()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestClient_noKeysIsAnEmptyList(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]egssim.Options{"404": {}, "200": {EmptyListAs200: true}} {
		for _, given := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, token given: %t", name, given), func(t *testing.T) {
				t.Parallel()
				c := start(t, options)
				client := c.owner()
				if given {
					client = c.connect(egsapi.Config{AccessToken: c.token(c.OwnerKey())})
				}
				// With its token at hand the client no longer needs its key.
				if err := client.DeleteAPIKey(t.Context(), c.key("a", "Viewer", "red")); err != nil {
					t.Fatal(err)
				}
				for _, key := range c.Keys() {
					c.DeleteKey(key.ID)
				}
				got, err := client.APIKeys(t.Context(), "")
				if err != nil || len(got.Keys) != 0 || got.Unreadable != 0 {
					t.Errorf("got %v, %v", got, err)
				}
				_, err = client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
				e := asError(t, err)
				if !errors.Is(err, egsapi.ErrNotFound) || e.Foreign() || e.Error() != "list API keys: no key has the id 1" {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// Where the base URL is wrong, an API of the same make may answer 404 in an
// envelope: that is no empty list, and no proof that a key is gone.
func TestClient_wrongBaseURLIsNoEmptyList(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]func(*controller) egsapi.Config{
		"API key":      func(c *controller) egsapi.Config { return egsapi.Config{APIKey: c.OwnerKey()} },
		"access token": func(c *controller) egsapi.Config { return egsapi.Config{AccessToken: c.token(c.OwnerKey())} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			wrong := config(c)
			wrong.Endpoint = c.url.JoinPath("wrong")
			client := connect(wrong)
			for _, ref := range []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "red"}} {
				_, err := client.APIKey(t.Context(), ref)
				e := asError(t, err)
				if e.Status != http.StatusNotFound || errors.Is(err, egsapi.ErrNotFound) || !strings.Contains(e.Message, "/wrong/api/v1/") {
					t.Errorf("got %v", err)
				}
			}
			if e := asError(t, client.DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "1", Secret: "2"})); e.Status != http.StatusNotFound {
				t.Errorf("got %v", e)
			}
		})
	}
}

// A 404 of the service proves that there are no keys only where it says so.
func TestClient_otherNotFoundIsNoEmptyList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		empty bool
	}{
		"documented": {`{"statusCode":404,"status":"NOT_FOUND","message":"No API Keys found","error":{}}`, true},
		"nested": {`{"statusCode":404,"status":"NOT_FOUND","message":"UNKNOWN","error":{"data":` +
			`"{\"error\":{\"Message\":\"No API keys found.\"}}"}}`, true},
		"lost its cluster": {`{"statusCode":404,"status":"NOT_FOUND","message":"UNKNOWN","error":{"data":` +
			`"{\"error\":{\"Message\":\"namespace kubeslice-avesha not found\"}}"}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.fail(always(egssim.Fault{Path: listPath, Kind: egssim.FaultStatus, Status: 404, Body: test.body}))
			client := c.owner()
			_, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
			if got := errors.Is(err, egsapi.ErrNotFound); got != test.empty {
				t.Errorf("the key is taken for gone: %t: %v", got, err)
			}
		})
	}
}

func TestClient_listWithoutArrayIsNoList(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `[]`, `{}`, `{"data":{}}`, `{"data":"none"}`, `{"keys":[]}`} {
		t.Run(data, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.fail(listAnswer(data))
			_, err := c.owner().APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
			if !errors.Is(err, egsapi.ErrNotEGS) || errors.Is(err, egsapi.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestClient_envelopeThatDisagreesWithItsStatusIsAFailure(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{
		Path: listPath, Kind: egssim.FaultStatus, Status: http.StatusOK,
		Body: `{"statusCode":500,"status":"INTERNAL","message":"etcd is down"}`,
	})
	_, err := c.owner().APIKeys(t.Context(), "")
	if e := asError(t, err); e.Status != 500 || e.Message != "etcd is down" || e.Foreign() {
		t.Errorf("got %#v", e)
	}
}

func TestClient_errorTellsHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Path: listPath, Kind: egssim.FaultStatus, Status: http.StatusServiceUnavailable, Times: 3})
	err := list(t, c.owner())
	e := asError(t, err)
	if e.Attempts != 3 || !strings.Contains(err.Error(), "(tried 3 times in ") {
		t.Errorf("got %v", err)
	}
}
