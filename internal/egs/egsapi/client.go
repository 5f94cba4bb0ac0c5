// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Answers are read up to these sizes in bytes.
const (
	maxAnswer = 1 << 20
	maxList   = 64 << 20
)

// Config says where a controller is and how to log in to it.
type Config struct {
	// Endpoint is the base URL; a path prefix is kept.
	Endpoint *url.URL
	// APIKey is exchanged for access tokens. It is not used where AccessToken is
	// set.
	APIKey string
	// AccessToken is used as the bearer as it stands and cannot be renewed.
	AccessToken string
	// Now is this machine's clock. Token lifetimes are measured with it.
	Now func() time.Time
}

// Client speaks to one controller. It logs in with the first request that needs
// it, keeps one listing of the keys and one of the workspaces for all who read, and is
// safe for concurrent use. Make one a Terraform walk: what it has read is not read again.
type Client struct {
	transport *transport.Client
	endpoint  *url.URL
	// apiKey is what the tokens are made from, "" where one was given. No error
	// repeats it.
	apiKey             string
	tokens             *tokens
	keys               keyListings
	clock              apiclient.Clock
	creations          creations
	workspaces         apiclient.Listings[*workspaceListing]
	workspaceCreations workspaceCreations
	// dialect is what the controller was found to speak: nil until it accepted a
	// create.
	dialect atomic.Pointer[dialect]
}

// New makes a Client. It sends nothing.
func New(c Config, t *transport.Client) *Client {
	client := &Client{
		transport: t,
		endpoint:  c.Endpoint.JoinPath("/"),
		apiKey:    c.APIKey,
		clock:     apiclient.Clock{Local: c.Now},
	}
	client.tokens = &tokens{now: c.Now, given: c.AccessToken, exchange: func(ctx context.Context) (string, error) {
		return client.exchange(ctx, c.APIKey)
	}}
	client.keys.Now, client.workspaces.Now = c.Now, c.Now
	return client
}

// OwnKeyID is the id of the API key that the client logs in with, "" where it uses
// an access token.
func (c *Client) OwnKeyID() string {
	if c.tokens.given != "" {
		return ""
	}
	return APIKeyID(c.apiKey)
}

// Now is the controller's time: what decides whether a key is valid, also where
// this machine's clock is wrong. It sends a request only where no answer has told
// the time yet. Where none does, it is this machine's time.
func (c *Client) Now(ctx context.Context) time.Time {
	if !c.clock.Known() {
		// What fails here fails again, and is reported, in the operation itself.
		if c.tokens.renewable() {
			_, _ = c.tokens.get(ctx, "")
		} else {
			_, _ = c.listing(ctx, "")
		}
	}
	return c.clock.Now()
}

// LastKnownTime is Now without a request.
func (c *Client) LastKnownTime() time.Time { return c.clock.Now() }

// request is one call of the API.
type request struct {
	// op says what the call is for, as the end of "unable to …".
	op     string
	method string
	path   string
	query  url.Values
	// body is encoded as JSON; nil sends none.
	body any
	// writes says that the call makes or deletes something, and logIn that it is for
	// logging in.
	writes, logIn bool
	repeatable    bool
	maxAnswer     int64
	// secrets are values of the body that no error may repeat.
	secrets []string
	// stop is closed when no further attempt is to be begun; it may be nil.
	stop <-chan struct{}
}

// call logs in where that is needed, sends the request and returns the envelope's
// data. A 401 proves that nothing was done, so the request is sent once more with
// a new token.
func (c *Client) call(ctx context.Context, r request) (json.RawMessage, error) {
	token, err := c.tokens.get(ctx, "")
	if err != nil {
		return nil, err
	}
	data, err := c.send(ctx, r, token)
	if !apiclient.IsStatus(err, http.StatusUnauthorized) || !c.tokens.renewable() {
		return data, err
	}
	token, err = c.tokens.get(ctx, token)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, r, token)
}

// send sends the request with the token, if there is one, and returns the
// envelope's data.
func (c *Client) send(ctx context.Context, r request, token string) (json.RawMessage, error) {
	t := transport.Request{
		Method:      r.method,
		URL:         c.endpoint.JoinPath(r.path),
		Header:      http.Header{},
		Repeatable:  r.repeatable,
		MaxResponse: r.maxAnswer,
		Stop:        r.stop,
	}
	t.URL.RawQuery = r.query.Encode()
	if token != "" {
		t.Header.Set("Authorization", "Bearer "+token)
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
	data, err := open(r, answer, append(r.secrets, token, c.apiKey)...)
	if errors.Is(err, ErrNotEGS) {
		return nil, c.notEGS(err)
	}
	return data, err
}
