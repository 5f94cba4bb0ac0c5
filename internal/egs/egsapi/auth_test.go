// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestClient_keepsPathPrefixOfEndpoint(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.StripPrefix("/egs/core", next)
	})
	for _, prefix := range []string{"/egs/core", "/egs/core/"} {
		client := c.connect(egsapi.Config{Endpoint: c.URL.JoinPath(prefix), APIKey: c.OwnerKey()})
		if _, err := client.APIKeys(t.Context(), ""); err != nil {
			t.Errorf("with %s: %v", prefix, err)
		}
	}
}

func TestClient_tokenIsRenewedByItsOwnClock(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ttl    time.Duration
		serves time.Duration
	}{
		{ttl: 900 * time.Second, serves: 870 * time.Second},
		{ttl: 100 * time.Second, serves: 90 * time.Second},
		{ttl: 10 * time.Second, serves: 9 * time.Second},
	} {
		for _, years := range []int{-7, 0, 5} {
			t.Run(fmt.Sprintf("%s, %d years off", test.ttl, years), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{TokenTTL: test.ttl})
				own := newClock(noon.AddDate(years, 0, 0))
				client := c.connect(egsapi.Config{Now: own.Now})
				create := func() {
					t.Helper()
					must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
				}
				create()
				own.Advance(test.serves - time.Second)
				create()
				c.Wants(1, "POST", authPath)
				own.Advance(time.Second)
				create()
				create()
				c.Wants(2, "POST", authPath)
				own.Advance(test.serves - time.Second)
				create()
				c.Wants(2, "POST", authPath)
				for _, entry := range c.Journal() {
					if entry.Status != http.StatusOK {
						t.Errorf("a request was sent with an expired token: %+v", entry)
					}
				}
			})
		}
	}
}

func TestClient_refusedTokenIsRenewedOnceForAll(t *testing.T) {
	t.Parallel()
	const n = 12
	// All creates are sent with the first token before the first response.
	c := start(t, egssim.Options{}, clienttest.Rendezvous(on("POST", keyPath), n))
	client := c.owner()
	must(t, clienttest.Err(client.APIKeys(t.Context(), "")))
	c.ExpireTokens()
	at(n, func(i int) {
		if _, err := client.CreateAPIKey(t.Context(), newKey(fmt.Sprint(i))); err != nil {
			t.Error(err)
		}
	})
	c.Wants(2, "POST", authPath)
	c.Wants(2*n, "POST", keyPath)
	if got := len(c.Keys()); got != 1+n {
		t.Errorf("%d keys, want the Owner key and %d", got, n)
	}
}

func TestClient_renewedTokenThatIsRefusedEndsTheCall(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(simulation.Fault{Path: keyPath, Kind: simulation.FaultStatus, Status: http.StatusUnauthorized, Times: 100})
	_, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	if e := asError(t, err); e.Status != http.StatusUnauthorized {
		t.Errorf("got %v", err)
	}
	if auth, create := c.Count("POST", authPath), c.Count("POST", keyPath); auth != 2 || create != 2 {
		t.Errorf("%d log-ins and %d creates, want 2 and 2", auth, create)
	}
}

func TestClient_opaqueTokenServesUntilItIsRefused(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{OpaqueTokens: true})
	own := newClock(noon)
	client := c.connect(egsapi.Config{Now: own.Now})
	for _, step := range []struct {
		before func()
		auth   int
	}{
		{func() {}, 1},
		{func() { own.Advance(1000 * time.Hour) }, 1},
		{c.ExpireTokens, 2},
		{func() {}, 2},
	} {
		step.before()
		must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
		c.Wants(step.auth, "POST", authPath)
	}
}

func TestClient_accessTokenIsUsedUnchanged(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.connect(egsapi.Config{
		AccessToken: c.Token(c.OwnerKey()),
		// If the client has an access token, it does not use the API key.
		APIKey: c.OwnerKey(),
	})
	must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
	c.ExpireTokens()
	c.ResetJournal()
	_, err := client.CreateAPIKey(t.Context(), newKey("c"))
	if e := asError(t, err); e.Status != http.StatusUnauthorized {
		t.Errorf("got %v", err)
	}
	c.wants(0, 0)
	c.Wants(1, "POST", keyPath)
}

// The client does not send an expired access token. After the first response, the client uses the clock of EGS to decide whether
// the token has expired.
func TestClient_expiredAccessToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ atStart, later time.Duration }{
		"before the first request":      {901 * time.Second, 0},
		"after it, by the clock of EGS": {-time.Hour, 901 * time.Second},
		"after it, by an equal clock":   {0, 901 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			own := newClock(noon.Add(test.atStart))
			client := c.connect(egsapi.Config{AccessToken: c.Token(c.OwnerKey()), Now: own.Now})
			if test.later > 0 {
				must(t, list(t, client))
				own.Advance(test.later)
			}
			c.ResetJournal()
			_, created := client.CreateAPIKey(t.Context(), newKey("a"))
			_, exchanged := client.NewAccessToken(t.Context(), "")
			for _, err := range []error{created, list(t, client), exchanged} {
				if e := asError(t, err); apiclient.MaybeDone(err) ||
					!strings.Contains(e.Error(), "the access token expired at 2026-11-21T12:15:00Z; the current time is 2026-11-21T12:15:01Z") ||
					!strings.Contains(e.Error(), "access_token (or EGS_ACCESS_TOKEN)") {
					t.Errorf("got %v", err)
				}
			}
			if journal := c.Journal(); len(journal) > 0 {
				t.Errorf("requests were sent: %v", journal)
			}
			if _, err := client.NewAccessToken(t.Context(), c.OwnerKey()); err != nil {
				t.Errorf("another key is not exchanged: %v", err)
			}
		})
	}
}

// If the local clock and the clock of EGS differ too much, the client does not know whether the token has expired, and sends
// the token.
func TestClient_accessTokenWhileClocksDiffer(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(-7, 0, 0))
	client := c.connect(egsapi.Config{AccessToken: c.Token(c.OwnerKey()), Now: own.Now, MaxClockSkew: 24 * time.Hour})
	must(t, list(t, client))
	own.Advance(901 * time.Second)
	must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
}

// EGS may not know a new key yet, so a log-in that is refused with 401 is retried for a few seconds. Concurrent requests
// share the log-ins.
func TestClient_refusedLogInIsShared(t *testing.T) {
	t.Parallel()
	malformed := func(c *controller) string {
		ref := c.key("broken", "Owner", "")
		must(c.T, c.ChangeKey(ref.ID, map[string]string{"tokenTtlSeconds": "soon"}))
		return ref.Secret
	}
	unknown := func(*controller) string { return "45338461-ec42-49d2-aef3-ff39099950c5" }
	expired := func(c *controller) string {
		return c.AddKey(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-11-20"})
	}
	mistyped := func(*controller) string { return "letmein" }
	const invalid = "Api Key Configuration is invalid. Request a new API-key or contact administrator"
	for name, test := range map[string]struct {
		key                 func(*controller) string
		mistypedAsMalformed bool
		status              int
		logIns              int
		code, text          string
	}{
		"malformed":             {malformed, false, 400, 1, "UNHANDLED_REQUEST_ERROR", invalid},
		"unknown":               {unknown, false, 401, 4, "UNAUTHENTICATED", "Unauthenticated"},
		"mistyped":              {mistyped, false, 401, 4, "UNAUTHENTICATED", "Unauthenticated"},
		"mistyped as malformed": {mistyped, true, 400, 1, "UNHANDLED_REQUEST_ERROR", invalid},
		"expired":               {expired, false, 401, 4, "UNAUTHENTICATED", "Api Key has expired"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{MistypedAsMalformed: test.mistypedAsMalformed})
			client := c.connect(egsapi.Config{APIKey: test.key(c)})
			ref := egsapi.KeyRef{ID: "1", Secret: "2", WorkspaceName: "red"}
			check := func(err error) {
				t.Helper()
				e := asError(t, err)
				if e.Op != "log in to EGS" || e.Status != test.status || e.Code != test.code || e.Message != test.text {
					t.Errorf("got %#v", e)
				}
			}
			at(10, func(int) { check(clienttest.Err(client.APIKey(t.Context(), ref))) })
			check(clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
			check(list(t, client))
			check(client.DeleteAPIKey(t.Context(), ref))
			if journal := c.Journal(); len(journal) != test.logIns || c.Count("POST", authPath) != test.logIns {
				t.Errorf("want %d log-ins and nothing else, got %v", test.logIns, journal)
			}
		})
	}
}

func TestClient_failedLogInIsRetried(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	// One call makes three attempts, so the first call fails.
	c.Fail(simulation.Fault{Path: authPath, Kind: simulation.FaultHTML, Times: 3})
	_, err := client.CreateAPIKey(t.Context(), newKey("a"))
	if !errors.Is(err, egsapi.ErrUnexpectedResponse) || !strings.Contains(err.Error(), "log in to EGS") {
		t.Errorf("got %v", err)
	}
	must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("a"))))
	c.Wants(1, "POST", keyPath)
}

func TestClient_logInWithoutTokenIsNotEGS(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{}`, `null`, `[]`, `{"token":""}`, `{"token":7}`} {
		t.Run(data, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			c.Fail(clienttest.Of("POST", authPath, envelope(data)))
			wantErr(t, clienttest.Err(c.owner().APIKeys(t.Context(), "")), egsapi.ErrUnexpectedResponse)
			c.wants(1, 0)
		})
	}
}

// If the context of a caller ends, the log-in continues for the other callers.
func TestClient_logInContinuesForOtherCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := start(t, egssim.Options{})
		c.Fail(simulation.Fault{Path: authPath, Kind: simulation.FaultDelay, DelayMS: 10_000})
		client := c.patient()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		callers := []context.Context{impatient, t.Context()}
		at(2, func(i int) {
			time.Sleep(time.Duration(i) * time.Millisecond)
			if _, err := client.CreateAPIKey(callers[i], newKey("a")); !errors.Is(err, callers[i].Err()) {
				t.Errorf("got %v, want %v", err, callers[i].Err())
			}
		})
		c.wants(1, 1)
	})
}

func TestClient_newAccessToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	first, err := client.NewAccessToken(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if first.Lifetime != 900*time.Second || !first.ExpiresAt.Equal(noon.Add(900*time.Second)) {
		t.Errorf("got the lifetime %s until %s", first.Lifetime, first.ExpiresAt)
	}
	second, err := client.NewAccessToken(t.Context(), c.OwnerKey())
	if err != nil || second.Token == first.Token {
		t.Errorf("the second exchange returned the first token, or failed: %v", err)
	}
	given := c.connect(egsapi.Config{AccessToken: "given"})
	if token, err := given.NewAccessToken(t.Context(), ""); err != nil || token.Token != "given" || token.Lifetime != 0 {
		t.Errorf("the access token is not returned unchanged: %v", err)
	}
}

func TestClient_controllerTime(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(7, 0, 0))
	client := c.connect(egsapi.Config{Now: own.Now})
	clienttest.Time(t, c.Server, own, client.Now, client.LastKnownTime)
}

func TestClient_timeWithAnAccessToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(-7, 0, 0))
	client := c.connect(egsapi.Config{Now: own.Now, AccessToken: c.Token(c.OwnerKey())})
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the controller's %s", got, noon)
	}
	if client.IsOwn(&egsapi.APIKey{ID: egsapi.APIKeyID(c.OwnerKey()), Secret: c.OwnerKey()}) || client.IsOwn(&egsapi.APIKey{}) {
		t.Error("a client with an access token has an own key")
	}
}

// The token in the Secret kubeslice-rbac-rw-admin has no lifetime. The client does not treat this token as bound to a
// workspace, whatever keys the list contains. TestClient_first creates the first key with this token.
func TestClient_administratorsToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.DeleteKey(egsapi.APIKeyID(c.OwnerKey()))
	owners, editors := c.key("a", "Owner", "red"), c.key("b", "Editor", "red")
	client := c.administrator()
	if token, err := client.NewAccessToken(t.Context(), ""); err != nil || token.Lifetime != 0 || !token.ExpiresAt.IsZero() {
		t.Errorf("got %v, %v", token.ExpiresAt, err)
	}
	for _, ref := range []egsapi.KeyRef{owners, editors} {
		must(t, clienttest.Err(client.APIKey(t.Context(), ref)))
	}
	for _, workspace := range []string{"", "blue"} {
		wantErr(t, clienttest.Err(client.APIKey(t.Context(), egsapi.KeyRef{ID: "1", WorkspaceName: workspace})), egsapi.ErrNotFound)
	}
	if list, err := client.Workspaces(t.Context()); err != nil || len(list.Items) != 3 {
		t.Errorf("got %v, %v", list, err)
	}
	wantErr(t, clienttest.Err(client.Workspace(t.Context(), "mauve", time.Time{})), egsapi.ErrNotFound)
	c.wants(0, 1)
}

// EGS does not document whether an Owner key that names a workspace is bound to that workspace. If a list shows only objects of
// that workspace, objects of other workspaces may still exist.
func TestClient_ownerKeyOfAWorkspace(t *testing.T) {
	t.Parallel()
	for _, opaque := range []bool{false, true} {
		for _, bound := range []bool{false, true} {
			for _, others := range []bool{false, true} {
				t.Run(fmt.Sprintf("bound %t, others %t, opaque %t", bound, others, opaque), func(t *testing.T) {
					t.Parallel()
					c := start(t, egssim.Options{OwnersBound: bound, OpaqueTokens: opaque, Workspaces: []string{"red"}})
					owner := c.key("owner", "Owner", "red")
					within, outside := c.key("a", "Viewer", "red"), c.key("b", "Viewer", "blue")
					c.DeleteKey(egsapi.APIKeyID(c.OwnerKey()))
					if !others {
						c.DeleteKey(outside.ID)
					}
					c.DeleteKey(within.ID)
					client := c.connect(egsapi.Config{APIKey: owner.Secret})
					key, workspace, want := client.APIKey, client.Workspace, egsapi.ErrNotVisible
					if others && !bound {
						want = nil
					}
					if err := clienttest.Err(key(t.Context(), outside)); !errors.Is(err, want) {
						t.Errorf("got %v, want %v", err, want)
					}
					wantErr(t, clienttest.Err(key(t.Context(), within)), egsapi.ErrNotFound)
					if want == nil {
						want = egsapi.ErrNotFound
					}
					wantErr(t, clienttest.Err(workspace(t.Context(), "blue", time.Time{})), want)
					must(t, clienttest.Err(workspace(t.Context(), "red", time.Time{})))
					must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey("c"))))
				})
			}
		}
	}
}
