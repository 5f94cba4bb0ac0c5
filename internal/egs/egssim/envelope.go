// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"encoding/json"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Code words of the envelope's `status`. UNHANDLED_REQUEST_ERROR,
// UNAUTHENTICATED and OK are recorded, the others are of their kind.
const (
	codeBadRequest      = "UNHANDLED_REQUEST_ERROR"
	codeUnauthenticated = "UNAUTHENTICATED"
	codeForbidden       = "PERMISSION_DENIED"
	codeNotFound        = "NOT_FOUND"
)

// envelope is what a success is wrapped in.
type envelope struct {
	StatusCode int    `json:"statusCode"`
	Status     string `json:"status"`
	Message    string `json:"message"`
	Data       any    `json:"data"`
}

// failedEnvelope has `error` and no `data`, as failures are recorded.
type failedEnvelope struct {
	StatusCode int           `json:"statusCode"`
	Status     string        `json:"status"`
	Message    string        `json:"message"`
	Error      envelopeError `json:"error"`
}

// envelopeError is the envelope's `error`; Data is null or a string that
// holds the JSON of a nestedError.
type envelopeError struct {
	ErrorKey string  `json:"errorKey"`
	Message  string  `json:"message"`
	Data     *string `json:"data"`
}

// nestedError is the error of the layer below (the KubeSlice controller).
type nestedError struct {
	Error nestedErrorBody `json:"error"`
}

type nestedErrorBody struct {
	Message       string        `json:"Message"`
	Status        int           `json:"Status"`
	DetailedError detailedError `json:"DetailedError"`
	StatusCode    int           `json:"StatusCode"`
}

// detailedError is the useful part; Details is a string or a []detail.
type detailedError struct {
	Errormessage string `json:"Errormessage"`
	Reason       string `json:"Reason"`
	Details      any    `json:"Details"`
}

type detail struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Field   string `json:"field"`
}

func success(data any) simulation.Reply {
	return simulation.JSON(http.StatusOK, envelope{StatusCode: http.StatusOK, Status: "OK", Message: "Success", Data: data})
}

// failure is a refusal whose message stands in the envelope.
func failure(status int, message string) simulation.Reply {
	code := codeWord(status)
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: code, Message: message,
		Error: envelopeError{ErrorKey: code, Message: message},
	})
}

// refusal is what the layer below says against a request.
type refusal struct {
	status  int
	message string // what was tried, as "Error creating Api Key"
	text    string // what is wrong
	details []detail
}

// refuse answers a refusal: buried as the service does, or flat with
// Options.FlatErrors.
func (s *Simulator) refuse(r refusal) simulation.Reply {
	if s.options.FlatErrors {
		return failure(r.status, r.message+": "+r.text)
	}
	var details any = ""
	if len(r.details) > 0 {
		details = r.details
	}
	nested, err := json.Marshal(nestedError{Error: nestedErrorBody{
		Message: r.message, Status: r.status, StatusCode: r.status,
		DetailedError: detailedError{Errormessage: r.text, Reason: reasonWord(r.status), Details: details},
	}})
	if err != nil {
		panic(err) // strings and numbers of this package
	}
	data := string(nested)
	return simulation.JSON(r.status, failedEnvelope{
		StatusCode: r.status, Status: codeWord(r.status), Message: "UNKNOWN",
		Error: envelopeError{ErrorKey: codeWord(r.status), Message: "UNKNOWN", Data: &data},
	})
}

// codeWord is the envelope's `status` for an HTTP status.
func codeWord(status int) string {
	switch status {
	case http.StatusOK:
		return "OK"
	case http.StatusBadRequest:
		return codeBadRequest
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden:
		return codeForbidden
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusConflict:
		return "ALREADY_EXISTS"
	case http.StatusUnprocessableEntity:
		return "UNPROCESSABLE_ENTITY"
	case http.StatusTooManyRequests:
		return "TOO_MANY_REQUESTS"
	case http.StatusServiceUnavailable:
		return "UNAVAILABLE"
	case http.StatusInternalServerError:
		return "INTERNAL"
	default:
		return "UNKNOWN"
	}
}

// reasonWord is Kubernetes' word for a status, as in DetailedError.Reason.
func reasonWord(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "BadRequest"
	case http.StatusForbidden:
		return "Forbidden"
	case http.StatusNotFound:
		return "NotFound"
	case http.StatusConflict:
		return "AlreadyExists"
	case http.StatusUnprocessableEntity:
		return "Invalid"
	default:
		return "Unknown"
	}
}
