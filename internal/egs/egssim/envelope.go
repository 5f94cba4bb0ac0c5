// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// envelope is the form of a successful response.
type envelope struct {
	StatusCode int    `json:"statusCode"`
	Status     string `json:"status"`
	Message    string `json:"message"`
	Data       any    `json:"data"`
}

// failedEnvelope is the form of an error. As recorded, Data is null in refusals of the gateway, and omitted in refused log-ins.
type failedEnvelope struct {
	StatusCode int             `json:"statusCode"`
	Status     string          `json:"status"`
	Message    string          `json:"message"`
	Data       json.RawMessage `json:"data,omitempty"`
	Error      envelopeError   `json:"error"`
}

// envelopeError is the envelope's `error`. Data is null or a string with the JSON of a nestedError.
type envelopeError struct {
	ErrorKey string  `json:"errorKey"`
	Message  string  `json:"message"`
	Data     *string `json:"data"`
}

// nestedError is the error of the KubeSlice controller behind the gateway.
type nestedError struct {
	Error struct {
		Message       string `json:"Message"`
		Status        int    `json:"Status"`
		DetailedError struct {
			// Errormessage is the text that explains the error.
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

// emptyList returns the response to a list request without results, in the given form. The parameter array is the name of the
// array in the response. The parameter usual is the response for EmptyListUsual.
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

// unknown is the message and error code in the gateway's envelope of a refusal.
const unknown = "UNKNOWN"

// codes are the recorded error codes of refused log-ins.
var codes = map[int]string{http.StatusBadRequest: "UNHANDLED_REQUEST_ERROR", http.StatusUnauthorized: "UNAUTHENTICATED"}

// failure returns a refusal with one of the codes, and the message in the envelope. The recorded responses to log-ins have
// this form. For other calls with an invalid token or body, no response is recorded, and the simulator uses this form too.
func failure(status int, message string) simulation.Reply {
	code := codes[status]
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: code, Message: message, Error: envelopeError{ErrorKey: code, Message: message},
	})
}

// forbidden returns the refusal of a call that the caller's role or workspace does not allow.
func (s *Simulator) forbidden() simulation.Reply {
	return s.refuse(http.StatusForbidden, "Forbidden", "You lack required permissions")
}

// fail returns a response with this status for an injected fault.
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

// refuse returns a refusal of the KubeSlice controller. The parameter tried is the operation, and text is the reason. The
// refusal is nested in the gateway's envelope, or flat with Options.FlatErrors. The nested form is recorded for 409, 422 and
// 500. For other statuses, such as 403 and 404, no response is recorded, and the simulator uses the nested form too.
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
		useful.Reason = "AlreadyExists" // as recorded; empty in other refusals
	}
	if len(details) > 0 {
		useful.Details = details
	}
	return simulation.JSON(status, failedEnvelope{
		StatusCode: status, Status: unknown, Message: unknown, Data: simulation.Encode(nil),
		Error: envelopeError{ErrorKey: unknown, Message: unknown, Data: new(string(simulation.Encode(nested)))},
	})
}
