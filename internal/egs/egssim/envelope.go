// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
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

// envelopeError is the envelope's `error`; Data is null or a string that holds the JSON of a nestedError.
type envelopeError struct {
	ErrorKey string  `json:"errorKey"`
	Message  string  `json:"message"`
	Data     *string `json:"data"`
}

// nestedError is the error of the layer below (the KubeSlice controller).
type nestedError struct {
	Error struct {
		Message       string `json:"Message"`
		Status        int    `json:"Status"`
		DetailedError struct {
			// Errormessage is the useful part.
			Errormessage string `json:"Errormessage"`
			Reason       string `json:"Reason"`
			// Details is a string or a []detail.
			Details any `json:"Details"`
		} `json:"DetailedError"`
		StatusCode int `json:"StatusCode"`
	} `json:"error"`
}

type detail struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Field   string `json:"field"`
}

func success(data any) simulation.Reply {
	return simulation.JSON(http.StatusOK, envelope{StatusCode: http.StatusOK, Status: "OK", Message: "Success", Data: data})
}

// emptyList is a list that holds nothing, in the array of this name.
func emptyList(form EmptyList, array string, usual simulation.Reply) simulation.Reply {
	switch form {
	case EmptyListArray:
		return success(map[string]any{array: []any{}})
	case EmptyListNull:
		return success(map[string]any{array: nil})
	case EmptyListMissing:
		return success(struct{}{})
	case EmptyListNullData:
		return success(nil)
	case EmptyListNoData:
		return simulation.JSON(http.StatusOK, map[string]any{"statusCode": http.StatusOK, "status": "OK", "message": "Success"})
	case EmptyListNotFound:
		return failure(http.StatusNotFound, "Resource not found")
	default:
		return usual
	}
}

// failure is a refusal whose message stands in the envelope.
func failure(status int, message string) simulation.Reply { return failed(status, message, nil) }

func failed(status int, message string, data *string) simulation.Reply {
	code := cmp.Or(words[status].code, "UNKNOWN")
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: code, Message: message,
		Error: envelopeError{ErrorKey: code, Message: message, Data: data},
	})
}

// forbidden refuses a caller whose role or workspace does not allow the call.
func forbidden() simulation.Reply {
	return failure(http.StatusForbidden, "Forbidden: You lack required permissions")
}

// refuse is what the layer below says against a request: what was tried, and what is wrong. It is buried
// as the service does, or flat with Options.FlatErrors.
func (s *Simulator) refuse(status int, tried, text string, details ...detail) simulation.Reply {
	if s.options.FlatErrors {
		return failure(status, tried+": "+text)
	}
	var nested nestedError
	nested.Error.Message, nested.Error.Status, nested.Error.StatusCode = tried, status, status
	useful := &nested.Error.DetailedError
	useful.Errormessage, useful.Reason, useful.Details = text, cmp.Or(words[status].reason, "Unknown"), ""
	if len(details) > 0 {
		useful.Details = details
	}
	return failed(status, "UNKNOWN", new(string(simulation.JSON(status, nested).Body)))
}

// words are the code word of the envelope's `status`, and that of Kubernetes in DetailedError.Reason,
// for an HTTP status. UNHANDLED_REQUEST_ERROR, UNAUTHENTICATED, OK and AlreadyExists are recorded, the
// others are of their kind.
var words = map[int]struct{ code, reason string }{
	http.StatusOK:                  {"OK", ""},
	http.StatusBadRequest:          {"UNHANDLED_REQUEST_ERROR", "BadRequest"},
	http.StatusUnauthorized:        {"UNAUTHENTICATED", ""},
	http.StatusForbidden:           {"PERMISSION_DENIED", "Forbidden"},
	http.StatusNotFound:            {"NOT_FOUND", "NotFound"},
	http.StatusConflict:            {"ALREADY_EXISTS", "AlreadyExists"},
	http.StatusUnprocessableEntity: {"UNPROCESSABLE_ENTITY", "Invalid"},
	http.StatusTooManyRequests:     {"TOO_MANY_REQUESTS", ""},
	http.StatusServiceUnavailable:  {"UNAVAILABLE", ""},
	http.StatusInternalServerError: {"INTERNAL", ""},
}
