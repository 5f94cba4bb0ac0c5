// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Answers are read up to these sizes in bytes.
const (
	maxAnswer = 1 << 20
	maxList   = 64 << 20
)

const (
	// collectionPath is that of the keys. It ends in a slash, as documented.
	collectionPath = "/es/api/v1/credentials/api_keys/"
	// deletionPath is what the key stands after in the path of a DELETE, and only there.
	deletionPath = collectionPath + "delete/"
)

// Config says where a service is and how to log in to it.
type Config struct {
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// Scheme stands before the key in the Authorization header: Search, unless the site
	// has its own.
	Scheme string
	// APIKey is what stands behind it.
	APIKey string
	// Now is this machine's clock.
	Now func() time.Time
}

// Client speaks to one service. It keeps one listing of the keys for all who read, and is
// safe for concurrent use. Make one a Terraform walk: what it has read is not read again.
type Client struct {
	transport     *transport.Client
	endpoint      *url.URL
	authorization string
	// apiKey is the client's own; no error repeats it.
	apiKey    string
	keys      apiclient.Listings[*listing]
	clock     apiclient.Clock
	creations creations
}

// New makes a Client. It sends nothing.
func New(c Config, t *transport.Client) *Client {
	// A file that a key is read from has a line end.
	key := strings.TrimSpace(c.APIKey)
	client := &Client{
		transport:     t,
		endpoint:      c.Endpoint.JoinPath("/"),
		authorization: strings.TrimSpace(c.Scheme + " " + key),
		apiKey:        key,
		clock:         apiclient.Clock{Local: c.Now},
	}
	client.keys.Now = c.Now
	return client
}

// OwnKeyID is the id of the API key that the client logs in with. Where the site logs its
// administrators in another way, it is that of no key.
func (c *Client) OwnKeyID() string { return APIKeyID(c.apiKey) }

// request is one call of the API.
type request struct {
	// op says what the call is for, as the end of "unable to …".
	op     string
	method string
	// path is the collection's, or what stands in the path before the key. It ends in a
	// slash.
	path string
	// key is the API key that the call is about, "" for the collection.
	key string
	// body is encoded as JSON; nil sends none.
	body       any
	repeatable bool
	maxAnswer  int64
	// stop is closed when no further attempt is to be begun; it may be nil.
	stop <-chan struct{}
}

// url is where the request goes, and route how that is shown: without the key.
func (c *Client) url(r request) (target *url.URL, route string) {
	target = c.endpoint.JoinPath(r.path)
	if r.key == "" {
		return target, ""
	}
	route = target.Path + "{api_key}"
	// Not joined: that would clean up what looks like a path in the key.
	target.RawPath = target.EscapedPath() + url.PathEscape(r.key)
	target.Path += r.key
	return target, route
}

// call sends the request and returns the answer's JSON document: see open.
func (c *Client) call(ctx context.Context, r request) (json.RawMessage, error) {
	target, route := c.url(r)
	t := transport.Request{
		Method:      r.method,
		URL:         target,
		Route:       route,
		Header:      http.Header{"Authorization": {c.authorization}},
		Repeatable:  r.repeatable,
		MaxResponse: r.maxAnswer,
		Stop:        r.stop,
	}
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		t.Body = body
	}
	answer, err := c.transport.Do(ctx, t)
	if err != nil {
		return nil, r.failed(Error{Endpoint: c.endpoint.String(), Err: err})
	}
	c.clock.Heard(answer.Header.Get("Date"))
	document, err := open(r, answer, c.apiKey)
	if e, ok := errors.AsType[*Error](err); ok && e.Foreign() {
		e.Endpoint = c.endpoint.String()
	}
	return document, err
}
