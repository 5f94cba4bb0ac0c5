// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// lost makes the answers of creates get lost after the keys were made.
var lost = egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultDropAfterCommit, Times: 100}

func TestClient_lostKeyIsFoundAmongOthers(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect, Keys: 20})
			k := newKey("a")
			// Somebody else's of the same kind were there before.
			for range 3 {
				c.AddKey(egssim.Key{
					Name: k.Name, Role: k.Role, WorkspaceName: k.WorkspaceName, UserName: k.UserName, Validity: k.ValidUntil,
				})
			}
			before := c.Keys()
			c.fail(lost)
			key, err := c.owner().CreateAPIKey(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(before, func(old egssim.ListedKey) bool { return old.ID == key.ID }) {
				t.Error("somebody else's key was adopted")
			}
			if got := len(c.Keys()) - len(before); got != 1 {
				t.Errorf("%d keys were made, want 1", got)
			}
		})
	}
}

func TestClient_lostSiblingsDoNotTakeEachOthers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(lost)
	client := c.owner()
	ids := make([]string, 8)
	at(len(ids), func(i int) {
		key, err := client.CreateAPIKey(t.Context(), newKey("same"))
		if err != nil {
			t.Error(err)
			return
		}
		ids[i] = key.ID
	})
	slices.Sort(ids)
	if got := len(slices.Compact(ids)); got != 8 || len(c.Keys()) != 9 {
		t.Errorf("8 creates know %d keys, and %d were made", got, len(c.Keys())-1)
	}
}

func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options egssim.Options
		arrange func(*controller)
		// candidates is how many ids the error names.
		candidates int
	}{
		"the list fails": {
			arrange: func(c *controller) {
				c.fail(lost, egssim.Fault{Method: "GET", Path: listPath, Kind: egssim.FaultStatus, Status: 503, Times: 100})
			},
		},
		"these credentials may not list": {
			arrange: func(c *controller) {
				c.fail(lost, egssim.Fault{Method: "GET", Path: listPath, Kind: egssim.FaultStatus, Status: 403, Times: 100})
			},
		},
		"the list hides secrets": {
			options:    egssim.Options{ListedSecrets: egssim.SecretsMasked},
			arrange:    func(c *controller) { c.fail(lost) },
			candidates: 1,
		},
		"the list holds an odd entry": {
			arrange: func(c *controller) { c.fail(lost, always(listAnswer(`{"data":[7]}`))) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, test.options)
			client := c.owner()
			if _, err := client.APIKeys(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			test.arrange(c)
			_, err := client.CreateAPIKey(t.Context(), newKey("a"))
			if !errors.Is(err, egsapi.ErrUncertain) {
				t.Fatalf("got %v", err)
			}
			e := asError(t, err)
			if len(e.Candidates) != test.candidates || !e.SentAt.Equal(noon) {
				t.Errorf("candidates %v, sent at %s", e.Candidates, e.SentAt)
			}
			if got := len(c.creates()); got != 1 {
				t.Errorf("%d creates were sent, want 1", got)
			}
		})
	}
}

// Where what is there cannot be had, nothing is made that could get lost.
func TestClient_createNeedsAList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Method: "GET", Path: listPath, Kind: egssim.FaultStatus, Status: 503, Times: 100})
	if _, err := c.owner().CreateAPIKey(t.Context(), newKey("a")); asError(t, err).Status != 503 || len(c.creates()) != 0 {
		t.Errorf("%d creates, %v", len(c.creates()), err)
	}
}

// TestClient_keyOfAnotherIsNotAdopted has somebody else make the same key after the
// run's list and before a create that is lost.
func TestClient_keyOfAnotherIsNotAdopted(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	if _, err := client.CreateAPIKey(t.Context(), newKey("first")); err != nil {
		t.Fatal(err)
	}
	foreign := map[string]bool{}
	c.foreign(newKey("a"), foreign)
	now.advance(time.Minute)
	c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultDropBefore, Times: 100})
	if key, err := client.CreateAPIKey(t.Context(), newKey("a")); err == nil {
		t.Errorf("a key is reported as made; it is somebody else's: %t", foreign[key.ID])
	}
}

// TestClient_lateKey has a proxy give up on a create that the controller carries
// out later.
func TestClient_lateKey(t *testing.T) {
	t.Parallel()
	for after, want := range map[int]struct{ keys, strays int }{
		// A list shows it, and the create is not sent again.
		1: {keys: 1}, 3: {keys: 1},
		// Too late for that: the other key is told.
		4: {keys: 2, strays: 1}, 5: {keys: 2, strays: 1},
	} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{})
			client := c.owner()
			if _, err := client.APIKeys(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultCommitLate, Requests: after})
			key, err := client.CreateAPIKey(t.Context(), newKey("a"))
			if err != nil {
				t.Fatal(err)
			}
			if made := len(c.Keys()) - 1; made != want.keys || len(key.Strays) != want.strays || len(key.Twins) != 0 || key.Secret != c.Secret(key.ID) {
				t.Errorf("%d keys, strays %v, twins %v", made, key.Strays, key.Twins)
			}
		})
	}
}

// TestClient_controllersOwnSpelling has lists show a key in another form than it was
// asked for: it is not taken for somebody else's, and not made again.
func TestClient_controllersOwnSpelling(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]string{
		"trimmed name":    {"name": "a"},
		"name in capital": {"name": " A"},
		"no workspace":    {"workspaceName": ""},
		"another user":    {"userName": "root"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *controller
			c = start(t, egssim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					next.ServeHTTP(w, r)
					if is(r, "POST", keyPath) {
						keys := c.Keys()
						_ = c.ChangeKey(keys[len(keys)-1].ID, change)
						panic(http.ErrAbortHandler)
					}
				})
			})
			_, err := c.owner().CreateAPIKey(t.Context(), newKey(" a"))
			if !errors.Is(err, egsapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 || len(c.creates()) > 1 {
				t.Errorf("%d creates, %v", len(c.creates()), err)
			}
		})
	}
}

// What the first list did not tell may have been somebody else's.
func TestClient_unreadableBaselineProvesNothing(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.foreign(newKey("a"), map[string]bool{})
	c.fail(listAnswer(`{"data":[7]}`), egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultDropBefore, Times: 100})
	if _, err := c.owner().CreateAPIKey(t.Context(), newKey("a")); !errors.Is(err, egsapi.ErrUncertain) {
		t.Errorf("got %v", err)
	}
}

// TestClient_siblingOfALostKey has a create end uncertain, and then one of the same
// kind find a key: it may be the other's.
func TestClient_siblingOfALostKey(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	if _, err := client.APIKeys(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	c.fail(lost, egssim.Fault{Method: "GET", Path: listPath, Kind: egssim.FaultStatus, Status: 503, Times: 3})
	if _, err := client.CreateAPIKey(t.Context(), newKey("a")); !errors.Is(err, egsapi.ErrUncertain) {
		t.Fatalf("got %v", err)
	}
	c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultDropBefore, Times: 100})
	_, err := client.CreateAPIKey(t.Context(), newKey("a"))
	if !errors.Is(err, egsapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 {
		t.Errorf("got %v", err)
	}
}

// TestClient_contradictionsProveNothing has the status of an answer and that in its
// envelope differ: the key is found and not made again.
func TestClient_contradictionsProveNothing(t *testing.T) {
	t.Parallel()
	for _, status := range [][2]int{{400, 200}, {200, 400}, {401, 200}, {200, 401}, {200, 403}, {422, 200}} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !is(r, "POST", keyPath) {
						next.ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(httptest.NewRecorder(), r)
					w.WriteHeader(status[0])
					_, _ = fmt.Fprintf(w, `{"statusCode":%d,"status":"OK","message":"Success","data":{}}`, status[1])
				})
			})
			key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
			if err != nil || len(c.Keys()) != 2 || key.Secret != c.Secret(key.ID) {
				t.Errorf("%d keys were made: %v", len(c.Keys())-1, err)
			}
		})
	}
}

// An answer that hides the secret is no answer: the list tells the key.
func TestClient_maskedAnswer(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !is(r, "POST", keyPath) {
				next.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(httptest.NewRecorder(), r)
			_, _ = io.WriteString(w, `{"statusCode":200,"status":"OK","message":"Success","data":{"apiKey":"********"}}`)
		})
	})
	key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	if err != nil || key.Secret != c.Secret(key.ID) {
		t.Errorf("got %v", err)
	}
}

// TestClient_errorsTellHowOftenItWasTried is about creates that the client sends
// again itself.
func TestClient_errorsTellHowOftenItWasTried(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultStatus, Status: 503, Times: 100})
	_, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	for _, want := range []string{"HTTP 503", "the list shows that no key was made", "(tried 3 times in "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

// TestClient_interruptEndsPauses interrupts a create that is answered that it comes
// too fast: nothing was made, and nothing is waited for.
func TestClient_interruptEndsPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if is(r, "POST", keyPath) {
					interrupt()
				}
			})
		})
		c.fail(egssim.Fault{Method: "POST", Path: keyPath, Kind: egssim.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "60", Times: 100})
		began := time.Now()
		_, err := c.owner().CreateAPIKey(ctx, newKey("a"))
		if err == nil || errors.Is(err, egsapi.ErrUncertain) || len(c.creates()) != 1 {
			t.Errorf("%d creates, %v", len(c.creates()), err)
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// A service that says that it failed, in whatever way, may have made the key.
func TestClient_failureThatMadeTheKey(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"error in a success":   `{"statusCode":200,"status":"OK","message":"Success","error":{}}`,
		"statusCode disagrees": `{"statusCode":302,"status":"FOUND","message":"Success"}`,
		"statusCode is absurd": `{"statusCode":-1,"status":"FAILED","message":"Success"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !is(r, "POST", keyPath) {
						next.ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(httptest.NewRecorder(), r)
					_, _ = io.WriteString(w, body)
				})
			})
			key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Keys()) != 2 || key.Secret != c.Secret(key.ID) {
				t.Errorf("%d keys were made", len(c.Keys())-1)
			}
		})
	}
}

// A key that looks alike and differs in part is no proof that none was made.
func TestClient_nearMatchIsUncertain(t *testing.T) {
	t.Parallel()
	var c *controller
	c = start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			if is(r, "POST", keyPath) {
				keys := c.Keys()
				_ = c.ChangeKey(keys[len(keys)-1].ID, map[string]string{"description": "as the service has it"})
				panic(http.ErrAbortHandler)
			}
		})
	})
	_, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	if !errors.Is(err, egsapi.ErrUncertain) || len(asError(t, err).Candidates) != 1 || len(c.Keys()) != 2 {
		t.Errorf("%d keys, %v", len(c.Keys())-1, err)
	}
}

func TestClient_severalCandidates(t *testing.T) {
	t.Parallel()
	k := newKey("a")
	var c *controller
	c = start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if is(r, "POST", keyPath) {
				// Somebody else makes the same key at the same moment.
				c.AddKey(egssim.Key{
					Name: k.Name, Role: k.Role, WorkspaceName: k.WorkspaceName, UserName: k.UserName, Validity: k.ValidUntil,
				})
			}
			next.ServeHTTP(w, r)
		})
	})
	c.fail(lost)
	_, err := c.owner().CreateAPIKey(t.Context(), k)
	if !errors.Is(err, egsapi.ErrUncertain) || len(asError(t, err).Candidates) != 2 {
		t.Errorf("got %v", err)
	}
}

// TestClient_interruptedCreateIsBroughtToItsEnd cancels the context while the
// controller is at it.
func TestClient_interruptedCreateIsBroughtToItsEnd(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	c := start(t, egssim.Options{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if is(r, "POST", keyPath) {
				close(arrived)
				<-release
			}
			next.ServeHTTP(w, r)
		})
	})
	client := c.owner()
	ctx, interrupt := context.WithCancel(t.Context())
	type result struct {
		key *egsapi.CreatedAPIKey
		err error
	}
	done := make(chan result)
	go func() {
		key, err := client.CreateAPIKey(ctx, newKey("a"))
		done <- result{key, err}
	}()
	<-arrived
	interrupt()
	close(release)
	got := <-done
	if got.err != nil || got.key.Secret != c.Secret(got.key.ID) {
		t.Fatalf("got %v", got.err)
	}
	if _, err := client.CreateAPIKey(ctx, newKey("b")); !errors.Is(err, context.Canceled) || len(c.Keys()) != 2 {
		t.Errorf("another create was begun after the interrupt: %v", err)
	}
}

func TestClient_uncertainErrorHoldsNoSecret(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	c.fail(lost)
	_, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
	for _, key := range c.Keys() {
		if strings.Contains(err.Error(), c.Secret(key.ID)) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}
