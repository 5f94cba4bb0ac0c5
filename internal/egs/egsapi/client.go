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

// Config says where a controller is and how to log in to it.
type Config struct {
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// APIKey is exchanged for access tokens. It is not used where AccessToken is set.
	APIKey string
	// AccessToken is used as the bearer as it stands, until it ends, and cannot be renewed.
	AccessToken string
	// Now is this machine's clock. Token lifetimes are measured with it. MaxClockSkew is that of apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client speaks to one controller, and is safe for concurrent use. It logs in with the first request that needs it. Make
// one for each Terraform walk: see apiclient.Listings.
type Client struct {
	conn *apiclient.Conn
	// apiKey is what the tokens are made from, "" where one was given.
	apiKey     string
	tokens     *tokens
	keys       keyListings
	workspaces apiclient.Listings[Workspace]
	templates  *named[GPRTemplate]
	bindings   *named[GPRBinding]
	// unlisted are the names of workspaces that were created, and that no list has shown yet.
	unlisted sync.Map
	// dialect is how the controller names the date of a create, nil before it is known.
	dialect atomic.Pointer[string]
}

// New makes a Client. It sends nothing.
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

// Learn makes a secret known that no error is to hold.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address is the endpoint in a form that is the same for the same controller.
func (c *Client) Address() string { return c.conn.Address() }

// IsOwn says whether the client logs in with the key, by its id or its secret: ids may have another form than the MD5 of the
// secret, and lists may hide secrets. It is false for all keys where the client uses an access token.
func (c *Client) IsOwn(key *APIKey) bool {
	return c.tokens.renewable() && (key.ID == APIKeyID(c.apiKey) || strings.EqualFold(key.Secret, c.apiKey))
}

// Now is the controller's time: see apiclient.Listings.Now. A log-in tells it too.
func (c *Client) Now(ctx context.Context) time.Time {
	if !c.conn.Clock.Known() && c.tokens.renewable() {
		_, _ = c.tokens.get(ctx, "") // It fails again, and is reported, in the operation itself.
		return c.conn.Clock.Now()
	}
	return c.keys.Now(ctx)
}

// TrustedNow is Now for what decides about keys: see apiclient.Clock.Trusted.
func (c *Client) TrustedNow(ctx context.Context) (time.Time, error) {
	_ = c.Now(ctx)
	return c.LastKnownTime()
}

// LastKnownTime is TrustedNow without a request.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// request is a call below the base URL.
func (c *Client) request(op, method, path string) apiclient.Call {
	return apiclient.Call{Op: op, Method: method, Path: path}
}

// call logs in if necessary, sends the request and returns the envelope's data. A 401 proves that nothing was done, so
// the request is sent once more with a new token.
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

// send sends the request with the token, if there is one, and returns the envelope's data.
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
