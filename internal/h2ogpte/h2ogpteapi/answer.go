// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// secretAnywhere finds what may be an API key, also one that this client does not know, in a server's text.
var secretAnywhere = regexp.MustCompile(`\bsk-[0-9A-Za-z_-]{4,}`)

// refusal is the error of a response that is no success. The body's code is the status in every documented response;
// where it is another status, the worse counts, and nothing is proven.
func (c *Client) refusal(r apiclient.Call, answer *transport.Response) error {
	var body struct {
		Code      json.RawMessage `json:"code"`
		Message   json.RawMessage `json:"message"`
		ErrorType json.RawMessage `json:"error_type"` // Of newer services.
	}
	_ = json.Unmarshal(answer.Body, &body) // What is not of the form has no code.
	code, err := strconv.Atoi(strings.Trim(string(body.Code), `"`))
	if answer.Status < http.StatusBadRequest || err != nil {
		return c.foreign(r, answer)
	}
	failure := c.conn.Failed(r, Error{
		Status: answer.Status, Code: text(body.ErrorType), Message: text(body.Message), Attempts: answer.Attempts, Elapsed: answer.Elapsed,
	})
	if code != answer.Status && http.StatusText(code) != "" {
		failure.Status, failure.Err = max(answer.Status, code), apiclient.ErrContradicts
	}
	return failure
}

// text is a JSON string, or "".
func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // What is no string leaves it empty.
	return s
}

func (c *Client) foreign(r apiclient.Call, answer *transport.Response) error {
	return c.conn.Foreign(r, answer, c.conn.Describe(answer, "JSON of the documented form"))
}

// misplaced is the error of a list that does not exist (404): the base URL is wrong.
func (c *Client) misplaced(err error) error {
	return apiclient.Changed(err, func(e *Error) {
		e.Endpoint, e.Err = c.conn.Endpoint.String(), ErrForeign
		e.Message = strings.TrimPrefix(e.Message+"; ", "; ") + "every h2oGPTe has this list, and " + e.Setting("endpoint") + " must end in /api/v1"
	})
}

// noContent says whether the response is the documented one of a call that tells nothing, 204. An empty one of another
// status may come from the service or from anything else; one that holds something is not the service's.
func (c *Client) noContent(r apiclient.Call, answer *transport.Response) (proven bool, err error) {
	if answer.Status == http.StatusNoContent {
		return true, nil
	}
	if apiclient.IsEmpty(answer.Body) {
		return false, nil
	}
	return false, c.foreign(r, answer)
}
