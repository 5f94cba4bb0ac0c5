// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"crypto/rand"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	roleOwner  = "Owner"
	roleEditor = "Editor"
	roleViewer = "Viewer"

	// serviceAccountNamespace is the namespace of a KubeSlice project's service accounts.
	serviceAccountNamespace = "kubeslice-avesha"

	// Recorded messages.
	messageMalformedKey    = "Api Key Configuration is invalid. Request a new API-key or contact administrator"
	messageExpiredKey      = "Api Key has expired"
	messageUnauthenticated = "Unauthenticated"
)

// grant has the permissions of a token's service account at the time when the token was issued.
type grant struct {
	role, workspace string
	// bound is whether the permissions are limited to the workspace.
	bound bool
	// expires is zero if the token does not expire.
	expires time.Time
}

// writes reports whether the caller can create and delete keys.
func (g grant) writes() bool { return g.role == roleOwner || g.role == roleEditor }

// sees reports whether a list shows the key to this caller. A bound caller sees the Editor and Viewer keys of its workspace. A
// bound Owner also sees the Owner keys of its workspace.
func (g grant) sees(key ListedKey) bool { return g.manages(key.Role, key.WorkspaceName) }

// manages reports whether the caller can access a key with this role and workspace.
func (g grant) manages(role, workspace string) bool {
	within := g.workspace != "" && workspace == g.workspace
	return !g.bound || (within && (g.role == roleOwner || role == roleEditor || role == roleViewer))
}

func (s *Simulator) authenticate(c simulation.Call) simulation.Reply {
	in := c.ReadBody(invalidFormat)
	if refused := in.Refused(); refused != nil {
		return *refused
	}
	secret := in.Text("apiKey")
	if in.Refused() != nil || secret == "" || (s.options.MistypedAsMalformed && !simulation.IsUUID(secret)) {
		return failure(http.StatusBadRequest, messageMalformedKey)
	}
	key := s.keys.LogIn(secret)
	if key == nil {
		return failure(http.StatusUnauthorized, messageUnauthenticated)
	}
	if key.Value.tokenTTL() <= 0 {
		return failure(http.StatusBadRequest, messageMalformedKey)
	}
	if s.expired(key.Value.Validity) {
		return failure(http.StatusUnauthorized, messageExpiredKey)
	}
	return success(map[string]string{"token": s.issue(key.Value)})
}

// tokenTTL returns the lifetime of the key's tokens, or 0 if the key's Kubernetes Secret is malformed.
func (k ListedKey) tokenTTL() time.Duration {
	seconds, err := strconv.ParseInt(k.TokenTTLSeconds, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func (s *Simulator) issue(key ListedKey) string {
	now, ttl := s.Now(), key.tokenTTL()
	token := rand.Text()
	if !s.options.OpaqueTokens {
		token = serviceAccountToken(key.SAName, now, ttl)
	}
	bound := key.Role != roleOwner || (s.options.OwnersBound && key.WorkspaceName != "")
	s.tokens.Store(token, grant{key.Role, key.WorkspaceName, bound, now.Add(ttl)})
	return token
}

// AdministratorToken returns the token in the Secret kubeslice-rbac-rw-admin. A new installation creates its first key with
// this token. The token has the permissions of an Owner, and does not expire.
func (s *Simulator) AdministratorToken() string {
	token := legacyToken("kubeslice-rbac-rw-admin")
	s.tokens.Store(token, grant{role: roleOwner})
	return token
}

// Token returns a new access token for the key with this secret, or "" if the key is unknown or expired.
func (s *Simulator) Token(secret string) string {
	key := s.keys.BySecret(secret)
	if key == nil || s.expired(key.Value.Validity) {
		return ""
	}
	return s.issue(key.Value)
}

// ExpireTokens expires all issued tokens. The response to an expired token is the same as the response to an unknown token.
func (s *Simulator) ExpireTokens() { s.tokens.Clear() }

// authorized returns a handler that refuses calls without a valid bearer token.
func (s *Simulator) authorized(handle func(simulation.Call, grant) simulation.Reply) func(simulation.Call) simulation.Reply {
	return func(c simulation.Call) simulation.Reply {
		scheme, token := c.Credentials()
		issued, _ := s.tokens.Load(token)
		g, ok := issued.(grant)
		if !ok || !strings.EqualFold(scheme, "Bearer") || (!g.expires.IsZero() && !s.Now().Before(g.expires)) {
			return failure(http.StatusUnauthorized, messageUnauthenticated)
		}
		return handle(c, g)
	}
}

// ownerOnly returns a handler that refuses all callers except Owners. It also refuses a bound Owner if the call is for another
// workspace.
func (s *Simulator) ownerOnly(handle func(simulation.Call) simulation.Reply) func(simulation.Call) simulation.Reply {
	return s.authorized(func(c simulation.Call, caller grant) simulation.Reply {
		outside := caller.bound && c.ReadBody(invalidFormat).Text("workspaceName") != caller.workspace
		if caller.role != roleOwner || outside {
			return s.forbidden()
		}
		return handle(c)
	})
}

// serviceAccount returns the name of the Kubernetes service account of a key with this role and workspace.
func serviceAccount(role, workspace string) string {
	switch role {
	case roleEditor:
		return "kubeslice-rbac-rw-slice-" + workspace
	case roleViewer:
		return "kubeslice-rbac-ro-slice-" + workspace
	default:
		return "kubeslice-rbac-rw-external-apis"
	}
}

// serviceAccountToken returns a token in the form of Kubernetes service-account tokens: RS256, times in whole seconds.
func serviceAccountToken(account string, now time.Time, ttl time.Duration) string {
	issued := now.Unix()
	return signed(map[string]any{
		"aud": []string{"https://kubernetes.default.svc.cluster.local"},
		"iss": "https://kubernetes.default.svc.cluster.local",
		"jti": simulation.NewUUID(),
		"iat": issued,
		"nbf": issued,
		"exp": issued + wholeSeconds(ttl),
		"sub": "system:serviceaccount:" + serviceAccountNamespace + ":" + account,
		"kubernetes.io": map[string]any{
			"namespace":      serviceAccountNamespace,
			"serviceaccount": map[string]string{"name": account, "uid": simulation.NewUUID()},
		},
	})
}

// legacyToken returns a token in the form of the token in a service account's Kubernetes Secret. Such a token has neither a
// time of issue nor an expiry.
func legacyToken(account string) string {
	const prefix = "kubernetes.io/serviceaccount/"
	return signed(map[string]any{
		"iss":                           "kubernetes/serviceaccount",
		prefix + "namespace":            serviceAccountNamespace,
		prefix + "secret.name":          account,
		prefix + "service-account.name": account,
		prefix + "service-account.uid":  simulation.NewUUID(),
		"sub":                           "system:serviceaccount:" + serviceAccountNamespace + ":" + account,
	})
}

// signed returns a token with these claims and a random signature.
func signed(claims map[string]any) string {
	signature := make([]byte, 256)
	_, _ = rand.Read(signature) // never fails (crypto/rand since Go 1.24)
	segment := base64.RawURLEncoding.EncodeToString
	return segment(simulation.Encode(map[string]string{"alg": "RS256", "kid": "egssim", "typ": "JWT"})) + "." +
		segment(simulation.Encode(claims)) + "." + segment(signature)
}

// wholeSeconds rounds up to seconds, since token lifetimes and expiry times are whole seconds.
func wholeSeconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
