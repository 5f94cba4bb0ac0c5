// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Sentinels for errors.Is.
var (
	// ErrNotFound: a complete list does not contain the object.
	ErrNotFound = errors.New("not found")
	// ErrExists: the object existed before this create.
	ErrExists = errors.New("already exists")
	// ErrUncertain: it is unknown whether an object was created.
	ErrUncertain = errors.New("not known whether it was created")
	// ErrUnexpectedResponse: the response is not from the service, for example a proxy's page or an empty body.
	ErrUnexpectedResponse = errors.New("the response does not come from the service")
	// ErrConflictingResponse: parts of the response contradict each other.
	ErrConflictingResponse = errors.New("the response contradicts itself")
	// ErrOwnKey: the client uses the key that is to be deleted.
	ErrOwnKey = errors.New("the provider itself logs in with this key; give the provider another key first")
	// ErrOtherSecret: the secret belongs, or may belong, to a key other than the intended one.
	ErrOtherSecret = errors.New("the secret does not belong to the key with this id, so another key would be changed or deleted")
	// ErrInvalidParameter: the id or secret of the object is missing or cannot be a path element, and nothing was sent.
	ErrInvalidParameter = errors.New("the request was not sent: its secret or id is missing, or cannot be an element of a URL path")
	// ErrListTooLarge: the list is larger than transport.Options.MaxList allows.
	ErrListTooLarge = errors.New("the list is too large")
)

// Error is the error of a call. Its text is printable and contains no secret.
type Error struct {
	// Op is the operation, for example "list API keys".
	Op string
	// Write is true if the call creates, changes or deletes something, and LogIn if it logs in.
	Write, LogIn bool
	// Section is the block of the provider's configuration that configures the service, or "" for its top level.
	Section string
	// Endpoint is the base URL. It is set if the URL, or the credentials for it, may be wrong.
	Endpoint string
	// Status is the HTTP status, or 0 without a response.
	Status int
	// Code is the service's code word, for example "UNAUTHENTICATED".
	Code string
	// Message is the useful text of the response.
	Message string
	// Refusal is true if the status is 500 and the response contains the service's own reason: the service refused the
	// request, and did not fail. This does not prove that nothing was done.
	Refusal bool
	// Attempts is the number of attempts, and Elapsed their total duration.
	Attempts int
	Elapsed  time.Duration
	// SentAt is the time when a request with an unknown outcome was sent, by the service's clock. Candidates are the ids of
	// the objects that the request may have created.
	SentAt     time.Time
	Candidates []string
	// Err is the cause, for example a *transport.Error, ErrNotFound or ErrUnexpectedResponse; it may be nil.
	Err error
}

// Error returns the operation, the endpoint if it is set, and the Reason.
func (e *Error) Error() string {
	op := e.Op
	if e.Endpoint != "" {
		op = fmt.Sprintf("%s at %s", op, e.Endpoint)
	}
	return op + ": " + e.Reason()
}

// Reason returns the status, the message or cause, and the number of attempts.
func (e *Error) Reason() string {
	var b strings.Builder
	if e.Status != 0 {
		fmt.Fprintf(&b, "HTTP %d", e.Status)
		if e.Code != "" {
			fmt.Fprintf(&b, " (%s)", e.Code)
		}
		b.WriteString(": ")
	}
	switch {
	case e.Message != "":
		b.WriteString(e.Message)
	case e.Err != nil:
		b.WriteString(e.Err.Error())
	default:
		b.WriteString(http.StatusText(e.Status))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (%d attempts in %s)", e.Attempts, e.Elapsed.Round(time.Millisecond))
	}
	return transport.Printable(b.String())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// HTTPStatus returns Status.
func (e *Error) HTTPStatus() int { return e.Status }

// CredentialsRefused reports whether the service does not accept the credentials. A log-in may be refused with 400 or 403 too.
func (e *Error) CredentialsRefused() bool {
	return !e.IsUnexpected() && (e.Status == http.StatusUnauthorized ||
		(e.LogIn && (e.Status == http.StatusBadRequest || e.Status == http.StatusForbidden)))
}

// Refused reports whether the service refused the request with a reason, although the status is 500.
func (e *Error) Refused() bool { return e.Refusal && !e.IsUnexpected() }

// IsUnexpected reports whether the response does not come from the service.
func (e *Error) IsUnexpected() bool { return errors.Is(e.Err, ErrUnexpectedResponse) }

// Setting returns the name of a setting of the service in the provider's configuration, for example "h2ogpte.endpoint".
func (e *Error) Setting(name string) string {
	if e.Section == "" {
		return name
	}
	return e.Section + "." + name
}

// Changed applies a change to a copy of the *Error in err, and returns the copy. All callers that wait for a response share the
// original.
func Changed(err error, change func(*Error)) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	changed := *e
	change(&changed)
	return &changed
}

// IsStatus reports whether the error is the service's own response with one of these statuses.
func IsStatus(err error, statuses ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(statuses, e.Status) && !e.IsUnexpected() && !errors.Is(e.Err, ErrConflictingResponse)
}

// MaybeDone reports whether a write that returned this error may have been carried out. A failure before the write, such as a
// refused log-in, proves that it was not.
func MaybeDone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || !e.Write {
		return false
	}
	if t, ok := errors.AsType[*transport.Error](err); ok {
		return !t.NotDone
	}
	if errors.Is(e.Err, ErrExists) {
		return false
	}
	refused := e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError && e.Status != http.StatusRequestTimeout
	return e.IsUnexpected() || errors.Is(e.Err, ErrConflictingResponse) || !refused
}

// MayPass reports whether a retry of a failed write may succeed. A request that the service refused with a reason fails again.
func MayPass(err error) bool {
	if _, lost := errors.AsType[*transport.Error](err); lost {
		return MaybeDone(err)
	}
	e, ok := errors.AsType[*Error](err)
	return ok && MaybeDone(err) && e.Status >= http.StatusInternalServerError && !e.Refused()
}

// Sentence adds a full stop to a text, unless it already ends with a full stop, a question mark or an exclamation mark.
func Sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}
