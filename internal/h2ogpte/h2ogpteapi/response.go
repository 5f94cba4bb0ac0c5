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

// secretPattern matches text that looks like an API key. It hides keys in a server's text, including keys that this client
// has never received.
var secretPattern = regexp.MustCompile(`\bsk-[0-9A-Za-z_-]{4,}`)

// refusal returns the error of an unsuccessful response. In every documented response, the code in the body equals the HTTP
// status. If the two differ, the error is ErrConflictingResponse, and Error.Status is the higher of the two. Such a
// response does not prove whether the request was carried out.
func (c *Client) refusal(r apiclient.Call, resp *transport.Response) error {
	var body struct {
		Code      json.RawMessage `json:"code"`
		Message   json.RawMessage `json:"message"`
		ErrorType json.RawMessage `json:"error_type"` // Only newer versions send this.
	}
	_ = json.Unmarshal(resp.Body, &body) // A body of another form has no code.
	code, err := strconv.Atoi(strings.Trim(string(body.Code), `"`))
	if resp.Status < http.StatusBadRequest || err != nil {
		return c.unexpected(r, resp)
	}
	failure := c.conn.Failed(r, Error{
		Status: resp.Status, Code: text(body.ErrorType), Message: text(body.Message), Attempts: resp.Attempts, Elapsed: resp.Elapsed,
	})
	if code != resp.Status && http.StatusText(code) != "" {
		failure.Status, failure.Err = max(resp.Status, code), apiclient.ErrConflictingResponse
	}
	return failure
}

// text returns the value of a JSON string, or "" for any other JSON value.
func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

func (c *Client) unexpected(r apiclient.Call, resp *transport.Response) error {
	return c.conn.UnexpectedResponse(r, resp, c.conn.Describe(resp, "JSON in the documented format"))
}

// wrongBaseURL returns the error of a list request with the status 404. Every version of h2oGPTe has the list, so the base
// URL must be wrong.
func (c *Client) wrongBaseURL(err error) error {
	return apiclient.Changed(err, func(e *Error) {
		e.Endpoint, e.Err = c.conn.Endpoint.String(), ErrUnexpectedResponse
		e.Message = strings.TrimPrefix(e.Message+"; ", "; ") + "every version of h2oGPTe has this list, so the endpoint is wrong; " +
			e.Setting("endpoint") + " must end in /api/v1"
	})
}

// noContent reports whether the response is 204, the documented response to a call without a result. For an empty response
// with another status, noContent returns false and no error, because it is unclear whether the response comes from the
// service. A response with a body is not from the service, and causes an error.
func (c *Client) noContent(r apiclient.Call, resp *transport.Response) (proven bool, err error) {
	if resp.Status == http.StatusNoContent {
		return true, nil
	}
	if apiclient.IsEmpty(resp.Body) {
		return false, nil
	}
	return false, c.unexpected(r, resp)
}
