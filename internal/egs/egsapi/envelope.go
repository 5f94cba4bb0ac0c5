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

// envelope is what every response comes in (recorded responses, 2024-10 to 2024-12).
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

// nestedError is the JSON inside the string error.data, where the useful text often is.
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

// open takes the data out of a response's envelope, or the error. The data are nil, without an
// error, if the response to a delete has no envelope. Status and statusCode agree in every recorded response; where they
// do not, the worse counts, and nothing is proven.
func (c *Client) open(r apiclient.Call, answer *transport.Response) (json.RawMessage, error) {
	var e envelope
	err := apiclient.Decode(answer.Body, &e)
	genuine := err == nil && e.StatusCode != 0 && e.Status != ""

	if answer.Succeeded() && genuine && e.StatusCode >= 200 && e.StatusCode < 300 && e.Error == nil {
		if data := e.Data.In(answer.Body); len(data) > 0 {
			return data, nil
		}
		return json.RawMessage("null"), nil
	}
	if answer.Status == http.StatusOK && r.Method == http.MethodDelete && apiclient.IsEmpty(answer.Body) {
		// "The body may be an envelope, null or empty" (recorded responses).
		return nil, nil
	}
	if !genuine || answer.Status == http.StatusPartialContent {
		return nil, c.conn.Foreign(r, answer, c.conn.Describe(answer, "a JSON envelope"))
	}
	code, message := useful(e)
	failure := c.conn.Failed(r, Error{
		Status: max(answer.Status, e.StatusCode), Code: code, Message: message, Attempts: answer.Attempts, Elapsed: answer.Elapsed,
	})
	if answer.Status != e.StatusCode {
		failure.Err = apiclient.ErrContradicts
	}
	failure.Refusal = failure.Status == http.StatusInternalServerError && failure.Err == nil && e.isRefusal()
	if failure.Refusal && strings.Contains(message, "already exists") {
		failure.Err = ErrExists
	}
	return nil, failure
}

// isTaken says whether a create was refused since what it names exists: with 409, or with the 500 of other refusals.
func isTaken(err error) bool {
	return apiclient.IsStatus(err, http.StatusConflict) || errors.Is(err, ErrExists)
}

// isRefusal says whether the controller gives a reason of its own: in error.data, with the 500 with which it refuses what
// its rules forbid (recorded responses).
func (e *envelope) isRefusal() bool {
	return e.Error != nil && dig(e.Error.Data).Error.DetailedError.Errormessage != ""
}

// saysNothing says whether a code or text of the envelope is a placeholder: "UNKNOWN" where the rest is in error.data
// (recorded), "Error" in the documentation of 1.15.
func saysNothing(text string) bool {
	return text == "" || strings.EqualFold(text, "unknown") || strings.EqualFold(text, "error")
}

// secretAnywhere finds what may be an API key or the token of a kubeconfig (a JSON Web Token), also one that this client
// does not know, in a server's text.
var secretAnywhere = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]*)?`)

// useful takes the code word and the text a user can act on out of an error envelope: often message is "UNKNOWN" and the
// rest is JSON in a string.
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
		// Of texts that repeat each other the longest is shown.
		if slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, text) }) {
			continue
		}
		shown = append(slices.DeleteFunc(shown, func(s string) bool { return strings.Contains(text, s) }), text)
	}
	return code, strings.Join(shown, ": ")
}

// dig decodes error.data: a string that holds JSON, or that JSON itself. Of a list with an error in it, it may be large.
func dig(data json.RawMessage) (nested nestedError) {
	if len(data) > transport.MaxRefusal {
		return nested
	}
	var text string
	if json.Unmarshal(data, &text) == nil {
		data = json.RawMessage(text)
	}
	// What is not of the known form adds nothing to the message.
	_ = json.Unmarshal(data, &nested)
	return nested
}

// details reads Details: a string, or an array of {reason,message,field}.
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
