// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// envelope is the form of every response (recorded responses, 2024-10 to 2024-12).
type envelope struct {
	StatusCode int            `json:"statusCode"`
	Status     string         `json:"status"`
	Message    string         `json:"message"`
	Data       apiclient.Span `json:"data"`
	Error      *envelopeError `json:"error"`
}

type envelopeError struct {
	ErrorKey string          `json:"errorKey"`
	Message  string          `json:"message"`
	Data     json.RawMessage `json:"data"`
}

// nestedError is the JSON in the string error.data. Often only this JSON explains the error.
type nestedError struct {
	Error struct {
		Message       string `json:"Message"`
		DetailedError struct {
			Errormessage string          `json:"Errormessage"`
			Reason       string          `json:"Reason"`
			Details      json.RawMessage `json:"Details"`
		} `json:"DetailedError"`
	} `json:"error"`
}

// open returns the data of a response's envelope, or its error. If the response to a delete has no envelope, open returns nil
// data and no error. The HTTP status and statusCode agree in every recorded response. If they differ, the error has the
// higher status, and the response does not prove whether EGS carried out the request.
func (c *Client) open(r apiclient.Call, response *transport.Response) (json.RawMessage, error) {
	var e envelope
	err := apiclient.Decode(response.Body, &e)
	genuine := err == nil && e.StatusCode != 0 && e.Status != ""

	if response.Succeeded() && genuine && e.StatusCode >= 200 && e.StatusCode < 300 && e.Error == nil {
		if data := e.Data.In(response.Body); len(data) > 0 {
			return data, nil
		}
		return json.RawMessage("null"), nil
	}
	if response.Status == http.StatusOK && r.Method == http.MethodDelete && apiclient.IsEmpty(response.Body) {
		// "The body may be an envelope, null or empty" (recorded responses).
		return nil, nil
	}
	if !genuine || response.Status == http.StatusPartialContent {
		return nil, c.conn.UnexpectedResponse(r, response, c.conn.Describe(response, "a JSON envelope"))
	}
	code, message := useful(e)
	failure := c.conn.Failed(r, Error{
		Status: max(response.Status, e.StatusCode), Code: code, Message: message, Attempts: response.Attempts, Elapsed: response.Elapsed,
	})
	if response.Status != e.StatusCode {
		failure.Err = apiclient.ErrConflictingResponse
	}
	failure.Refusal = failure.Status == http.StatusInternalServerError && failure.Err == nil && e.isRefusal()
	if failure.Refusal && strings.Contains(message, "already exists") {
		failure.Err = ErrExists
	}
	return nil, failure
}

// isTaken reports whether EGS refused a create because the name exists: with 409, or with 500 and the text "already exists".
func isTaken(err error) bool {
	return apiclient.IsStatus(err, http.StatusConflict) || errors.Is(err, ErrExists)
}

// isRefusal reports whether error.data has a reason: EGS responds with 500 and such a reason to a request that
// its rules forbid (recorded responses).
func (e *envelope) isRefusal() bool {
	return e.Error != nil && dig(e.Error.Data).Error.DetailedError.Errormessage != ""
}

// saysNothing reports whether a code or text of the envelope is a placeholder: "UNKNOWN" if the details are in error.data
// (recorded responses), "Error" in the documentation of 1.15.
func saysNothing(text string) bool {
	return text == "" || strings.EqualFold(text, "unknown") || strings.EqualFold(text, "error")
}

// secretAnywhere matches each text that has the form of an API key or of the token in a kubeconfig (a JSON Web Token), so
// that secrets which the client does not know are hidden too.
var secretAnywhere = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]*)?`)

// useful returns the error code and the message of an error envelope, without placeholders and repetitions. Often message is
// "UNKNOWN", and error.data has the details as JSON in a string.
func useful(e envelope) (code, message string) {
	codes, texts := []string{e.Status}, []string{e.Message}
	if e.Error != nil {
		nested := dig(e.Error.Data)
		detailed := nested.Error.DetailedError
		codes = []string{detailed.Reason, e.Error.ErrorKey, e.Status}
		texts = append(texts, e.Error.Message, nested.Error.Message, detailed.Errormessage)
		texts = append(texts, details(detailed.Details)...)
	}
	if codes = slices.DeleteFunc(codes, saysNothing); len(codes) > 0 {
		code = codes[0]
	}
	var shown []string
	for _, text := range texts {
		text = transport.Printable(text)
		if text == "" || strings.EqualFold(text, "unknown") {
			continue
		}
		// If one text contains another, only the longer one is shown.
		if slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, text) }) {
			continue
		}
		shown = append(slices.DeleteFunc(shown, func(s string) bool { return strings.Contains(text, s) }), text)
	}
	return code, strings.Join(shown, ": ")
}

// dig decodes error.data: a string that holds JSON, or that JSON itself. dig ignores large data, such as a list.
func dig(data json.RawMessage) (nested nestedError) {
	if len(data) > transport.MaxRefusal {
		return nested
	}
	var text string
	if json.Unmarshal(data, &text) == nil {
		data = json.RawMessage(text)
	}
	// Data in an unknown form adds nothing to the message.
	_ = json.Unmarshal(data, &nested)
	return nested
}

// details returns the texts of Details: a string, or an array of {reason,message,field}.
func details(data json.RawMessage) []string {
	var text string
	if json.Unmarshal(data, &text) == nil {
		return []string{text}
	}
	var texts []string
	_, _ = apiclient.Entries(data, "", apiclient.MaxDetails, func(d *detail, _ error) {
		text := cmp.Or(d.Message, d.Reason)
		if d.Field != "" {
			text = d.Field + ": " + text
		}
		texts = append(texts, text)
	})
	return texts
}

type detail struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Field   string `json:"field"`
}
