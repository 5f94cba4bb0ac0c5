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
	// collectionPath is that of the keys. It ends in a slash, as documented.
	collectionPath = "/es/api/v1/credentials/api_keys/"
	// deletionPath is what the key stands after in the path of a DELETE, and only there.
	deletionPath = collectionPath + "delete/"
)

// Config says where a service is and how to log in to it.
type Config struct {
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// Scheme stands before APIKey in the Authorization header: Search, unless the site has its own.
	Scheme, APIKey string
	// Now is this machine's clock, and MaxClockSkew that of apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client speaks to one service, and is safe for concurrent use. Make one for each Terraform walk: see apiclient.Listings.
type Client struct {
	conn          *apiclient.Conn
	authorization string
	// apiKey is the client's own.
	apiKey string
	keys   apiclient.Listings[APIKey]
}

// New makes a Client. It sends nothing.
func New(c Config, t *transport.Client) *Client {
	key := strings.TrimSpace(c.APIKey) // A file that it is read from has a line end.
	client := &Client{
		conn: &apiclient.Conn{
			Transport: t, Endpoint: c.Endpoint.JoinPath("/"), Service: "Search GAIA", Section: section, Secrets: apiclient.NewSecrets(secretAnywhere, key),
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

// Learn makes a secret known that no error is to hold.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address is the endpoint in a form that is the same for the same service.
func (c *Client) Address() string { return c.conn.Address() }

// Now is the service's time: see apiclient.Listings.Now.
func (c *Client) Now(ctx context.Context) time.Time { return c.keys.Now(ctx) }

// LastKnownTime is the service's time, without a request. The error is an apiclient.SkewError where it is not trusted.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// IsOwn says whether the client logs in with the key, by its id or its secret; with none if the site logs in in another way.
func (c *Client) IsOwn(key *APIKey) bool {
	return key.ID == APIKeyID(c.apiKey) || key.Secret == c.apiKey
}

func (c *Client) request(op, method string) apiclient.Call {
	return apiclient.Call{
		Op: op, Method: method, Path: collectionPath, Authorization: c.authorization, Writes: method != http.MethodGet,
	}
}

// ofKey is a call about a key, which travels in the path behind a prefix, and is not shown.
func (c *Client) ofKey(op, method, prefix, key string) apiclient.Call {
	c.conn.Secrets.Learn(key)
	r := c.request(op, method)
	r.Path, r.Parameter = prefix+"{api_key}", key
	return r
}

// call sends the request and returns the response's JSON document: see open.
func (c *Client) call(ctx context.Context, r apiclient.Call) (json.RawMessage, error) {
	answer, err := c.conn.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.open(r, answer)
}
