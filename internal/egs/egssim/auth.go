// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	roleOwner  = "Owner"
	roleEditor = "Editor"
	roleViewer = "Viewer"

	// serviceAccountNamespace is where KubeSlice keeps a project's accounts.
	serviceAccountNamespace = "kubeslice-avesha"

	// Messages as the vendor recorded them.
	messageMalformedKey    = "Api Key Configuration is invalid. Request a new API-key or contact administrator"
	messageExpiredKey      = "Api Key has expired"
	messageUnauthenticated = "Unauthenticated"
)

var uuidForm = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// grant is what a token stands for: the rights of its service account, fixed
// when it was issued.
type grant struct {
	keyID, role, workspace string
	expires                time.Time
}

// bound reports whether the rights end at a workspace. An Owner's never do,
// not even those of an Owner key of one workspace.
func (g grant) bound() bool { return g.role != roleOwner }

// sees reports whether a list shows the key to this caller: a bound one sees
// the Editor and Viewer keys of its workspace.
func (g grant) sees(key ListedKey) bool {
	return !g.bound() || g.manages(key.Role, key.WorkspaceName)
}

// manages reports whether a key of this role and workspace is within reach of
// a bound caller.
func (g grant) manages(role, workspace string) bool {
	return (role == roleEditor || role == roleViewer) && g.workspace != "" && workspace == g.workspace
}

// tokens are the access tokens that are good, unless they are over.
type tokens struct {
	mu     sync.Mutex
	grants map[string]grant
}

func (t *tokens) add(token string, g grant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.grants[token] = g
}

func (t *tokens) find(token string) (grant, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.grants[token]
	return g, ok
}

// expireAll forgets all tokens: an expired and an unknown one are answered
// alike.
func (t *tokens) expireAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.grants)
}

// authenticate is POST /api/v1/auth.
func (s *Simulator) authenticate(c simulation.Call) simulation.Reply {
	members, rep := decodeMembers(c)
	if rep != nil {
		return *rep
	}
	var secret string
	if json.Unmarshal(members["apiKey"], &secret) != nil || !uuidForm.MatchString(secret) {
		return failure(http.StatusBadRequest, messageMalformedKey)
	}
	key, ok := s.keys.withSecret(secret)
	if !ok {
		return failure(http.StatusUnauthorized, messageUnauthenticated)
	}
	if s.expired(key.Validity) {
		return failure(http.StatusUnauthorized, messageExpiredKey)
	}
	return success(map[string]string{"token": s.issue(key)})
}

// issue makes a token for the key that is good for Options.TokenTTL.
func (s *Simulator) issue(key storedKey) string {
	now := s.Now()
	token := hex.EncodeToString(randomBytes(32))
	if !s.options.OpaqueTokens {
		token = serviceAccountToken(key.SAName, now, s.options.TokenTTL)
	}
	s.tokens.add(token, grant{
		keyID: key.ID, role: key.Role, workspace: key.WorkspaceName, expires: now.Add(s.options.TokenTTL),
	})
	return token
}

// authorize finds the caller by the bearer token.
func (s *Simulator) authorize(c simulation.Call) (grant, *simulation.Reply) {
	scheme, token, _ := strings.Cut(c.Authorization, " ")
	g, ok := s.tokens.find(token)
	if ok && s.options.TokensEndWithKey {
		_, ok = s.keys.withID(g.keyID)
	}
	if !ok || !strings.EqualFold(scheme, "Bearer") || !s.Now().Before(g.expires) {
		return grant{}, new(failure(http.StatusUnauthorized, messageUnauthenticated))
	}
	return g, nil
}

// serviceAccountToken has the form of a Kubernetes service-account token:
// RS256, times in whole seconds. Its signature is random.
func serviceAccountToken(account string, now time.Time, ttl time.Duration) string {
	issued := now.Unix()
	claims := map[string]any{
		"aud": []string{"https://kubernetes.default.svc.cluster.local"},
		"iss": "https://kubernetes.default.svc.cluster.local",
		"jti": newUUID(),
		"iat": issued,
		"nbf": issued,
		"exp": issued + wholeSeconds(ttl),
		"sub": "system:serviceaccount:" + serviceAccountNamespace + ":" + account,
		"kubernetes.io": map[string]any{
			"namespace":      serviceAccountNamespace,
			"serviceaccount": map[string]string{"name": account, "uid": newUUID()},
		},
	}
	return segment(map[string]string{"alg": "RS256", "kid": "egssim", "typ": "JWT"}) + "." + segment(claims) + "." +
		base64.RawURLEncoding.EncodeToString(randomBytes(256))
}

// wholeSeconds rounds up, as the wire has no fractions of a second.
func wholeSeconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }

func segment(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings and numbers of this package
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
