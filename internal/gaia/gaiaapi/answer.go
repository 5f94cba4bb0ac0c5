// SPDX-License-Identifier: MPL-2.0

package gaiaapi

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

// open returns the JSON document of a success, or the error, which repeats no secret. The document is nil, without an
// error, if the response to a delete has no content, which may come from the service or from anything else.
func (c *Client) open(r apiclient.Call, answer *transport.Response, hide func(string) string) (json.RawMessage, error) {
	empty := apiclient.IsEmpty(answer.Body)
	switch {
	case answer.Succeeded() && empty && r.Method == http.MethodDelete:
		return nil, nil
	case answer.Succeeded() && !empty && json.Valid(answer.Body):
		return answer.Body, nil
	case !isRefusal(answer):
		return nil, c.conn.Foreign(r, answer, hide(c.conn.Describe(answer, "JSON")))
	}
	failure := c.conn.Failed(r, Error{Status: answer.Status, Attempts: answer.Attempts, Elapsed: answer.Elapsed})
	failure.Code, failure.Message = useful(answer.Body, hide)
	return nil, failure
}

// isRefusal says whether the response may be the service's own. Its bodies of 401, 403 and 404 are not documented: they
// may be empty.
func isRefusal(answer *transport.Response) bool {
	if answer.Status < http.StatusBadRequest {
		return false
	}
	if len(bytes.TrimSpace(answer.Body)) == 0 {
		return slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, answer.Status)
	}
	return json.Valid(answer.Body)
}

// secretAnywhere finds what may be an API key, also one that this client does not know, in a server's text.
var secretAnywhere = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// hider is what hides secrets in a server's text, also as a URL writes them.
func hider(secrets ...string) func(string) string {
	var forms []string
	for _, secret := range secrets {
		forms = append(forms, secret, url.PathEscape(secret), url.QueryEscape(secret))
	}
	// Of two forms that begin alike the longer one counts.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	known := apiclient.Hider(forms...)
	return func(text string) string {
		return secretAnywhere.ReplaceAllString(known.Replace(text), "(hidden)")
	}
}

// detail is what is wrong with a part of a request. Loc are the names and indices on the way to the part.
type detail struct {
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
	Type string `json:"type"`
}

// useful takes the text a user can act on out of a refusal, {"detail":…}: a text, or an array of details. The code word
// is the type of the only detail. What is of another form has no text that is known; the status tells.
func useful(body []byte, hide func(string) string) (code, message string) {
	var refusal struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &refusal) != nil {
		return "", ""
	}
	var entries []json.RawMessage
	if json.Unmarshal(refusal.Detail, &message) != nil && json.Unmarshal(refusal.Detail, &entries) != nil {
		return "", ""
	}
	texts := []string{message}
	for _, entry := range entries {
		var d detail
		if json.Unmarshal(entry, &d) != nil {
			continue
		}
		texts = append(texts, d.text())
		if len(entries) == 1 {
			code = d.Type
		}
	}
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	// Hidden first: what is not printable, or past the end, may be a secret's.
	return apiclient.Clip(hide(code)), apiclient.Clip(hide(strings.Join(texts, "; ")))
}

func (d *detail) text() string {
	names := make([]string, len(d.Loc))
	for i, name := range d.Loc {
		names[i] = fmt.Sprint(name)
	}
	if len(names) == 0 || d.Msg == "" {
		return d.Msg
	}
	return strings.Join(names, ".") + ": " + d.Msg
}
