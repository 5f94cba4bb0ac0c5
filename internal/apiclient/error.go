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

// These errors are for use with errors.Is.
var (
	// ErrNotFound means that a complete list does not contain the object.
	ErrNotFound = errors.New("not found")
	// ErrExists means that the object already existed before the create request.
	ErrExists = errors.New("already exists")
	// ErrUncertain means that the create request may or may not have created the object.
	ErrUncertain = errors.New("not known whether it was created")
	// ErrUnexpectedResponse means that the response does not have the form of the service's responses. For example, the
	// response is an HTML page of a proxy, or its body is empty.
	ErrUnexpectedResponse = errors.New("the response does not come from the service")
	// ErrConflictingResponse means that parts of the response contradict each other.
	ErrConflictingResponse = errors.New("the response contradicts itself")
	// ErrOwnKey means that the key cannot be deleted because this client logs in with it.
	ErrOwnKey = errors.New("the provider itself logs in with this key; give the provider another key first")
	// ErrOtherSecret means that the secret belongs, or possibly belongs, to a different key than the intended one.
	ErrOtherSecret = errors.New("the secret does not belong to the key with this id, so another key would be changed or deleted")
	// ErrInvalidParameter means that the request was not sent: the id or secret of the object is missing, or cannot be an
	// element of a URL path.
	ErrInvalidParameter = errors.New("the request was not sent: its secret or id is missing, or cannot be an element of a URL path")
	// ErrListTooLarge means that the list is larger than transport.Options.MaxList, has more entries than Conn.MaxEntries, or
	// has an entry that is larger than 1 MiB.
	ErrListTooLarge = errors.New("the list is too large")
)

// Error is the error of a call. The method Error returns only printable characters and no secrets.
type Error struct {
	// Op is the operation, for example "list API keys".
	Op string
	// Write is true if the call creates, changes or deletes something. LogIn is true if the call is a log-in.
	Write, LogIn bool
	// Section is the name of the block that configures the service in the provider's configuration, for example "h2ogpte". It
	// is "" for EGS, which is configured outside any block.
	Section string
	// Endpoint is the base URL of the service if a wrong URL or wrong credentials are a possible cause of the error. Otherwise
	// Endpoint is "".
	Endpoint string
	// Status is the HTTP status, or 0 if no response was received.
	Status int
	// Code is the error code in the response of the service, for example "UNAUTHENTICATED". It is "" if there is none.
	Code string
	// Message explains the error: the text of the response, or a text of the client. It may be empty.
	Message string
	// Refusal is true if the status is 500 and the response contains a reason of the service. Then the service probably refused
	// the request. But a refusal with status 500 does not prove that the service left everything unchanged.
	Refusal bool
	// Attempts is the number of attempts. Elapsed is the total duration of all attempts, including the pauses between them.
	Attempts int
	Elapsed  time.Duration
	// SentAt is the time, by the service's clock, when a request was sent whose outcome is unknown. Candidates are the ids of
	// the objects that this request possibly created.
	SentAt     time.Time
	Candidates []string
	// Err is the cause, for example a *transport.Error, ErrNotFound or ErrUnexpectedResponse. It is nil if there is none.
	Err error
}

// Error returns a text that consists of Op, Endpoint (if it is set) and the result of Reason.
func (e *Error) Error() string {
	op := e.Op
	if e.Endpoint != "" {
		op = fmt.Sprintf("%s at %s", op, e.Endpoint)
	}
	return op + ": " + e.Reason()
}

// Reason returns a text that consists of the status, the code, the message or cause, and the number of attempts if it is
// greater than 1.
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

// CredentialsRefused reports whether the service refused the credentials: any request with 401, or a log-in with 400 or 403.
func (e *Error) CredentialsRefused() bool {
	return !e.IsUnexpected() && (e.Status == http.StatusUnauthorized ||
		(e.LogIn && (e.Status == http.StatusBadRequest || e.Status == http.StatusForbidden)))
}

// Refused reports whether the status is 500 but the response contains a reason of the service. Then the service probably refused
// the request.
func (e *Error) Refused() bool { return e.Refusal && !e.IsUnexpected() }

// IsUnexpected reports whether the cause is ErrUnexpectedResponse.
func (e *Error) IsUnexpected() bool { return errors.Is(e.Err, ErrUnexpectedResponse) }

// Setting returns the full name of a setting in the provider's configuration. For example, if Section is "h2ogpte",
// Setting("endpoint") returns "h2ogpte.endpoint".
func (e *Error) Setting(name string) string {
	if e.Section == "" {
		return name
	}
	return e.Section + "." + name
}

// Changed copies the *Error that err wraps, applies the function change to the copy, and returns the copy. The original must
// not be changed, since several callers can wait for the same response and get the same error. If err wraps no *Error, Changed
// returns err.
func Changed(err error, change func(*Error)) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	changed := *e
	change(&changed)
	return &changed
}

// IsStatus reports whether the error is a response with one of these statuses. The response must come from the service and must
// not contradict itself.
func IsStatus(err error, statuses ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(statuses, e.Status) && !e.IsUnexpected() && !errors.Is(e.Err, ErrConflictingResponse)
}

// MaybeDone reports whether it is possible that the service carried out a write although the write returned this error. After an
// error before the write was sent, such as a refused log-in, MaybeDone returns false.
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

// MayPass reports whether it is possible that a failed write succeeds if it is sent again. It is not possible if the service
// refused the write with a reason.
func MayPass(err error) bool {
	if _, lost := errors.AsType[*transport.Error](err); lost {
		return MaybeDone(err)
	}
	e, ok := errors.AsType[*Error](err)
	return ok && MaybeDone(err) && e.Status >= http.StatusInternalServerError && !e.Refused()
}

// Sentence adds a full stop to a text. If the text already ends with ".", "?" or "!", Sentence returns it unchanged.
func Sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}
