// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

const (
	// collectionPath is the path of the collection of keys. It ends in a slash, as documented.
	collectionPath = "/es/api/v1/credentials/api_keys/"
	// deletionPath precedes the key in the path of a DELETE. In the path of an update, collectionPath precedes the key.
	deletionPath = collectionPath + "delete/"
)

// Config configures a Client.
type Config struct {
	// Endpoint is the base URL. A path prefix is allowed.
	Endpoint *url.URL
	// Scheme precedes APIKey in the Authorization header. It is Search, unless the service is configured with another scheme.
	Scheme, APIKey string
	// Now is this machine's clock. For MaxClockSkew, see MaxSkew of apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client is a client of one service, and is safe for concurrent use. Create a new client for each operation of
// Terraform, such as a plan or an apply: see apiclient.Listings.
type Client struct {
	conn          *apiclient.Conn
	authorization string
	// apiKey is the key that the client logs in with.
	apiKey string
	keys   apiclient.Listings[APIKey]
}

// New returns a Client. It sends no request.
func New(c Config, t *transport.Client) *Client {
	key := strings.TrimSpace(c.APIKey) // A key from a file often ends in a newline.
	client := &Client{
		conn: &apiclient.Conn{
			Transport: t, Endpoint: c.Endpoint.JoinPath("/"), Service: "Search GAIA", Section: section, Secrets: apiclient.NewSecrets(secretPattern, key),
			Clock: apiclient.Clock{Local: c.Now, MaxSkew: c.MaxClockSkew}, KeyInRequests: true,
		},
		authorization: strings.TrimSpace(c.Scheme + " " + key),
		apiKey:        key,
	}
	client.keys = apiclient.Listings[APIKey]{
		Secrets: client.conn.Secrets, Op: opList, Thing: "key", Section: section, ID: func(key *APIKey) string { return key.ID },
		Compare: func(a, b APIKey) int { return cmp.Compare(a.ID, b.ID) }, Clock: &client.conn.Clock, Pause: t.Pause, Fetch: client.fetch,
	}
	return client
}

// Learn adds a secret that the client then hides in errors.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address returns the endpoint in a normalized form.
func (c *Client) Address() string { return c.conn.Address() }

// Now returns the service's time. It possibly sends a request: see apiclient.Listings.Now.
func (c *Client) Now(ctx context.Context) time.Time { return c.keys.Now(ctx) }

// LastKnownTime returns the service's time without a request. The error is an apiclient.SkewError if the time is not trusted.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// IsOwn reports whether the client logs in with the key. An equal id or an equal secret is sufficient. If the client logs in
// with credentials other than a key, IsOwn returns false for all keys.
func (c *Client) IsOwn(key *APIKey) bool {
	return key.ID == APIKeyID(c.apiKey) || key.Secret == c.apiKey
}

func (c *Client) request(op, method string) apiclient.Call {
	return apiclient.Call{
		Op: op, Method: method, Path: collectionPath, Authorization: c.authorization, Writes: method != http.MethodGet,
	}
}

// ofKey returns a call whose path consists of the prefix and the key. Errors do not show the key.
func (c *Client) ofKey(op, method, prefix, key string) apiclient.Call {
	c.conn.Secrets.Learn(key)
	r := c.request(op, method)
	r.Path, r.Parameter = prefix+"{api_key}", key
	return r
}

// call sends the request and returns the JSON document of the response. For errors, see open.
func (c *Client) call(ctx context.Context, r apiclient.Call) (json.RawMessage, error) {
	resp, err := c.conn.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.open(r, resp)
}
