// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestError_text(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  apiclient.Error
		want string
	}{
		{
			apiclient.Error{Op: "create API key", Status: 409, Code: "AlreadyExists", Message: "it exists"},
			"create API key: HTTP 409 (AlreadyExists): it exists",
		},
		{apiclient.Error{Op: "list API keys", Status: 500, Message: "broken"}, "list API keys: HTTP 500: broken"},
		{apiclient.Error{Op: "list API keys", Status: 503}, "list API keys: HTTP 503: Service Unavailable"},
		{
			apiclient.Error{Op: "list API keys", Status: 503, Attempts: 5, Elapsed: 1234567 * time.Microsecond},
			"list API keys: HTTP 503: Service Unavailable (5 attempts in 1.235s)",
		},
		{apiclient.Error{Op: "list API keys", Status: 503, Attempts: 1}, "list API keys: HTTP 503: Service Unavailable"},
		{apiclient.Error{Op: "list API keys", Err: errors.New("no route")}, "list API keys: no route"},
		{apiclient.Error{Op: "list API keys", Message: "no key", Err: apiclient.ErrNotFound}, "list API keys: no key"},
		{
			apiclient.Error{Op: "log in", Endpoint: "https://egs.example.com/", Status: 200, Err: apiclient.ErrUnexpectedResponse},
			"log in at https://egs.example.com/: HTTP 200: the response does not come from the service",
		},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestError_isAndAs(t *testing.T) {
	t.Parallel()
	lost := &transport.Error{Method: "GET", Path: "/", Err: context.DeadlineExceeded}
	for name, test := range map[string]struct {
		err *apiclient.Error
		is  error
	}{
		"not found":   {&apiclient.Error{Err: apiclient.ErrNotFound}, apiclient.ErrNotFound},
		"foreign":     {&apiclient.Error{Status: 404, Err: apiclient.ErrUnexpectedResponse}, apiclient.ErrUnexpectedResponse},
		"no response": {&apiclient.Error{Err: lost}, context.DeadlineExceeded},
		// A 404 is not ErrNotFound, since a 404 does not prove that an object no longer exists.
		"404":    {&apiclient.Error{Status: 404}, nil},
		"409":    {&apiclient.Error{Status: 409}, nil},
		"no Err": {&apiclient.Error{}, nil},
	} {
		for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
			for _, sentinel := range []error{apiclient.ErrNotFound, apiclient.ErrUnexpectedResponse, context.DeadlineExceeded} {
				if is := errors.Is(err, sentinel); is != errors.Is(test.is, sentinel) {
					t.Errorf("%s: errors.Is %v: %t", name, sentinel, is)
				}
			}
			if e, _ := errors.AsType[*apiclient.Error](err); e != test.err {
				t.Errorf("%s: errors.AsType *apiclient.Error: %v", name, e)
			}
			if cause, ok := errors.AsType[*transport.Error](err); ok != (name == "no response") || ok && cause != lost {
				t.Errorf("%s: errors.AsType *transport.Error: %v", name, cause)
			}
		}
		if test.err.IsUnexpected() != (name == "foreign") || test.err.HTTPStatus() != test.err.Status {
			t.Errorf("%s: IsUnexpected %t, HTTPStatus %d", name, test.err.IsUnexpected(), test.err.HTTPStatus())
		}
	}
}

func TestError_setting(t *testing.T) {
	t.Parallel()
	for section, want := range map[string]string{"": "endpoint", "h2ogpte": "h2ogpte.endpoint"} {
		if got := (&apiclient.Error{Section: section}).Setting("endpoint"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestError_credentialsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  apiclient.Error
		want bool
	}{
		"401":             {apiclient.Error{Status: 401}, true},
		"401 of a proxy":  {apiclient.Error{Status: 401, Err: apiclient.ErrUnexpectedResponse}, false},
		"403":             {apiclient.Error{Status: 403}, false},
		"log-in, 400":     {apiclient.Error{LogIn: true, Status: 400}, true},
		"log-in, 403":     {apiclient.Error{LogIn: true, Status: 403}, true},
		"log-in, 500":     {apiclient.Error{LogIn: true, Status: 500}, false},
		"log-in, a proxy": {apiclient.Error{LogIn: true, Status: 403, Err: apiclient.ErrUnexpectedResponse}, false},
	} {
		if got := test.err.CredentialsRefused(); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestIsStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"first status":         {&apiclient.Error{Status: 404}, true},
		"second status":        {&apiclient.Error{Status: 405}, true},
		"other status":         {&apiclient.Error{Status: 403}, false},
		"proxy":                {&apiclient.Error{Status: 404, Err: apiclient.ErrUnexpectedResponse}, false},
		"conflicting response": {&apiclient.Error{Status: 404, Err: apiclient.ErrConflictingResponse}, false},
		"other error":          {context.Canceled, false},
		"no error":             {nil, false},
	} {
		if got := apiclient.IsStatus(test.err, 404, 405); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestMaybeDoneAndMayPass(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err                error
		maybeDone, mayPass bool
	}{
		"never sent":           {err: &apiclient.Error{Write: true, Err: &transport.Error{NotDone: true, Err: errors.New("x")}}},
		"connection lost":      {&apiclient.Error{Write: true, Err: &transport.Error{Err: errors.New("x")}}, true, true},
		"lost in a read":       {err: &apiclient.Error{Err: &transport.Error{Err: errors.New("x")}}},
		"refused":              {err: &apiclient.Error{Write: true, Status: 422}},
		"not permitted":        {err: &apiclient.Error{Write: true, Status: 403}},
		"conflict":             {err: &apiclient.Error{Write: true, Status: 409}},
		"request timeout":      {&apiclient.Error{Write: true, Status: 408}, true, false},
		"failed":               {&apiclient.Error{Write: true, Status: 500}, true, true},
		"refused with 500":     {&apiclient.Error{Write: true, Status: 500, Refusal: true}, true, false},
		"down":                 {&apiclient.Error{Write: true, Status: 503}, true, true},
		"proxy's 404":          {&apiclient.Error{Write: true, Status: 404, Err: apiclient.ErrUnexpectedResponse}, true, false},
		"proxy's 502":          {&apiclient.Error{Write: true, Status: 502, Err: apiclient.ErrUnexpectedResponse}, true, true},
		"invalid response":     {&apiclient.Error{Write: true, Status: 200, Err: apiclient.ErrUnexpectedResponse}, true, false},
		"conflicting response": {&apiclient.Error{Write: true, Status: 400, Err: apiclient.ErrConflictingResponse}, true, false},
		"log-in failed":        {err: &apiclient.Error{LogIn: true, Status: 500}},
		"canceled":             {err: context.Canceled},
		"other error":          {err: errors.New("x")},
	} {
		for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err)} {
			if got := apiclient.MaybeDone(err); got != test.maybeDone {
				t.Errorf("%s: MaybeDone: %t", name, got)
			}
			if got := apiclient.MayPass(err); got != test.mayPass {
				t.Errorf("%s: MayPass: %t", name, got)
			}
		}
	}
}
