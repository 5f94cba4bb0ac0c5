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

// open returns the JSON document of a successful response. For all other responses, open returns an error, with one exception:
// for a successful response to a delete without content, open returns neither a document nor an error, because it is unclear
// whether the response comes from the service or from another server.
func (c *Client) open(r apiclient.Call, resp *transport.Response) (json.RawMessage, error) {
	empty := apiclient.IsEmpty(resp.Body)
	switch {
	case resp.Succeeded() && empty && r.Method == http.MethodDelete:
		return nil, nil
	case resp.Succeeded() && !empty && json.Valid(resp.Body):
		return resp.Body, nil
	case !isRefusal(resp):
		return nil, c.conn.UnexpectedResponse(r, resp, c.conn.Describe(resp, "JSON"))
	}
	code, message := errorText(resp.Body)
	return nil, c.conn.Failed(r, Error{Status: resp.Status, Code: code, Message: message, Attempts: resp.Attempts, Elapsed: resp.Elapsed})
}

// isRefusal reports whether the response is an error response that the service itself possibly sent: its body is JSON. The bodies
// of 401, 403 and 404 are not documented, so they can also be empty.
func isRefusal(resp *transport.Response) bool {
	if resp.Status < http.StatusBadRequest {
		return false
	}
	if len(bytes.TrimSpace(resp.Body)) == 0 {
		return slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, resp.Status)
	}
	return json.Valid(resp.Body)
}

// secretPattern matches texts in responses that are possibly API keys. It also finds keys that this client does not know.
var secretPattern = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// detail is a validation error. Loc is the path to the invalid part of the request. It consists of names and indices.
type detail struct {
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
	Type string `json:"type"`
}

// errorText returns the code and the message of an error response, {"detail":…}. The value is a string or an array of details.
// If the array has exactly one detail, the code is its type. Otherwise, the code is "". If the body has another form, code and
// message are "", and the error shows only the status.
func errorText(body []byte) (code, message string) {
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
