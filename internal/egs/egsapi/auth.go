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

// renewalMargin is the remaining lifetime at which the client renews a token, so that the token does not expire during a
// request. A token with a lifetime of less than ten times renewalMargin is renewed after nine tenths of its lifetime.
const renewalMargin = 30 * time.Second

// tokens provides the bearer token of all requests. Concurrent requests share one exchange.
type tokens struct {
	now      func() time.Time
	exchange func(context.Context) (string, error)
	// given is the access token of the configuration, or "" if there is none. ended returns an error if that token has
	// expired.
	given string
	ended func() error

	mu      sync.Mutex
	current string
	// renewAt is when the token current is due for renewal, or zero if the lifetime of the token is unknown.
	renewAt time.Time
	pending *apiclient.Flight[string]
}

func (t *tokens) renewable() bool { return t.given == "" }

func (t *tokens) claims() claims {
	t.mu.Lock()
	defer t.mu.Unlock()
	return readClaims(cmp.Or(t.given, t.current))
}

// get returns the access token of the configuration, or a token from an exchange. The parameter refused is a token that EGS
// refused, or "". get starts another exchange if the current token is the refused one or is due for renewal, or if the last
// exchange failed. There is one exception: if EGS refused the API key in the last exchange, get returns that error again,
// because an invalid key stays invalid for the rest of the Terraform operation. Callers wait for an exchange that is in
// progress.
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

// outdated reports whether the result of the last exchange can no longer be used.
func (t *tokens) outdated(refused string) bool {
	if !t.pending.Done() {
		return false
	}
	if err := t.pending.Err(); err != nil {
		return !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden)
	}
	return t.current == refused || (!t.renewAt.IsZero() && !t.now().Before(t.renewAt))
}

// ended returns an error if the access token of the configuration has expired by the clock of EGS, or by the local clock
// before the first response. If the two clocks differ too much, ended returns nil, and EGS decides whether the token is valid.
func (c *Client) ended() error {
	end := readClaims(c.tokens.given).Expires
	now, skew := c.conn.Clock.Trusted(c.conn.Service)
	if skew == nil && end > 0 && now.Unix() >= int64(end) {
		return &Error{Op: opLogIn, LogIn: true, Message: fmt.Sprintf(
			"the access token expired at %s; the current time is %s. Set access_token (or EGS_ACCESS_TOKEN) to a new one, or use "+
				"api_key (or EGS_API_KEY), which the provider exchanges for tokens",
			time.Unix(int64(end), 0).UTC().Format(time.RFC3339), now.Format(time.RFC3339))}
	}
	return nil
}

// AccessToken is a bearer token and its lifetime.
type AccessToken struct {
	// Token is the secret.
	Token string
	// ExpiresAt is the time of expiry by the clock of EGS, or zero if Lifetime is unknown.
	ExpiresAt time.Time
	// Lifetime is the time from issue to expiry, or 0 if the token does not contain both times.
	Lifetime time.Duration
}

// NewAccessToken exchanges an API key for an access token that is not shared with the client's requests. If apiKey is "",
// NewAccessToken exchanges the client's own key, or returns the client's access token.
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

// exchange logs in: POST /api/v1/auth receives the API key and returns a Kubernetes service-account token.
func (c *Client) exchange(ctx context.Context, apiKey string) (string, error) {
	r := c.request(opLogIn, http.MethodPost, "/api/v1/auth")
	r.LogIn, r.Repeatable, r.Body = true, true, map[string]string{"apiKey": apiKey}
	c.conn.Secrets.Learn(apiKey)
	data, err := c.send(ctx, r, "")
	if apiclient.IsStatus(err, http.StatusNotFound, http.StatusMethodNotAllowed) {
		// Every EGS has this endpoint, so the base URL is wrong.
		return "", apiclient.Changed(err, func(e *Error) { e.Err, e.Endpoint = ErrUnexpectedResponse, c.conn.Endpoint.String() })
	}
	if err != nil {
		return "", err
	}
	var response struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(data, &response) != nil || response.Token == "" {
		return "", c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response contains no token", Err: ErrUnexpectedResponse})
	}
	c.conn.Secrets.Learn(response.Token)
	return response.Token, nil
}

// claims are the claims of a token that the client uses. The client does not verify the token; EGS does.
type claims struct {
	Expires numericDate `json:"exp"`
	Issued  numericDate `json:"iat"`
	Subject string      `json:"sub"`
}

// numericDate is a time in seconds since 1970. In JSON, it may have a fraction (RFC 7519, section 2). An invalid time is read
// as 0, and does not make the other claims invalid.
type numericDate int64

func (d *numericDate) UnmarshalJSON(b []byte) error {
	if seconds, err := strconv.ParseFloat(string(b), 64); err == nil {
		*d = numericDate(max(-1<<53, min(seconds, 1<<53)))
	}
	return nil
}

// readClaims returns the claims of a JSON Web Token (RFC 7519), and no claims for an opaque token.
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

// lifetime returns exp − iat, or 0 if the lifetime is unknown. The result does not depend on the local clock.
func (c claims) lifetime() time.Duration {
	if c.Issued <= 0 || c.Expires <= c.Issued {
		return 0
	}
	// The limit of a year prevents an overflow. No Terraform run takes that long.
	return time.Duration(min(c.Expires-c.Issued, 365*24*60*60)) * time.Second
}

// Names of service accounts. The names for Editor and Viewer keys consist of a prefix and the name of the workspace. All Owner
// keys share one account. The administrator's token is in the Secret kubeslice-rbac-rw-admin.
const (
	editorAccount = "kubeslice-rbac-rw-slice-"
	viewerAccount = "kubeslice-rbac-ro-slice-"
	ownerAccount  = "kubeslice-rbac-rw-external-apis"
	adminAccount  = "kubeslice-rbac-rw-admin"
)

func (c claims) account() string { return c.Subject[strings.LastIndexByte(c.Subject, ':')+1:] }

// boundTo returns the only workspace that the token can access, or "" if the token is not bound to a workspace. For an opaque
// token, known is false.
func (c claims) boundTo() (workspace string, known bool) {
	account := c.account()
	for _, prefix := range []string{editorAccount, viewerAccount} {
		if workspace, ok := strings.CutPrefix(account, prefix); ok {
			return workspace, workspace != ""
		}
	}
	// EGS does not document what other accounts can see.
	return "", account == ownerAccount || account == adminAccount
}
