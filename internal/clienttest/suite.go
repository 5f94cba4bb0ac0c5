// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Suite runs the tests of the client of one kind of object.
type Suite struct {
	// Section is the expected value of Error.Section. Form is the expected form of responses; errors mention the form (see
	// Conn.Describe).
	Section, Form string
	// Start serves a simulator, and returns a client of it.
	Start func(t *testing.T, around ...Wrap) *Subject
}

// Subject is a client that has not sent a request, and a simulated service with one object.
type Subject struct {
	*Server
	// Operations are the calls of the client. They succeed, unless the test sets faults.
	Operations []Operation
	// List lists the objects.
	List Operation
	// ID is the id of the object. Remove deletes the object outside the client.
	ID     string
	Remove func()
	// Find finds the object with this id.
	Find func(ctx context.Context, id string) error
	// Delete deletes the object with this id. It is nil if the client cannot delete objects. Then the tests do not use
	// ListFault, UnreadableEntryFault and Listed.
	Delete func(ctx context.Context, id string) error
	// Learn makes the client receive a secret, for example from a list or a create. It is nil if the client never receives a
	// secret. Refusal returns the body of an error response with this text.
	Learn   func(ctx context.Context) (secret string, err error)
	Refusal func(text string) string
	// Entries returns the body of a list with these entries. Details returns the body of an error response with these reasons.
	Entries, Details func(entries string) string
	// ListFault returns a fault that responds with a list of objects with these ids.
	ListFault func(ids ...string) simulation.Fault
	// UnreadableEntryFault responds with a list that contains the object "a" and an unreadable entry. Only the id of this entry
	// can be read: it is "unreadable".
	UnreadableEntryFault simulation.Fault
	// Listed returns the result of the client's list call.
	Listed func(ctx context.Context) (ids []string, unreadable int, err error)
}

// Operation is a call of the client. Method and Path belong to the last request of the call. Path has the form of
// simulation.Entry.Path.
type Operation struct {
	// Name is the expected value of Error.Op.
	Name, Method, Path string
	Kind               Kind
	Do                 func(ctx context.Context) error
}

// Kind is a kind of request.
type Kind int

// Kinds of requests. Changes are all writes except creates.
const (
	Reads Kind = iota
	Creates
	Changes
)

var all, reads = []Kind{Reads, Creates, Changes}, []Kind{Reads}

func (o Operation) of(fault simulation.Fault) simulation.Fault {
	return Always(Of(o.Method, o.Path, fault))
}

func (s *Subject) lists() int { return s.Count(s.List.Method, s.List.Path) }

// Run runs the tests. The parameter foreign has additional responses that do not come from the service. The parameter lists has
// additional responses to list requests. None of these proves that an object no longer exists.
func (s *Suite) Run(t *testing.T, foreign, lists map[string]simulation.Fault) {
	t.Helper()
	tests := map[string]func(*testing.T){
		"foreign": func(t *testing.T) { t.Helper(); s.foreign(t, foreign) },
		"absence": func(t *testing.T) { t.Helper(); s.absence(t, lists) },
		"hostile": s.hostile, "learned": s.learned, "refused": s.refusals, "no response": s.noResponse, "retried": s.retries, "interrupted": s.interrupted, "stale": s.stale,
	}
	if s.Start(t).Delete != nil {
		maps.Copy(tests, map[string]func(*testing.T){"deleted outside": s.deletedOutside, "deleted": s.deleted, "unreadable": s.unreadable, "duplicate": s.duplicate})
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// each runs a test for each operation of these kinds.
func (s *Suite) each(t *testing.T, name string, kinds []Kind, run func(s *Subject, o Operation)) {
	t.Helper()
	for i, operation := range s.Start(t).Operations {
		if !slices.Contains(kinds, operation.Kind) {
			continue
		}
		t.Run(fmt.Sprint(operation.Name, " ", i, " ", name), func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t)
			run(subject, subject.Operations[i])
		})
	}
}

// failed runs an operation that must fail, and returns the error of its request. The parameter uncertain means that the outcome
// of the request is unknown. Then the error of a create is ErrUncertain, and wraps the error of the request.
func (s *Suite) failed(subject *Subject, o Operation, uncertain bool) *apiclient.Error {
	t := subject.T
	t.Helper()
	e := AsError(t, o.Do(t.Context()), s.Section)
	if o.Kind == Creates {
		subject.Wants(1, o.Method, o.Path)
		if errors.Is(e, apiclient.ErrUncertain) != uncertain {
			t.Errorf("uncertain: %t, %v", !uncertain, e)
		}
		if uncertain {
			e = AsError(t, e.Err, s.Section)
		}
	}
	if e.Op != o.Name || errors.Is(e, apiclient.ErrUncertain) || errors.Is(e, apiclient.ErrNotFound) {
		t.Errorf("got %v", e)
	}
	return e
}

// foreign checks that a response that does not come from the service causes an error, and that the error does not quote the
// response.
func (s *Suite) foreign(t *testing.T, more map[string]simulation.Fault) {
	t.Helper()
	type response struct {
		fault  simulation.Fault
		status int
		// text must be part of the error.
		text string
	}
	host := simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://sso.example/login?secret=hush"}
	path := simulation.Fault{Kind: simulation.FaultRedirect, Status: 302, Location: "/login?secret=hush"}
	responses := map[string]response{
		"other host":     {host, 307, "the endpoint redirects to https://sso.example, and redirects are not followed"},
		"other path":     {path, 302, "the endpoint redirects, and redirects are not followed"},
		"partial":        {Status(206, ""), 206, "responded 206 Partial Content, which contains only part of the response"},
		"unknown status": {Status(599, "hush"), 599, "responded 599"},
		"blank":          {Status(502, " \n"), 502, "responded 502 Bad Gateway with no body"},
	}
	for _, status := range []int{200, 401, 403, 502} {
		page := simulation.Fault{Kind: simulation.FaultHTML, Status: status}
		responses[fmt.Sprint("HTML page of ", status)] = response{page, status, fmt.Sprintf("responded %d %s with an HTML page", status, http.StatusText(status))}
	}
	for name, r := range more {
		what := "a body that is not " + s.Form
		if apiclient.IsEmpty([]byte(r.Body)) {
			what = "no body"
		}
		responses[name] = response{r, r.Status, fmt.Sprintf("responded %d %s with %s", r.Status, http.StatusText(r.Status), what)}
	}
	for name, r := range responses {
		s.each(t, name, all, func(subject *Subject, o Operation) {
			t := subject.T
			subject.Fail(o.of(r.fault))
			e := s.failed(subject, o, true)
			if !e.IsUnexpected() || e.Status != r.status || e.HTTPStatus() != r.status {
				t.Errorf("got %#v, want status %d", e, r.status)
			}
			if text := e.Error(); !strings.Contains(text, r.text) || strings.Contains(text, "hush") || !strings.Contains(text, subject.URL.Host) {
				t.Errorf("got %v, want %q", e, r.text)
			}
		})
	}
}

// refusals checks that error responses of the service cause errors with the status of the response.
func (s *Suite) refusals(t *testing.T) {
	t.Helper()
	for _, status := range []int{403, 409, 500, 503} {
		s.each(t, fmt.Sprint(status), all, func(subject *Subject, o Operation) {
			t := subject.T
			subject.Fail(o.of(Status(status, "")))
			e := s.failed(subject, o, status >= 500)
			if e.Status != status || e.IsUnexpected() || (e.Endpoint != "") != e.CredentialsRefused() {
				t.Errorf("got %#v, want status %d", e, status)
			}
			if retried := e.Attempts == 3 && strings.Contains(e.Error(), "(3 attempts in "); o.Kind == Reads && retried != (status >= 500) {
				t.Errorf("%d attempts: %v", e.Attempts, e)
			}
		})
	}
}

// noResponse checks the errors of requests without a complete response.
func (s *Suite) noResponse(t *testing.T) {
	t.Helper()
	s.each(t, "lost", all, func(subject *Subject, o Operation) {
		t := subject.T
		subject.Fail(o.of(simulation.Fault{Kind: simulation.FaultDropBefore}))
		e := s.failed(subject, o, true)
		if cause, ok := errors.AsType[*transport.Error](e); !ok || cause.NotDone || e.Status != 0 || e.IsUnexpected() {
			t.Errorf("got %#v", e)
		}
	})
	// Only reads are tested here. The service would carry out a write, and the error of the write would depend on later lists.
	// Package chaos tests such writes.
	s.each(t, "cut", reads, func(subject *Subject, o Operation) {
		t := subject.T
		subject.Fail(o.of(simulation.Fault{Kind: simulation.FaultTruncate}))
		e := s.failed(subject, o, false)
		if _, ok := errors.AsType[*transport.Error](e); !ok || !errors.Is(e, io.ErrUnexpectedEOF) || e.Status != 0 || e.IsUnexpected() {
			t.Errorf("got %#v", e)
		}
	})
	// No request is sent, so the client also retries writes.
	s.each(t, "unreachable", all, func(subject *Subject, o Operation) {
		t := subject.T
		subject.stop()
		e := AsError(t, o.Do(t.Context()), s.Section)
		if cause, ok := errors.AsType[*transport.Error](e); !ok || !cause.NotDone || cause.Attempts != 3 || !strings.Contains(e.Endpoint, subject.URL.Host) {
			t.Errorf("got %#v", e)
		}
	})
}

func (s *Suite) retries(t *testing.T) {
	t.Helper()
	for name, fault := range map[string]simulation.Fault{
		"500": Status(500, ""), "429": Status(429, ""), "HTML": {Kind: simulation.FaultHTML}, "dropped": {Kind: simulation.FaultDropBefore},
		"lost": {Kind: simulation.FaultDropAfterCommit}, "truncated": {Kind: simulation.FaultTruncate},
	} {
		s.each(t, name, reads, func(subject *Subject, o Operation) {
			t := subject.T
			subject.Fail(Of(o.Method, o.Path, fault))
			if err := o.Do(t.Context()); err != nil {
				t.Error(err)
			}
			if n := subject.Count(o.Method, o.Path); n < 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// interrupted checks that a write completes if its context ends after the request was sent. After the context has ended, the
// client must not send another request.
func (s *Suite) interrupted(t *testing.T) {
	t.Helper()
	for i, o := range s.Start(t).Operations {
		if o.Kind == Reads {
			continue
		}
		t.Run(fmt.Sprint(o.Name, " ", i), func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			subject := s.Start(t, Before(On(o.Method, o.Path), interrupt))
			if err := subject.Operations[i].Do(ctx); err != nil {
				t.Error(err)
			}
			requests := len(subject.simulator.Journal())
			for _, operation := range subject.Operations {
				if err := operation.Do(ctx); !errors.Is(err, context.Canceled) {
					t.Errorf("%s after the interrupt: got %v", operation.Name, err)
				}
			}
			subject.Wants(1, o.Method, o.Path)
			if got := len(subject.simulator.Journal()); got != requests {
				t.Errorf("%d requests after the interrupt", got-requests)
			}
		})
	}
}

// stale checks that reads use the list of an earlier read, and that the first read after a write requests a new list.
func (s *Suite) stale(t *testing.T) {
	t.Helper()
	s.each(t, "", all, func(subject *Subject, o Operation) {
		t := subject.T
		read := func() int {
			t.Helper()
			before := subject.lists()
			if err := subject.List.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
			return subject.lists() - before
		}
		first := read()
		if err := subject.Find(t.Context(), subject.ID); err != nil || subject.lists() != first {
			t.Errorf("a read after a list: %v", err)
		}
		if err := o.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := read(); first == 0 || (again > 0) != (o.Kind != Reads) || read() != 0 {
			t.Errorf("listed in %d requests, and after the operation in %d", first, again)
		}
	})
}
