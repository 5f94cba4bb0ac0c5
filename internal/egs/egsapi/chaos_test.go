// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// ledger is what a state would hold, kept by what the client reported, and compared
// with what the controller holds.
type ledger struct {
	mu sync.Mutex
	// held are the keys that were reported as made and not as deleted, by id.
	held map[string]bool
	// named are keys that the error of a create that ended uncertain named, or the
	// warning of one that was sent twice.
	named map[string]bool
	// unknown counts creates that ended uncertain without naming a key, as where no
	// list could be had.
	unknown int
	// adopted counts keys that were reported as made but are somebody else's.
	adopted int
	// doubled counts keys that two creates reported.
	doubled int
	// lost counts keys that were reported as gone but live.
	lost int
	// deleting are keys whose delete failed: it may be carried out late.
	deleting map[string]bool
	// faults counts the faults that were spent.
	faults int
}

func newLedger() *ledger {
	return &ledger{held: map[string]bool{}, named: map[string]bool{}, deleting: map[string]bool{}}
}

// verdict compares the ledger with the controller's keys.
func (l *ledger) verdict(c *controller, foreign map[string]bool) (leaks, losses int) {
	for _, key := range c.Keys() {
		if !foreign[key.ID] && !l.held[key.ID] && !l.named[key.ID] {
			leaks++
		}
	}
	for id := range l.held {
		if c.Secret(id) == "" && !l.deleting[id] {
			losses++
		}
	}
	return max(leaks-l.unknown, 0), losses + l.lost
}

// make reports the end of a create.
func (l *ledger) made(key *egsapi.CreatedAPIKey, err error, foreign map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		var e *egsapi.Error
		if errors.Is(err, egsapi.ErrUncertain) && errors.As(err, &e) {
			for _, id := range e.Candidates {
				l.named[id] = true
			}
			if len(e.Candidates) == 0 {
				l.unknown++
			}
		}
		return
	}
	for _, id := range key.Strays {
		l.named[id] = true
	}
	if foreign[key.ID] {
		l.adopted++
	}
	if l.held[key.ID] {
		l.doubled++
	}
	l.held[key.ID] = true
}

// all are faults of every kind.
func allFaults(method, path string) []egssim.Fault {
	faults := []egssim.Fault{
		{Kind: egssim.FaultDropBefore},
		{Kind: egssim.FaultDropAfterCommit},
		{Kind: egssim.FaultCommitLate},
		{Kind: egssim.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: 3},
		{Kind: egssim.FaultEmpty},
		{Kind: egssim.FaultTruncate},
		{Kind: egssim.FaultOverrun},
		{Kind: egssim.FaultGarbled},
		{Kind: egssim.FaultHTML},
		{Kind: egssim.FaultHTML, Status: http.StatusOK},
		{Kind: egssim.FaultRedirect, Location: "https://elsewhere.example/"},
		{Kind: egssim.FaultExpireToken},
		{Kind: egssim.FaultDelay, DelayMS: 1},
		{Kind: egssim.FaultStatus, Status: http.StatusNotFound},
	}
	if method != http.MethodDelete {
		// A service that says in its own envelope that it deleted what it did not is
		// no fault but a lie, which a client has to believe.
		faults = append(faults, egssim.Fault{Kind: egssim.FaultStatus, Status: http.StatusOK})
	}
	for _, status := range []int{400, 401, 403, 409, 422, 429, 500, 502, 503, 504} {
		faults = append(faults, egssim.Fault{Kind: egssim.FaultStatus, Status: status})
	}
	for i := range faults {
		faults[i].Method, faults[i].Path = method, path
	}
	return faults
}

// cell is one of the fault matrices.
type cell = chaos.Cell[egssim.Options]

// matrix is every fault in every operation in every dialect, once and for ever, alone and
// beside every fault of the list.
func matrix() (alone, besideLists []cell) {
	for _, dialect := range dialects {
		for _, target := range []struct{ method, path string }{
			{"POST", authPath}, {"POST", keyPath}, {"GET", listPath}, {"DELETE", keyPath},
		} {
			for _, fault := range allFaults(target.method, target.path) {
				for _, times := range []int{1, 1000} {
					fault.Times = times
					alone = append(alone, cell{Kind: string(dialect), Options: egssim.Options{Dialect: dialect}, Faults: []egssim.Fault{fault}})
				}
			}
		}
	}
	alike := func(f egssim.Fault) bool { return slices.Contains([]int{409, 422, 502, 503}, f.Status) }
	for _, fault := range slices.DeleteFunc(append(allFaults("POST", keyPath), allFaults("DELETE", keyPath)...), alike) {
		for _, list := range slices.DeleteFunc(allFaults("GET", listPath), alike) {
			for _, times := range []int{4, 1000} {
				list.Times = times
				besideLists = append(besideLists, cell{Options: egssim.Options{Dialect: egssim.DialectSDK}, Faults: []egssim.Fault{fault, list}})
			}
		}
	}
	return alone, besideLists
}

// TestClient_faultMatrix makes, reads and deletes keys in each cell, and compares both
// sides after it.
func TestClient_faultMatrix(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var cells, leaks, losses, doubles, adoptions int
	run := func(t *testing.T, cell cell) {
		t.Helper()
		c := start(t, cell.Options)
		l, foreign := matrixCell(t, c, cell.Faults...)
		leaked, lost := l.verdict(c, foreign)
		if leaked+lost+l.doubled+l.adopted > 0 {
			t.Errorf("leaks %d, losses %d, doubles %d, adoptions %d", leaked, lost, l.doubled, l.adopted)
		}
		mu.Lock()
		defer mu.Unlock()
		cells++
		leaks, losses, doubles, adoptions = leaks+leaked, losses+lost, doubles+l.doubled, adoptions+l.adopted
	}
	alone, besideLists := matrix()
	chaos.RunCells(t, "alone", alone, run)
	chaos.RunCells(t, "beside lists", besideLists, run)
	t.Logf("fault matrix: %d cells, %d leaks, %d doubles, %d losses, %d adoptions", cells, leaks, doubles, losses, adoptions)
}

// matrixCell makes, reads and deletes keys under a fault, beside keys of somebody
// else that look the same.
func matrixCell(t *testing.T, c *controller, faults ...egssim.Fault) (*ledger, map[string]bool) {
	t.Helper()
	k := newKey("a")
	foreign := c.ids()
	c.foreign(k, foreign)
	old := c.key("old", "Viewer", "red")
	l := newLedger()
	l.held[old.ID] = true
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	// A walk begins with a good list, after which somebody else makes the same key.
	if _, err := client.APIKeys(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	c.foreign(k, foreign)
	now.advance(time.Minute)
	c.fail(faults...)
	at(2, func(int) {
		key, err := client.CreateAPIKey(t.Context(), k)
		l.made(key, err, foreign)
	})
	l.read(t, client, c, old)
	if err := client.DeleteAPIKey(t.Context(), old); err == nil {
		delete(l.held, old.ID)
		if c.Secret(old.ID) != "" {
			l.lost++
		}
	} else if c.Secret(old.ID) == "" {
		// Gone, and reported as a failure: the next refresh finds it so.
		delete(l.held, old.ID)
	}
	return l, foreign
}

// ids are those of all keys.
func (c *controller) ids() map[string]bool {
	ids := map[string]bool{}
	for _, key := range c.Keys() {
		ids[key.ID] = true
	}
	return ids
}

// foreign makes somebody else's key that is the same in everything.
func (c *controller) foreign(k egsapi.NewAPIKey, ids map[string]bool) {
	ids[egsapi.APIKeyID(c.AddKey(egssim.Key{
		Name: k.Name, Role: k.Role, WorkspaceName: k.WorkspaceName, UserName: k.UserName, Validity: k.ValidUntil,
	}))] = true
}

// read reports a key that the client takes for gone though it lives.
func (l *ledger) read(t *testing.T, client *egsapi.Client, c *controller, ref egsapi.KeyRef) {
	t.Helper()
	if _, err := client.APIKey(t.Context(), ref); errors.Is(err, egsapi.ErrNotFound) && c.Secret(ref.ID) != "" {
		t.Errorf("%s is reported as gone, and lives: %v", ref.ID, err)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.lost++
	}
}

// TestClient_chaos has several clients make, read and delete keys side by side
// while faults come at random. Its numbers are printed with -v.
func TestClient_chaos(t *testing.T) {
	t.Parallel()
	r := chaos.NewRun(t)
	perDialect := max(r.Operations/len(dialects), r.Workers)
	for d, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect, Keys: 20})
			foreign := c.ids()
			l := newLedger()
			now := &clock{now: noon}
			client := c.connect(egsapi.Config{Now: now.Now})
			if _, err := client.APIKeys(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			at(r.Workers, func(worker int) {
				l.riot(t, c, client, now, r.Random(d, worker), worker, foreign, perDialect/r.Workers)
			})
			c.fail()
			leaks, losses := l.verdict(c, foreign)
			t.Logf("chaos run: %d operations, %d faults, %d leaks, %d doubles, %d losses, %d adoptions (%d ended uncertain, with an error that says so)",
				perDialect, l.faults, leaks, l.doubled, losses, l.adopted, l.unknown+len(l.named))
			if leaks+l.doubled+losses+l.adopted > 0 {
				t.Errorf("seed %d", r.Seed)
			}
		})
	}
}

// riot is one worker's share of a chaos run.
func (l *ledger) riot(t *testing.T, c *controller, client *egsapi.Client, now *clock, random *rand.Rand, worker int, foreign map[string]bool, operations int) {
	t.Helper()
	targets := []struct{ method, path string }{{"POST", authPath}, {"POST", keyPath}, {"GET", listPath}, {"DELETE", keyPath}}
	var own []egsapi.KeyRef
	for range operations {
		if random.IntN(3) == 0 {
			target := targets[random.IntN(len(targets))]
			faults := allFaults(target.method, target.path)
			fault := faults[random.IntN(len(faults))]
			fault.Times = 1 + random.IntN(3)
			c.fail(fault)
			l.mu.Lock()
			l.faults++
			l.mu.Unlock()
		}
		switch {
		case len(own) == 0 || random.IntN(3) > 0:
			k := newKey(fmt.Sprintf("key-%d", random.IntN(8)))
			if random.IntN(4) == 0 {
				// Somebody else has just made the same key, and nobody else here is at it.
				k.Name = fmt.Sprintf("key-of-worker-%d", worker)
				l.mu.Lock()
				c.foreign(k, foreign)
				l.mu.Unlock()
				now.advance(time.Minute)
			}
			key, err := client.CreateAPIKey(t.Context(), k)
			l.made(key, err, foreign)
			if err == nil {
				own = append(own, egsapi.KeyRef{ID: key.ID, Secret: key.Secret, WorkspaceName: k.WorkspaceName, Role: k.Role})
			}
		case random.IntN(2) == 0:
			l.read(t, client, c, own[random.IntN(len(own))])
		default:
			i := random.IntN(len(own))
			err := client.DeleteAPIKey(t.Context(), own[i])
			if gone := c.Secret(own[i].ID) == ""; err == nil || gone {
				l.mu.Lock()
				delete(l.held, own[i].ID)
				if !gone {
					t.Errorf("%s is reported as deleted, and lives", own[i].ID)
					l.lost++
				}
				l.mu.Unlock()
				own = append(own[:i], own[i+1:]...)
			} else {
				l.mu.Lock()
				l.deleting[own[i].ID] = true
				l.mu.Unlock()
			}
		}
	}
}
