// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// What calls are for.
const (
	opLogIn  = "log in to EGS"
	opList   = "list API keys"
	opCreate = "create API key"
	opDelete = "delete API key"

	opListWorkspaces  = "list workspaces"
	opCreateWorkspace = "create workspace"
	opDeleteWorkspace = "delete workspace"
	opKubeConfig      = "get kubeconfig"
)

// Sentinels for errors.Is.
var (
	// ErrNotFound: a complete list does not hold the key or workspace.
	ErrNotFound = errors.New("not found")
	// ErrExists: a workspace of the name is there, and this create did not make it.
	ErrExists = errors.New("exists already")
	// ErrUncertain: whether a key or workspace was made is not known, and nothing can
	// tell.
	ErrUncertain = errors.New("not known whether it was made")
	// ErrUnseen: the credentials do not see such a key or workspace, so that a list without it
	// proves nothing.
	ErrUnseen = errors.New("not seen by these credentials")
	// ErrNotEGS: what answered is not EGS (a proxy's page, an empty or foreign
	// body).
	ErrNotEGS = errors.New("the answer does not come from EGS")
	// errContradicts: the status of the answer and that in its envelope differ.
	errContradicts = errors.New("the answer contradicts itself")
)

// Error is a call that failed. Its text can be shown: it holds no secret.
type Error struct {
	// Op is what the call was for, for example "list API keys".
	Op string
	// Endpoint is the base URL that was asked; set where it may be the wrong one.
	Endpoint string
	// Status is the HTTP status, 0 where there was no answer.
	Status int
	// Code is the service's code word, for example "UNAUTHENTICATED".
	Code string
	// Message is the useful text of the answer, dug out of its nesting.
	Message string
	// Attempts and Elapsed tell how often and how long it was tried.
	Attempts int
	Elapsed  time.Duration
	// SentAt is when a request was sent whose outcome is not known, by the
	// controller's clock.
	SentAt time.Time
	// Candidates are the ids of the keys that may have come of it.
	Candidates []string
	// Err is the cause where there is one: a *transport.Error, ErrNotFound,
	// ErrNotEGS.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Endpoint != "" {
		b.WriteString(" at " + e.Endpoint)
	}
	b.WriteString(": ")
	if e.Status != 0 {
		fmt.Fprintf(&b, "HTTP %d", e.Status)
		if e.Code != "" {
			fmt.Fprintf(&b, " (%s)", e.Code)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.text())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (tried %d times in %s)", e.Attempts, e.Elapsed.Round(time.Millisecond))
	}
	return b.String()
}

func (e *Error) text() string {
	switch {
	case e.Message != "":
		return e.Message
	case e.Err != nil:
		return e.Err.Error()
	default:
		return http.StatusText(e.Status)
	}
}

func (e *Error) Unwrap() error { return e.Err }

// HTTPStatus is the status of the answer, 0 where there was none.
func (e *Error) HTTPStatus() int { return e.Status }

// CredentialsRefused says that the service does not accept the API key or the
// token: it refuses a malformed key with 400.
func (e *Error) CredentialsRefused() bool {
	return !e.Foreign() && (e.Status == http.StatusUnauthorized ||
		(e.Op == opLogIn && (e.Status == http.StatusBadRequest || e.Status == http.StatusForbidden)))
}

// Foreign says that what answered is not the service.
func (e *Error) Foreign() bool { return errors.Is(e.Err, ErrNotEGS) }

// notEGS is the error with ErrNotEGS as its cause.
func (c *Client) notEGS(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	foreign := *e
	foreign.Err, foreign.Endpoint = ErrNotEGS, c.endpoint.String()
	return &foreign
}

func isStatus(err error, statuses ...int) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, status := range statuses {
		if e.Status == status && !e.Foreign() && !errors.Is(e.Err, errContradicts) {
			return true
		}
	}
	return false
}

// writes are the calls that change something.
var writes = map[string]bool{opCreate: true, opDelete: true, opCreateWorkspace: true, opDeleteWorkspace: true}

// MaybeDone says whether a create or delete that ended in this error may have been
// carried out all the same. A log-in that failed before it proves that it was not.
func MaybeDone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || !writes[e.Op] {
		return false
	}
	if t, ok := errors.AsType[*transport.Error](err); ok {
		return !t.NotDone
	}
	refused := e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError && e.Status != http.StatusRequestTimeout
	return e.Foreign() || errors.Is(e.Err, errContradicts) || !refused
}

// mayPass says whether the fault that ended a create or delete may have passed by
// the next try.
func mayPass(err error) bool {
	if _, unanswered := errors.AsType[*transport.Error](err); unanswered {
		return MaybeDone(err)
	}
	e, ok := errors.AsType[*Error](err)
	return ok && MaybeDone(err) && e.Status >= http.StatusInternalServerError
}
