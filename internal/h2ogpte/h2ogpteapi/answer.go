// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// refusalBody is what every refusal comes in; newer services add the type.
type refusalBody struct {
	Code      json.RawMessage `json:"code"`
	Message   json.RawMessage `json:"message"`
	ErrorType json.RawMessage `json:"error_type"`
}

// secretAnywhere finds what may be an API key, also one that this client does not know,
// in a server's text.
var secretAnywhere = regexp.MustCompile(`\bsk-[0-9A-Za-z_-]{4,}`)

// hide takes secrets out of a server's text.
func (c *Client) hide(text string) string {
	return secretAnywhere.ReplaceAllString(apiclient.Hider(c.apiKey).Replace(text), "(hidden)")
}

// refusal is the error of an answer that is no success. The body's code is the status
// in every documented answer; where it is another status, the worse counts, and nothing
// is proven.
func (c *Client) refusal(r apiclient.Call, answer *transport.Response) error {
	var body refusalBody
	_ = json.Unmarshal(answer.Body, &body) // What is not of the form has no code.
	code, err := strconv.Atoi(strings.Trim(string(body.Code), `"`))
	if answer.Status < http.StatusBadRequest || err != nil {
		return c.foreign(r, answer)
	}
	failure := c.conn.Failed(r, Error{Status: answer.Status, Attempts: answer.Attempts, Elapsed: answer.Elapsed})
	if code != answer.Status && http.StatusText(code) != "" {
		failure.Status, failure.Err = max(answer.Status, code), apiclient.ErrContradicts
	}
	failure.Code, failure.Message = apiclient.Clip(c.hide(text(body.ErrorType))), apiclient.Clip(c.hide(text(body.Message)))
	return failure
}

// text is a JSON string, or "".
func text(raw json.RawMessage) (s string) {
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// foreign is the error of an answer that is not the service's.
func (c *Client) foreign(r apiclient.Call, answer *transport.Response) error {
	return c.conn.Foreign(r, answer, c.conn.Describe(answer, "JSON of the documented form"))
}

// misplaced is the error of a list that is not there (404), which every h2oGPTe has: the
// base URL is that of something else.
func (c *Client) misplaced(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	told := *e
	told.Endpoint, told.Err = c.conn.Endpoint.String(), ErrForeign
	told.Message = strings.TrimPrefix(e.Message+"; ", "; ") + "every h2oGPTe has this list, and " + e.Setting("endpoint") + " must end in /api/v1"
	return &told
}

// noContent says whether the answer is the documented one of a call that tells nothing,
// 204. An empty one of another status may be the service's or anybody's; what holds
// something is not the service's.
func (c *Client) noContent(r apiclient.Call, answer *transport.Response) (proven bool, err error) {
	if answer.Status == http.StatusNoContent {
		return true, nil
	}
	if apiclient.IsEmpty(answer.Body) {
		return false, nil
	}
	return false, c.foreign(r, answer)
}
