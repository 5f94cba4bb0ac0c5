// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Config configures a Client.
type Config struct {
	// Endpoint is the base URL. It ends in /api/v1, and may have a path prefix.
	Endpoint *url.URL
	// APIKey is the key of an administrator.
	APIKey string
	// Now is this machine's clock. MaxClockSkew is described in apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client is a client of one h2oGPTe, and is safe for concurrent use. All calls of a client share its listings. So create a
// new client for each operation of Terraform, such as a plan or an apply: see apiclient.Listings.
type Client struct {
	conn *apiclient.Conn
	// apiKey is sent with every request.
	apiKey              string
	keys                apiclient.Listings[APIKey]
	users               apiclient.Listings[User]
	keyPages, userPages paging
	// userByID has the requests for single users, by user id. Concurrent and later callers share a request.
	mu       sync.Mutex
	userByID map[string]*apiclient.Flight[*User]
	// noUserByID is true if the service does not support the call that gets one user.
	noUserByID atomic.Bool
	// collection is the path of the list of keys, or nil before a list request has succeeded.
	collection atomic.Pointer[string]
}

// New returns a Client. It sends no request.
func New(c Config, t *transport.Client) *Client {
	client := &Client{apiKey: c.APIKey, userByID: map[string]*apiclient.Flight[*User]{}}
	client.conn = &apiclient.Conn{
		Transport: t, Endpoint: c.Endpoint, Service: "h2oGPTe", Section: section, Secrets: apiclient.NewSecrets(secretPattern, c.APIKey),
		Clock: apiclient.Clock{Local: c.Now, MaxSkew: c.MaxClockSkew}, KeyInRequests: true,
	}
	client.keyPages = paging{bound: client.conn.MaxEntries(), maxBytes: t.MaxList()}
	client.userPages = paging{bound: client.conn.MaxEntries(), maxBytes: t.MaxList()}
	client.keys = apiclient.Listings[APIKey]{
		Secrets: client.conn.Secrets, Op: opList, Thing: "key", Section: section, ID: func(key *APIKey) string { return key.ID }, Compare: compareKeys,
		Clock: &client.conn.Clock, Pause: t.Pause, Fetch: client.fetchKeys,
	}
	client.users = apiclient.Listings[User]{
		Secrets: client.conn.Secrets, Op: opListUsers, Thing: "user", Section: section, ID: func(user *User) string { return user.ID }, Compare: compareUsers,
		Clock: &client.conn.Clock, Pause: t.Pause, Fetch: client.fetchUsers,
	}
	return client
}

// Learn adds a secret to hide in errors.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address returns the endpoint in a normalized form.
func (c *Client) Address() string { return c.conn.Address() }

// Now returns the service's time: see apiclient.Listings.Now.
func (c *Client) Now(ctx context.Context) time.Time { return c.keys.Now(ctx) }

// TrustedNow is like Now, with an apiclient.SkewError if the time is not trusted: see apiclient.Clock.Trusted.
func (c *Client) TrustedNow(ctx context.Context) (time.Time, error) {
	_ = c.Now(ctx)
	return c.LastKnownTime()
}

// LastKnownTime is like TrustedNow, but sends no request.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// AllowsSkew reports whether clocks may differ by this duration: see apiclient.Clock.Allows.
func (c *Client) AllowsSkew(difference time.Duration) bool { return c.conn.Clock.Allows(difference) }

// IsOwnSecret reports whether the client logs in with this secret.
func (c *Client) IsOwnSecret(secret string) bool { return secret == strings.TrimSpace(c.apiKey) }

// MayBeOwn reports whether it is possible that the client logs in with the key. The key must be active, and end in the same
// four characters as the secret of the client.
func (c *Client) MayBeOwn(key *APIKey) bool {
	same, known := key.EndsAs(strings.TrimSpace(c.apiKey))
	return key.Active && known && same
}

// IsNotOwn reports whether the client certainly does not log in with the key: the key is inactive, or its last four
// characters differ from those of the client's secret.
func (c *Client) IsNotOwn(key *APIKey) bool {
	same, known := key.EndsAs(strings.TrimSpace(c.apiKey))
	return !key.Active || known && !same
}

// EndsAs reports whether the key and the secret end in the same four characters. known is false if the key's hint shows
// fewer than four characters at its end, or the secret has at most eight characters.
func (key *APIKey) EndsAs(secret string) (same, known bool) {
	const hint = 4
	hidden := strings.TrimRightFunc(key.Hint, func(r rune) bool {
		return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	})
	visible := key.Hint[len(hidden):]
	if len(visible) < hint || len(secret) <= 2*hint {
		return false, false
	}
	return strings.EqualFold(visible[len(visible)-hint:], secret[len(secret)-hint:]), true
}

// request returns a call. The path is relative to the base URL: see apiclient.Call.
func (c *Client) request(op, method, path string) apiclient.Call {
	return apiclient.Call{
		Op: op, Method: method, Path: path, Authorization: "Bearer " + c.apiKey, Writes: method != http.MethodGet,
	}
}

// send sends the request. An unsuccessful response is an error.
func (c *Client) send(ctx context.Context, r apiclient.Call) (*transport.Response, error) {
	resp, err := c.conn.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	if !resp.Succeeded() {
		return nil, c.refusal(r, resp)
	}
	return resp, nil
}
