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

// Config says where an h2oGPTe is and who asks.
type Config struct {
	// Endpoint is the base URL, which ends in /api/v1; a path prefix is kept.
	Endpoint *url.URL
	// APIKey is an admin's.
	APIKey string
	// Now is this machine's clock, and MaxClockSkew that of apiclient.Clock.
	Now          func() time.Time
	MaxClockSkew time.Duration
}

// Client speaks to one h2oGPTe, and is safe for concurrent use. Make one for each Terraform walk: see apiclient.Listings.
type Client struct {
	conn *apiclient.Conn
	// apiKey is sent with every request.
	apiKey               string
	keys                 apiclient.Listings[APIKey]
	users                apiclient.Listings[User]
	pagesOfKeys, ofUsers paging
	// userByID has the look-ups of users by their id, which all who need one share.
	mu       sync.Mutex
	userByID map[string]*apiclient.Flight[*User]
	// noUserByID says that the service does not know the call that gets one user.
	noUserByID atomic.Bool
	// collection is the path of the list of keys that answered; nil until one did.
	collection atomic.Pointer[string]
}

// New makes a Client. It sends nothing.
func New(c Config, t *transport.Client) *Client {
	client := &Client{apiKey: c.APIKey, userByID: map[string]*apiclient.Flight[*User]{}}
	client.conn = &apiclient.Conn{
		Transport: t, Endpoint: c.Endpoint, Service: "h2oGPTe", Section: section, Secrets: apiclient.NewSecrets(secretAnywhere, c.APIKey),
		Clock: apiclient.Clock{Local: c.Now, MaxSkew: c.MaxClockSkew}, KeyInRequests: true,
	}
	client.pagesOfKeys = paging{bound: client.conn.MaxEntries(), maxBytes: t.MaxList()}
	client.ofUsers = paging{bound: client.conn.MaxEntries(), maxBytes: t.MaxList()}
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

// Learn makes a secret known that no error is to hold.
func (c *Client) Learn(secret string) { c.conn.Secrets.Learn(secret) }

// Address is the endpoint in a form that is the same for the same service.
func (c *Client) Address() string { return c.conn.Address() }

// Now is the service's time: see apiclient.Listings.Now.
func (c *Client) Now(ctx context.Context) time.Time { return c.keys.Now(ctx) }

// TrustedNow is Now for what decides about keys: see apiclient.Clock.Trusted.
func (c *Client) TrustedNow(ctx context.Context) (time.Time, error) {
	_ = c.Now(ctx)
	return c.LastKnownTime()
}

// LastKnownTime is TrustedNow without a request.
func (c *Client) LastKnownTime() (time.Time, error) { return c.conn.Clock.Trusted(c.conn.Service) }

// AllowsSkew says whether clocks may differ by that much: see apiclient.Clock.Allows.
func (c *Client) AllowsSkew(difference time.Duration) bool { return c.conn.Clock.Allows(difference) }

// IsOwnSecret says whether the secret is that of the key that the client itself uses.
func (c *Client) IsOwnSecret(secret string) bool { return secret == strings.TrimSpace(c.apiKey) }

// MayBeOwn says whether the key may be the one that the client itself uses: it is active, and ends in the same four
// characters.
func (c *Client) MayBeOwn(key *APIKey) bool {
	same, known := key.EndsAs(strings.TrimSpace(c.apiKey))
	return key.Active && known && same
}

// IsNotOwn says whether the key is known not to be the one that the client itself uses: it is not active, or ends in other
// characters.
func (c *Client) IsNotOwn(key *APIKey) bool {
	same, known := key.EndsAs(strings.TrimSpace(c.apiKey))
	return !key.Active || known && !same
}

// EndsAs says whether the key may have this secret: it ends in the same four characters. That is not known where its hint
// tells fewer, or hides some.
func (key *APIKey) EndsAs(secret string) (same, known bool) {
	const hint = 4
	hidden := strings.TrimRightFunc(key.Hint, func(r rune) bool {
		return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	})
	told := key.Hint[len(hidden):]
	if len(told) < hint || len(secret) <= 2*hint {
		return false, false
	}
	return strings.EqualFold(told[len(told)-hint:], secret[len(secret)-hint:]), true
}

// request is a call of a path below the base URL: see apiclient.Call.
func (c *Client) request(op, method, path string) apiclient.Call {
	return apiclient.Call{
		Op: op, Method: method, Path: path, Authorization: "Bearer " + c.apiKey, Writes: method != http.MethodGet,
	}
}

// send sends the request. The response is a success; every other is an error.
func (c *Client) send(ctx context.Context, r apiclient.Call) (*transport.Response, error) {
	answer, err := c.conn.Send(ctx, r)
	if err != nil {
		return nil, err
	}
	if !answer.Succeeded() {
		return nil, c.refusal(r, answer)
	}
	return answer, nil
}
