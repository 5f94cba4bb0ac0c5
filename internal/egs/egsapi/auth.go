// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// renewalMargin is how long before its end a token is renewed, so that it does not end while a request is under way.
// Short-lived tokens keep nine tenths of their life.
const renewalMargin = 30 * time.Second

// tokens hands out the bearer of every request: one exchange serves all.
type tokens struct {
	now      func() time.Time
	exchange func(context.Context) (string, error)
	// given is an access token of the user's own, and ended the error if it has ended.
	given string
	ended func() error

	mu      sync.Mutex
	current string
	// renewAt is when current is too old; zero where its lifetime is not known.
	renewAt time.Time
	pending *apiclient.Flight[string]
}

func (t *tokens) renewable() bool { return t.given == "" }

// claims are those of the token in use.
func (t *tokens) claims() claims {
	t.mu.Lock()
	defer t.mu.Unlock()
	return readClaims(cmp.Or(t.given, t.current))
}

// get returns a token other than the one that was refused. Callers that come while an exchange is under way wait for it.
// An exchange that the controller refused is not tried again: a wrong key does not become right in a walk.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	if t.given != "" {
		return t.given, t.ended()
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t.mu.Lock()
	if t.pending == nil || t.outdated(refused) {
		t.pending = apiclient.Start(ctx, t.renew)
	}
	pending := t.pending
	t.mu.Unlock()
	return pending.Wait(ctx)
}

func (t *tokens) renew(ctx context.Context) (string, error) {
	asked := t.now()
	token, err := t.exchange(ctx)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current, t.renewAt = token, time.Time{}
	if lifetime := readClaims(token).lifetime(); lifetime > 0 {
		t.renewAt = asked.Add(lifetime - min(renewalMargin, lifetime/10))
	}
	return token, nil
}

// outdated says whether the last exchange's result no longer serves.
func (t *tokens) outdated(refused string) bool {
	if !t.pending.Done() {
		return false
	}
	if err := t.pending.Err(); err != nil {
		return !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden)
	}
	return t.current == refused || (!t.renewAt.IsZero() && !t.now().Before(t.renewAt))
}

// ended is the error if the user's own access token has ended by the controller's clock or, before a response has told that,
// by this machine's. It is for the controller to say where the two clocks differ.
func (c *Client) ended() error {
	end := readClaims(c.tokens.given).Expires
	now, skew := c.conn.Clock.Trusted(c.conn.Service)
	if skew == nil && end > 0 && now.Unix() >= int64(end) {
		return &Error{Op: opLogIn, LogIn: true, Message: fmt.Sprintf(
			"the access token expired at %s, and the time is %s. Set access_token (or EGS_ACCESS_TOKEN) to a new one, or use api_key (or "+
				"EGS_API_KEY), which the provider exchanges for tokens",
			time.Unix(int64(end), 0).UTC().Format(time.RFC3339), now.Format(time.RFC3339))}
	}
	return nil
}

// AccessToken is a bearer token and what is known of its life.
type AccessToken struct {
	// Token is the secret.
	Token string
	// ExpiresAt is by the controller's clock; zero where the token does not say.
	ExpiresAt time.Time
	// Lifetime is how long the token lived when it was issued; 0 where the token does not say.
	Lifetime time.Duration
}

// NewAccessToken exchanges an API key for an access token that nothing else uses; with "" it exchanges the client's own
// key, or returns its access token.
func (c *Client) NewAccessToken(ctx context.Context, apiKey string) (*AccessToken, error) {
	exchange := c.tokens.exchange
	switch {
	case apiKey != "":
		exchange = func(ctx context.Context) (string, error) { return c.exchange(ctx, apiKey) }
	case c.tokens.given != "":
		exchange = func(context.Context) (string, error) { return c.tokens.given, c.tokens.ended() }
	}
	token, err := exchange(ctx)
	if err != nil {
		return nil, err
	}
	claims := readClaims(token)
	t := &AccessToken{Token: token, Lifetime: claims.lifetime()}
	if t.Lifetime > 0 {
		t.ExpiresAt = time.Unix(int64(claims.Expires), 0).UTC()
	}
	return t, nil
}

// exchange logs in: POST /api/v1/auth takes the API key and returns a Kubernetes service-account token.
func (c *Client) exchange(ctx context.Context, apiKey string) (string, error) {
	r := c.request(opLogIn, http.MethodPost, "/api/v1/auth")
	r.LogIn, r.Repeatable, r.Body = true, true, map[string]string{"apiKey": apiKey}
	c.conn.Secrets.Learn(apiKey)
	data, err := c.send(ctx, r, "")
	if apiclient.IsStatus(err, http.StatusNotFound, http.StatusMethodNotAllowed) {
		// Every controller has this call: the base URL is wrong.
		return "", apiclient.Changed(err, func(e *Error) { e.Err, e.Endpoint = ErrNotEGS, c.conn.Endpoint.String() })
	}
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(data, &answer) != nil || answer.Token == "" {
		return "", c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response holds no token", Err: ErrNotEGS})
	}
	c.conn.Secrets.Learn(answer.Token)
	return answer.Token, nil
}

// claims are what the client reads of a token. The controller verifies it.
type claims struct {
	Expires numericDate `json:"exp"`
	Issued  numericDate `json:"iat"`
	Subject string      `json:"sub"`
}

// numericDate is in seconds since 1970, perhaps with a fraction (RFC 7519, 2). An invalid one is not known, and hides no
// other claim.
type numericDate int64

func (d *numericDate) UnmarshalJSON(b []byte) error {
	if seconds, err := strconv.ParseFloat(string(b), 64); err == nil {
		*d = numericDate(max(-1<<53, min(seconds, 1<<53)))
	}
	return nil
}

// readClaims reads a JSON Web Token (RFC 7519); an opaque token has none.
func readClaims(token string) (c claims) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return claims{}
	}
	return c
}

// lifetime is exp − iat, so that the two machines' clocks need not agree; 0 where it is not known.
func (c claims) lifetime() time.Duration {
	if c.Issued <= 0 || c.Expires <= c.Issued {
		return 0
	}
	// A year is as good as for ever, and safe from overflow.
	return time.Duration(min(c.Expires-c.Issued, 365*24*60*60)) * time.Second
}

// The service accounts of Editor and Viewer keys are these, and the workspace; that of Owner keys is the same for all. The
// administrator's is that of the token in the Secret of the same name.
const (
	editorAccount = "kubeslice-rbac-rw-slice-"
	viewerAccount = "kubeslice-rbac-ro-slice-"
	ownerAccount  = "kubeslice-rbac-rw-external-apis"
	adminAccount  = "kubeslice-rbac-rw-admin"
)

func (c claims) account() string { return c.Subject[strings.LastIndexByte(c.Subject, ':')+1:] }

// boundTo is the workspace whose keys are all that a token's owner may see, "" where it is not bound to one. An opaque
// token does not tell.
func (c claims) boundTo() (workspace string, known bool) {
	account := c.account()
	for _, prefix := range []string{editorAccount, viewerAccount} {
		if workspace, ok := strings.CutPrefix(account, prefix); ok {
			return workspace, workspace != ""
		}
	}
	// What other accounts see is not known.
	return "", account == ownerAccount || account == adminAccount
}
