// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// envelope is what a success is wrapped in.
type envelope struct {
	StatusCode int    `json:"statusCode"`
	Status     string `json:"status"`
	Message    string `json:"message"`
	Data       any    `json:"data"`
}

// failedEnvelope has `error`. Data is null in refusals of the gateway, and left out of refused log-ins, as recorded.
type failedEnvelope struct {
	StatusCode int             `json:"statusCode"`
	Status     string          `json:"status"`
	Message    string          `json:"message"`
	Data       json.RawMessage `json:"data,omitempty"`
	Error      envelopeError   `json:"error"`
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
			Details                any    `json:"Details"`
			ReferenceDocumentation string `json:"ReferenceDocumentation"`
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
func (s *Simulator) emptyList(form EmptyList, array string, usual simulation.Reply) simulation.Reply {
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
		return s.refuse(http.StatusNotFound, "", "Resource not found")
	default:
		return usual
	}
}

// unknown is all that the gateway's envelope says of a refusal.
const unknown = "UNKNOWN"

// codes are the code words of refused log-ins, as recorded.
var codes = map[int]string{http.StatusBadRequest: "UNHANDLED_REQUEST_ERROR", http.StatusUnauthorized: "UNAUTHENTICATED"}

// failure is a refusal with one of the codes, whose message stands in the envelope. It is recorded of log-ins. Other calls
// with a token or a body that cannot be read are taken to be refused so too.
func failure(status int, message string) simulation.Reply {
	code := codes[status]
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: code, Message: message, Error: envelopeError{ErrorKey: code, Message: message},
	})
}

// forbidden refuses a caller whose role or workspace does not allow the call.
func (s *Simulator) forbidden() simulation.Reply {
	return s.refuse(http.StatusForbidden, "Forbidden", "You lack required permissions")
}

// fail is a response of any status to any call.
func (s *Simulator) fail(status int, message string) simulation.Reply {
	switch {
	case status < http.StatusMultipleChoices:
		reply := success(nil)
		reply.Status = status
		return reply
	case codes[status] != "":
		return failure(status, message)
	default:
		return s.refuse(status, message, "")
	}
}

// refuse is what the layer below says against a request: what was tried, and what is wrong. It is buried
// as the gateway does, or flat with Options.FlatErrors. The buried form is recorded for 409, 422 and 500. Of 403, of 404, also
// that of lists of nothing, and of the others no response is recorded: they are taken to have the same form.
func (s *Simulator) refuse(status int, tried, text string, details ...detail) simulation.Reply {
	if s.options.FlatErrors {
		message := strings.Trim(tried+": "+text, ": ")
		return simulation.JSON(status, failedEnvelope{
			StatusCode: status, Status: "Error", Message: message, Error: envelopeError{Message: message},
		})
	}
	var nested nestedError
	nested.Error.Message, nested.Error.Status, nested.Error.StatusCode = tried, status, status
	useful := &nested.Error.DetailedError
	useful.Errormessage, useful.Details, useful.ReferenceDocumentation = text, "", "https://docs.avesha.io/documentation/enterprise-egs"
	if status == http.StatusConflict {
		useful.Reason = "AlreadyExists" // as recorded; otherwise it is empty
	}
	if len(details) > 0 {
		useful.Details = details
	}
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: unknown, Message: unknown, Data: simulation.Encode(nil),
		Error: envelopeError{ErrorKey: unknown, Message: unknown, Data: new(string(simulation.Encode(nested)))},
	})
}
