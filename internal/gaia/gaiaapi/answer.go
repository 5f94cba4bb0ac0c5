// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// open returns the JSON document of a success, or the error. The document is nil, without an
// error, if the response to a delete has no content, which may come from the service or from anything else.
func (c *Client) open(r apiclient.Call, answer *transport.Response) (json.RawMessage, error) {
	empty := apiclient.IsEmpty(answer.Body)
	switch {
	case answer.Succeeded() && empty && r.Method == http.MethodDelete:
		return nil, nil
	case answer.Succeeded() && !empty && json.Valid(answer.Body):
		return answer.Body, nil
	case !isRefusal(answer):
		return nil, c.conn.Foreign(r, answer, c.conn.Describe(answer, "JSON"))
	}
	code, message := useful(answer.Body)
	return nil, c.conn.Failed(r, Error{Status: answer.Status, Code: code, Message: message, Attempts: answer.Attempts, Elapsed: answer.Elapsed})
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

// detail is what is wrong with a part of a request. Loc are the names and indices on the way to the part.
type detail struct {
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
	Type string `json:"type"`
}

// useful takes the text a user can act on out of a refusal, {"detail":…}: a text, or an array of details. The code word
// is the type of the only detail. What is of another form has no text that is known; the status tells.
func useful(body []byte) (code, message string) {
	var refusal struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &refusal) != nil {
		return "", ""
	}
	if json.Unmarshal(refusal.Detail, &message) == nil {
		return "", message
	}
	var texts, codes []string
	_, _ = apiclient.Entries(refusal.Detail, "", apiclient.MaxDetails, func(d *detail, err error) {
		codes = append(codes, d.Type)
		if err == nil {
			texts = append(texts, d.text())
		}
	})
	if len(codes) == 1 && len(texts) == 1 {
		code = codes[0]
	}
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" })
	return code, strings.Join(texts, "; ")
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
