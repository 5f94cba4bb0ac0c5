// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Config holds the endpoint of EGS and the credentials.
type Config struct {
	// Endpoint is the base URL. It can include a path prefix.
	Endpoint *url.URL
	// APIKey is exchanged for access tokens. It is not used if AccessToken is set.
	APIKey string
	// AccessToken is sent unchanged as the bearer token until it expires. It cannot be renewed.
	AccessToken string
	// Now is the local clock. It measures token lifetimes. For MaxClockSkew see apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client sends requests to one EGS installation, and is safe for concurrent use. It logs in before the first request that
// needs a token. Each Terraform operation (such as a refresh or an apply) needs a new Client: see apiclient.Listings.
type Client struct {
	conn *apiclient.Conn
	// apiKey is exchanged for tokens. It is "" if the client uses an access token only.
	apiKey     string
	tokens     *tokens
	keys       keyListings
	workspaces apiclient.Listings[Workspace]
	templates  *named[GPRTemplate]
	bindings   *named[GPRBinding]
	// unlisted has the names of created workspaces that no list has shown yet.
	unlisted sync.Map
	// dialect is the member name that EGS accepts for the expiry date in a create request, or nil before a create succeeds.
	dialect atomic.Pointer[string]
}

// New returns a Client. New sends no request.
func New(c Config, t *transport.Client) *Client {
	client := &Client{
		conn: &apiclient.Conn{
			Transport: t, Endpoint: c.Endpoint.JoinPath("/"), Service: "EGS", Secrets: apiclient.NewSecrets(secretAnywhere, c.APIKey, c.AccessToken),
			Clock: apiclient.Clock{Local: c.Now, MaxSkew: c.MaxClockSkew},
		},
		apiKey: c.APIKey,
	}
	client.tokens = &tokens{now: c.Now, given: c.AccessToken, ended: client.ended, exchange: func(ctx context.Context) (string, error) {
		return client.exchange(ctx, c.APIKey)
	}}
	client.keys.Listings = apiclient.Listings[APIKey]{
		Secrets: client.conn.Secrets, Op: opList, Thing: "key", ID: func(key *APIKey) string { return key.ID }, Compare: compareKeys,
		Clock: &client.conn.Clock, Pause: t.Pause, Fetch: client.fetchKeys, Narrow: client.keys.filter,
		RefusesAsEmpty: client.refusesAsEmpty,
	}
	client.workspaces = apiclient.Listings[Workspace]{
		Secrets: client.conn.Secrets, Op: opListWorkspaces, Thing: "workspace", ID: func(w *Workspace) string { return w.Name }, ByName: true,
		Compare: func(a, b Workspace) int { return cmp.Compare(a.Name, b.Name) },
		Clock:   &client.conn.Clock, Pause: t.Pause, Fetch: client.fetchWorkspaces,
	}
	client.templates, client.bindings = client.gprTemplates(), client.gprBindings()
	return client
}

// Learn registers a secret, so that errors do not show it.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address returns the endpoint in normalized form, for comparison. For example, the letter case of the host and the default
// port make no difference.
func (c *Client) Address() string { return c.conn.Address() }

// IsOwn reports whether the client logs in with the key. IsOwn compares both the id and the secret, since the id is not
// always the MD5 of the secret, and lists may hide secrets. If the client uses an access token, IsOwn returns false for all
// keys.
func (c *Client) IsOwn(key *APIKey) bool {
	return c.tokens.renewable() && (key.ID == APIKeyID(c.apiKey) || strings.EqualFold(key.Secret, c.apiKey))
}

// Now returns the time by the clock of EGS: see apiclient.Listings.Now. If no response has shown this time yet, Now logs in.
func (c *Client) Now(ctx context.Context) time.Time {
	if !c.conn.Clock.Known() && c.tokens.renewable() {
		_, _ = c.tokens.get(ctx, "") // If the log-in fails, the next request reports the error.
		return c.conn.Clock.Now()
	}
	return c.keys.Now(ctx)
}

// TrustedNow is like Now, for decisions about keys. It returns an error if the clocks differ too much: see
// apiclient.Clock.Trusted.
func (c *Client) TrustedNow(ctx context.Context) (time.Time, error) {
	_ = c.Now(ctx)
	return c.LastKnownTime()
}

// LastKnownTime is like TrustedNow, but sends no request.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// request returns a call with a path below the base URL.
func (c *Client) request(op, method, path string) apiclient.Call {
	return apiclient.Call{Op: op, Method: method, Path: path}
}

// call logs in if necessary, sends the request and returns the envelope's data. A 401 proves that EGS changed nothing, so
// after a 401 the request is sent once more with a new token.
func (c *Client) call(ctx context.Context, r apiclient.Call) (json.RawMessage, error) {
	for refused := ""; ; {
		token, err := c.tokens.get(ctx, refused)
		if err != nil {
			return nil, err
		}
		data, err := c.send(ctx, r, token)
		if refused != "" || !apiclient.IsStatus(err, http.StatusUnauthorized) || !c.tokens.renewable() {
			return data, err
		}
		refused = token
	}
}

// send sends the request and returns the envelope's data. If token is "", the request has no Authorization header.
func (c *Client) send(ctx context.Context, r apiclient.Call, token string) (json.RawMessage, error) {
	if token != "" {
		r.Authorization = "Bearer " + token
	}
	response, err := c.conn.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.open(r, response)
}
