// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// creates are the body members of the create requests that came, in order.
func (c *controller) creates() (all []string) {
	for _, entry := range c.Journal() {
		if entry.Method == http.MethodPost && entry.Path == keyPath {
			all = append(all, strings.Join(entry.Members, " "))
		}
	}
	return all
}

func TestClient_createSpeaksEveryDialect(t *testing.T) {
	t.Parallel()
	const (
		sdk  = "name role userName validity workspaceName"
		rest = "name role userName validUntil workspaceName"
	)
	for dialect, want := range map[egssim.Dialect][]string{
		egssim.DialectSDK:     {sdk, sdk, sdk},
		egssim.DialectLenient: {sdk, sdk, sdk},
		// Found out once, remembered afterwards.
		egssim.DialectREST: {sdk, rest, rest, rest},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect})
			client := c.owner()
			for i := range 3 {
				if _, err := client.CreateAPIKey(t.Context(), newKey(fmt.Sprint(i))); err != nil {
					t.Fatal(err)
				}
			}
			if got := c.creates(); !slices.Equal(got, want) {
				t.Errorf("got creates with %q, want %q", got, want)
			}
			if got := len(c.Keys()); got != 4 {
				t.Errorf("got %d keys, want the Owner's and 3", got)
			}
		})
	}
}

func TestClient_knownDialectIsNotLeftForARefusal(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect})
			client := c.owner()
			if _, err := client.CreateAPIKey(t.Context(), newKey("a")); err != nil {
				t.Fatal(err)
			}
			c.ResetJournal()
			past := newKey("b")
			past.ValidUntil = "2026-01-01"
			_, err := client.CreateAPIKey(t.Context(), past)
			if e := asError(t, err); e.Status != http.StatusUnprocessableEntity || !strings.Contains(e.Message, "2026-01-01 is in the past") {
				t.Errorf("got %v", err)
			}
			if got := c.creates(); len(got) != 1 {
				t.Errorf("got creates with %q, want one", got)
			}
		})
	}
}

func TestClient_createRefusedInBothDialectsTellsBothTexts(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity} {
		for _, dialect := range []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST} {
			t.Run(fmt.Sprint(status, " ", dialect), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{Dialect: dialect, PastDateStatus: status})
				past := newKey("a")
				past.ValidUntil = "2026-01-01"
				_, err := c.owner().CreateAPIKey(t.Context(), past)
				e := asError(t, err)
				for _, want := range []string{"2026-01-01 is in the past", "unknown members", "`validity`", "`validUntil`"} {
					if !strings.Contains(e.Message, want) {
						t.Errorf("%q is missing in: %v", want, err)
					}
				}
				if got := len(c.creates()); got != 2 {
					t.Errorf("%d creates, want 2", got)
				}
				if got := len(c.Keys()); got != 1 {
					t.Errorf("%d keys, want the Owner's alone", got)
				}
			})
		}
	}
}

func TestClient_sameRefusalInBothDialectsIsToldOnce(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	unknown := newKey("a")
	unknown.Role = "Boss"
	_, err := c.owner().CreateAPIKey(t.Context(), unknown)
	e := asError(t, err)
	if strings.Count(e.Message, "Error creating Api Key") != 1 || !strings.Contains(e.Message, `role "Boss" is not one of`) {
		t.Errorf("got %v", err)
	}
}

// Only a refusal for its form proves that nothing was made: nothing else is
// answered by a second create.
// TestClient_createIsNeverRepeatedBlindly has the fault for ever: what was made is
// found, what was refused is not sent again, and what may pass is sent again only
// after the list proved that nothing was made.
func TestClient_createIsNeverRepeatedBlindly(t *testing.T) {
	t.Parallel()
	status := func(status int) egssim.Fault {
		return egssim.Fault{Kind: egssim.FaultStatus, Status: status}
	}
	for name, test := range map[string]struct {
		fault egssim.Fault
		sent  int
		found bool
		check func(error) bool
	}{
		"401":             {fault: status(401), sent: 1},
		"403":             {fault: status(403), sent: 1},
		"404":             {fault: status(404), sent: 1},
		"409":             {fault: status(409), sent: 1},
		"500":             {fault: status(500), sent: 3},
		"502":             {fault: status(502), sent: 3},
		"503":             {fault: status(503), sent: 3},
		"504":             {fault: status(504), sent: 3},
		"page of a proxy": {fault: egssim.Fault{Kind: egssim.FaultHTML}, sent: 3, check: isForeign},
		// A proxy's 400 is none of the service's.
		"400 of a proxy":          {fault: egssim.Fault{Kind: egssim.FaultHTML, Status: 400}, sent: 1, check: isForeign},
		"422 of a proxy":          {fault: egssim.Fault{Kind: egssim.FaultHTML, Status: 422}, sent: 1, check: isForeign},
		"redirect":                {fault: egssim.Fault{Kind: egssim.FaultRedirect, Location: "https://elsewhere.example/"}, sent: 1, check: isForeign},
		"connection lost before":  {fault: egssim.Fault{Kind: egssim.FaultDropBefore}, sent: 3, check: isUnanswered},
		"connection lost after":   {fault: egssim.Fault{Kind: egssim.FaultDropAfterCommit}, sent: 1, found: true},
		"answer cut":              {fault: egssim.Fault{Kind: egssim.FaultTruncate}, sent: 1, found: true},
		"200 without a key":       {fault: status(200), sent: 1, check: isForeign},
		"200 that is no envelope": {fault: egssim.Fault{Kind: egssim.FaultStatus, Status: 200, Body: `{"apiKey":"x"}`}, sent: 1, check: isForeign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			// With an access token, since a renewed token makes a 401 one more try.
			client := c.connect(egsapi.Config{AccessToken: c.token(c.OwnerKey())})
			test.fault.Method, test.fault.Path, test.fault.Times = "POST", keyPath, 100
			c.fail(test.fault)
			key, err := client.CreateAPIKey(t.Context(), newKey("a"))
			switch {
			case test.found:
				if err != nil || key.Secret == "" || key.Secret != c.Secret(key.ID) {
					t.Errorf("the key that was made is not found: %v", err)
				}
			case test.check != nil && !test.check(err):
				t.Errorf("got %v", err)
			case test.check == nil && asError(t, err).Status != test.fault.Status:
				t.Errorf("got %v, want status %d", err, test.fault.Status)
			}
			if got := c.creates(); len(got) != test.sent {
				t.Errorf("got creates with %q, want %d", got, test.sent)
			}
			if got := len(c.Keys()) - 1; got > 1 || (got == 1) != test.found {
				t.Errorf("%d keys were made", got)
			}
		})
	}
}

func isForeign(err error) bool { return errors.Is(err, egsapi.ErrNotEGS) }

func isUnanswered(err error) bool {
	e, ok := errors.AsType[*transport.Error](err)
	return ok && !e.NotDone && e.Attempts == 1
}

func TestClient_createThatCameTooFastIsSentAgain(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultStatus, Status: http.StatusTooManyRequests, Times: 2})
	if _, err := c.owner().CreateAPIKey(t.Context(), newKey("a")); err != nil {
		t.Fatal(err)
	}
	if got := len(c.creates()); got != 3 {
		t.Errorf("%d creates, want 2 refused and 1 that is not", got)
	}
}

// TestClient_createsShareLists makes many keys side by side: lists do not grow with
// them, whether they show secrets or not.
func TestClient_createsShareLists(t *testing.T) {
	t.Parallel()
	for _, secrets := range []egssim.ListedSecrets{egssim.SecretsShown, egssim.SecretsMasked, egssim.SecretsOmitted} {
		c := start(t, egssim.Options{ListedSecrets: secrets})
		client := c.owner()
		at(50, func(i int) {
			k := newKey(fmt.Sprint(i))
			k.Role = []string{"Editor", "Viewer"}[i%2]
			key, err := client.CreateAPIKey(t.Context(), k)
			if err != nil || key.Secret != c.Secret(key.ID) || key.TokenTTLSeconds != 900 || key.SecretHidden != (secrets != egssim.SecretsShown) {
				t.Errorf("got %v", err)
			}
		})
		// What was there before, and the first key of each role, unless one list shows both.
		c.wantsLogIns(1)
		if got := c.count("GET", listPath); got < 2 || got > 3 {
			t.Errorf("%d list requests, want 2 or 3", got)
		}
	}
}

func TestClient_createdKeysOfOneNameAreDifferent(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	client := c.owner()
	keys := make([]*egsapi.CreatedAPIKey, 10)
	at(len(keys), func(i int) {
		var err error
		if keys[i], err = client.CreateAPIKey(t.Context(), newKey("same")); err != nil {
			t.Error(err)
		}
	})
	ids := map[string]bool{}
	for _, key := range keys {
		ids[key.ID] = true
	}
	if len(ids) != len(keys) {
		t.Errorf("got %d ids for %d keys", len(ids), len(keys))
	}
}

func TestAPIKeyID(t *testing.T) {
	t.Parallel()
	// The REST page's own example.
	if got := egsapi.APIKeyID("45338461-ec42-49d2-aef3-ff39099950c5"); got != "030b514f342dcf5ac94f3f39726c247e" {
		t.Errorf("got %s", got)
	}
}
