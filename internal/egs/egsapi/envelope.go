// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// envelope is what every answer comes in (recorded answers, 2024-10 to 2024-12).
type envelope struct {
	StatusCode int            `json:"statusCode"`
	Status     string         `json:"status"`
	Message    string         `json:"message"`
	Data       shared         `json:"data"`
	Error      *envelopeError `json:"error"`
}

// shared is a part of the answer's body, not a copy of it: a list may be large, and
// nobody writes to the body any more.
type shared []byte

func (s *shared) UnmarshalJSON(b []byte) error {
	*s = b
	return nil
}

type envelopeError struct {
	ErrorKey string          `json:"errorKey"`
	Message  string          `json:"message"`
	Data     json.RawMessage `json:"data"`
}

// nestedError is the JSON inside the string error.data, where the useful text
// often is.
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

type nestedDetail struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Field   string `json:"field"`
}

// open takes the data out of an answer's envelope, or the error, which repeats no
// secret. The data are nil, without an error, where a delete was answered with no
// envelope. Status and statusCode agree in every recorded answer; where they do not,
// the worse counts, and nothing is proven.
func open(r request, answer *transport.Response, secrets ...string) (json.RawMessage, error) {
	var e envelope
	err := json.Unmarshal(answer.Body, &e)
	genuine := err == nil && e.StatusCode != 0 && e.Status != ""

	if answer.Status < 300 && genuine && e.StatusCode >= 200 && e.StatusCode < 300 && e.Error == nil {
		if e.Data == nil {
			return json.RawMessage("null"), nil
		}
		return json.RawMessage(e.Data), nil
	}
	if answer.Status == http.StatusOK && r.method == http.MethodDelete && isEmpty(answer.Body) {
		// "The body may be an envelope, null or empty" (recorded answers).
		return nil, nil
	}

	hide := apiclient.Hider(secrets...)
	failure := r.failed(Error{Status: answer.Status, Attempts: answer.Attempts, Elapsed: answer.Elapsed})
	if !genuine {
		failure.Err = ErrNotEGS
		failure.Message = apiclient.Clip(hide.Replace(describe(answer)))
		return nil, failure
	}
	failure.Status = max(answer.Status, e.StatusCode)
	if answer.Status != e.StatusCode {
		failure.Err = apiclient.ErrContradicts
	}
	failure.Code, failure.Message = useful(e, hide)
	return nil, failure
}

// secretAnywhere finds what may be an API key or the token of a kubeconfig (a JSON Web
// Token), also one that this client does not know, in a server's text.
var secretAnywhere = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]*)?`)

func isEmpty(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) == 0 || string(body) == "null"
}

// describe says what came instead of an envelope, without quoting it: it may hold
// anything.
func describe(answer *transport.Response) string {
	if answer.Status >= 300 && answer.Status < 400 {
		if target, err := url.Parse(answer.Header.Get("Location")); err == nil && target.Host != "" {
			return fmt.Sprintf("the endpoint redirects to %s://%s, and redirects are not followed", target.Scheme, target.Host)
		}
		return "the endpoint redirects, and redirects are not followed"
	}
	what := "a body that is not an EGS envelope"
	if isEmpty(answer.Body) {
		what = "no body"
	} else if strings.Contains(answer.Header.Get("Content-Type"), "html") {
		what = "an HTML page"
	}
	return fmt.Sprintf("something answered %d %s with %s; EGS answers with a JSON envelope",
		answer.Status, http.StatusText(answer.Status), what)
}

// useful digs the code word and the text a user can act on out of an error
// envelope: often message is "UNKNOWN" and the rest is JSON in a string.
func useful(e envelope, hide *strings.Replacer) (code, message string) {
	code = e.Status
	texts := []string{e.Message}
	if e.Error != nil {
		if e.Error.ErrorKey != "" {
			code = e.Error.ErrorKey
		}
		texts = append(texts, e.Error.Message)
		nested := dig(e.Error.Data)
		detailed := nested.Error.DetailedError
		texts = append(texts, nested.Error.Message, detailed.Errormessage)
		texts = append(texts, details(detailed.Details)...)
		if detailed.Reason != "" {
			code = detailed.Reason
		}
	}
	var shown []string
	for _, text := range texts {
		// Hidden first: what is not printable, or past the end, may be a secret's.
		text = apiclient.Printable(secretAnywhere.ReplaceAllString(hide.Replace(text), "(hidden)"))
		if text == "" || text == "UNKNOWN" {
			continue
		}
		// Of texts that repeat each other the longest is shown.
		if slices.ContainsFunc(shown, func(s string) bool { return strings.Contains(s, text) }) {
			continue
		}
		shown = append(slices.DeleteFunc(shown, func(s string) bool { return strings.Contains(text, s) }), text)
	}
	return apiclient.Clip(secretAnywhere.ReplaceAllString(hide.Replace(code), "(hidden)")), apiclient.Clip(strings.Join(shown, ": "))
}

// dig decodes error.data: a string that holds JSON, or that JSON itself.
func dig(data json.RawMessage) (nested nestedError) {
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
	var list []nestedDetail
	if json.Unmarshal(data, &list) != nil {
		return nil
	}
	var texts []string
	for _, d := range list {
		text := d.Message
		if text == "" {
			text = d.Reason
		}
		if d.Field != "" {
			text = d.Field + ": " + text
		}
		texts = append(texts, text)
	}
	return texts
}
