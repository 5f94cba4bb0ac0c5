// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestError_text(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  egsapi.Error
		want string
	}{
		{
			egsapi.Error{Op: "create API key", Status: 409, Code: "AlreadyExists", Message: "it exists"},
			"create API key: HTTP 409 (AlreadyExists): it exists",
		},
		{egsapi.Error{Op: "list API keys", Status: 500, Message: "broken"}, "list API keys: HTTP 500: broken"},
		{egsapi.Error{Op: "list API keys", Status: 503}, "list API keys: HTTP 503: Service Unavailable"},
		{
			egsapi.Error{Op: "list API keys", Status: 503, Attempts: 5, Elapsed: 1234567 * time.Microsecond},
			"list API keys: HTTP 503: Service Unavailable (tried 5 times in 1.235s)",
		},
		{egsapi.Error{Op: "list API keys", Status: 503, Attempts: 1}, "list API keys: HTTP 503: Service Unavailable"},
		{egsapi.Error{Op: "list API keys", Err: errors.New("no route")}, "list API keys: no route"},
		{egsapi.Error{Op: "list API keys", Message: "no key", Err: egsapi.ErrNotFound}, "list API keys: no key"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestError_isAndAs(t *testing.T) {
	t.Parallel()
	unanswered := &transport.Error{Method: "GET", Path: "/", Err: context.DeadlineExceeded}
	for name, test := range map[string]struct {
		err                        *egsapi.Error
		notFound, foreign, timeout bool
		transport                  *transport.Error
	}{
		"not found":  {err: &egsapi.Error{Err: egsapi.ErrNotFound}, notFound: true},
		"foreign":    {err: &egsapi.Error{Status: 404, Err: egsapi.ErrNotEGS}, foreign: true},
		"unanswered": {err: &egsapi.Error{Err: unanswered}, timeout: true, transport: unanswered},
		// A 404 of a service that lists is not what proves that a key is gone.
		"404":    {err: &egsapi.Error{Status: 404}},
		"409":    {err: &egsapi.Error{Status: 409}},
		"no Err": {err: &egsapi.Error{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{test.err, fmt.Errorf("around it: %w", test.err)} {
				if got := errors.Is(err, egsapi.ErrNotFound); got != test.notFound {
					t.Errorf("ErrNotFound: %t", got)
				}
				if got := errors.Is(err, egsapi.ErrNotEGS); got != test.foreign {
					t.Errorf("ErrNotEGS: %t", got)
				}
				if got := errors.Is(err, context.DeadlineExceeded); got != test.timeout {
					t.Errorf("DeadlineExceeded: %t", got)
				}
				var e *egsapi.Error
				if !errors.As(err, &e) || e != test.err {
					t.Errorf("As *egsapi.Error: %v", e)
				}
				var cause *transport.Error
				if errors.As(err, &cause) != (test.transport != nil) || cause != test.transport {
					t.Errorf("As *transport.Error: %v", cause)
				}
			}
			if test.err.Foreign() != test.foreign || test.err.HTTPStatus() != test.err.Status {
				t.Errorf("Foreign %t, HTTPStatus %d", test.err.Foreign(), test.err.HTTPStatus())
			}
		})
	}
}

func TestClient_unreachableControllerIsNoAnswer(t *testing.T) {
	t.Parallel()
	// Nothing listens there.
	nowhere := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	client := connect(egsapi.Config{Endpoint: nowhere, AccessToken: "token"})
	err := client.DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "a", Secret: "b"})
	var unanswered *transport.Error
	if e := asError(t, err); !errors.As(err, &unanswered) || e.Op != "delete API key" || e.Status != 0 {
		t.Fatalf("got %v", err)
	}
	// Nothing was sent, so that trying again does no harm.
	if !unanswered.NotDone || unanswered.Attempts != 3 {
		t.Errorf("got %+v", unanswered)
	}
}
