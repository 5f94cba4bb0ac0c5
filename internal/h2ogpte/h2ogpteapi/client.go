// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Answers are read up to these sizes in bytes.
const (
	maxAnswer = 1 << 20
	maxPage   = 64 << 20
)

// Config says where an h2oGPTe is and who asks.
type Config struct {
	// Endpoint is the base URL, which ends in /api/v1; a path prefix is kept.
	Endpoint *url.URL
	// APIKey is an admin's.
	APIKey string
	// Now is this machine's clock.
	Now func() time.Time
}

// Client speaks to one h2oGPTe. It keeps one listing of the keys and one of the users
// for all who read, and is safe for concurrent use. Make one a Terraform walk: what it
// has read is not read again.
type Client struct {
	transport *transport.Client
	endpoint  *url.URL
	// apiKey is sent with every request. No error repeats it.
	apiKey               string
	clock                apiclient.Clock
	keys                 apiclient.Listings[*listing[APIKey]]
	users                apiclient.Listings[*listing[User]]
	pagesOfKeys, ofUsers paging
	creations            creations
	// collection is the path of the list of keys that answered; nil until one did.
	collection atomic.Pointer[string]
}

// New makes a Client. It sends nothing.
func New(c Config, t *transport.Client) *Client {
	client := &Client{
		transport: t,
		endpoint:  c.Endpoint,
		apiKey:    c.APIKey,
		clock:     apiclient.Clock{Local: c.Now},
	}
	client.keys.Now, client.users.Now = c.Now, c.Now
	return client
}

// Now is the service's time: what decides whether a key has expired, also where this
// machine's clock is wrong. It sends a request only where no answer has told the time
// yet. Where none does, it is this machine's time.
func (c *Client) Now(ctx context.Context) time.Time {
	if !c.clock.Known() {
		// What fails here fails again, and is reported, in the operation itself.
		_, _ = c.listing(ctx)
	}
	return c.clock.Now()
}

// LastKnownTime is Now without a request.
func (c *Client) LastKnownTime() time.Time { return c.clock.Now() }

// IsOwnSecret says whether the secret is that of the key that the client itself uses.
func (c *Client) IsOwnSecret(secret string) bool { return secret == strings.TrimSpace(c.apiKey) }

// MayBeOwn says whether the key may be the one that the client itself uses: it ends in
// the same four characters. Nothing tells it for sure.
func (c *Client) MayBeOwn(key *APIKey) bool {
	const hint = 4
	own := strings.TrimSpace(c.apiKey)
	return len(own) > 2*hint && strings.HasSuffix(key.Hint, own[len(own)-hint:])
}

// request is one call of the API.
type request struct {
	// op says what the call is for, as the end of "unable to …".
	op     string
	method string
	// path is escaped, and below the base URL.
	path  string
	query url.Values
	// body is encoded as JSON; nil sends none.
	body any
	// writes says that the call makes, changes or deletes something.
	writes     bool
	repeatable bool
	maxAnswer  int64
	// stop is closed when no further attempt is to be begun; it may be nil.
	stop <-chan struct{}
}

// failed is the error of the request.
func (r request) failed(e Error) *Error {
	e.Op, e.Write, e.Section = r.op, r.writes, section
	return &e
}

// send sends the request. The answer is a success; every other is an error.
func (c *Client) send(ctx context.Context, r request) (*transport.Response, error) {
	t := transport.Request{
		Method:      r.method,
		URL:         c.endpoint.JoinPath(r.path),
		Header:      http.Header{"Authorization": {"Bearer " + c.apiKey}},
		Repeatable:  r.repeatable,
		MaxResponse: r.maxAnswer,
		Stop:        r.stop,
	}
	t.URL.RawQuery = r.query.Encode()
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
	if answer.Status >= http.StatusOK && answer.Status < http.StatusMultipleChoices {
		return answer, nil
	}
	return nil, c.refusal(r, answer)
}
