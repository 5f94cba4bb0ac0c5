// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// ledger is what a state would hold, kept by what the client reported, and compared
// with what the service holds.
type ledger struct {
	mu sync.Mutex
	// held are the keys that were reported as made and not as deleted, by id, with their
	// secrets; "" where that is not known.
	held map[string]string
	// foreign are somebody else's keys, which look the same.
	foreign map[string]bool
	// named are keys that the error of a create that ended uncertain named, or the
	// warning of one that was sent twice.
	named map[string]bool
	// unknown counts creates that ended uncertain without naming a key, as where no
	// list could be had.
	unknown int
	// doubled counts keys that two creates reported.
	doubled int
	// lost counts keys that were reported as gone but live, and changes that were reported
	// as done but are not.
	lost int
	// deleting are keys whose delete failed: it may be carried out late.
	deleting map[string]bool
	// faults counts the faults that were set.
	faults int
}

func newLedger() *ledger {
	return &ledger{held: map[string]string{}, foreign: map[string]bool{}, named: map[string]bool{}, deleting: map[string]bool{}}
}

// verdict compares the ledger with the service's keys.
func (l *ledger) verdict(s *service) (leaks, losses, adoptions int) {
	for _, key := range s.made() {
		if _, held := l.held[key.ID]; !held && !l.foreign[key.ID] && !l.named[key.ID] {
			leaks++
		}
	}
	for id, secret := range l.held {
		if l.foreign[id] {
			adoptions++
		}
		if l.deleting[id] {
			continue
		}
		if got := s.Secret(id); got == "" || (secret != "" && got != secret) {
			losses++
		}
	}
	for id := range l.foreign {
		// Taken for a stray of ours.
		if s.Secret(id) == "" {
			adoptions++
		}
	}
	return max(leaks-l.unknown, 0), losses + l.lost, adoptions
}

// made reports the end of a create.
func (l *ledger) made(key *h2ogpteapi.CreatedAPIKey, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		var e *h2ogpteapi.Error
		if errors.Is(err, h2ogpteapi.ErrUncertain) && errors.As(err, &e) {
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
	if _, held := l.held[key.ID]; held {
		l.doubled++
	}
	l.held[key.ID] = key.Secret
}

// deleted reports the end of a delete.
func (l *ledger) deleted(t *testing.T, s *service, id string, err error) (gone bool) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	gone = s.Secret(id) == ""
	switch {
	case err == nil && !gone:
		t.Errorf("%s is reported as deleted, and lives", id)
		l.lost++
		delete(l.held, id)
	case err == nil || gone:
		// Gone, and perhaps reported as a failure: the next refresh finds it so.
		delete(l.held, id)
	default:
		l.deleting[id] = true
	}
	return gone
}

// foreigner makes somebody else's key that is the same in everything, after the run's
// list and before its create.
func (l *ledger) foreigner(s *service, k h2ogpteapi.NewAPIKey, age time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.foreign[s.alike(k, age)] = true
}

// read reports a key that the client takes for gone though it lives.
func (l *ledger) read(t *testing.T, client *h2ogpteapi.Client, s *service, id string) {
	t.Helper()
	if _, err := client.APIKey(t.Context(), id); errors.Is(err, h2ogpteapi.ErrNotFound) && s.Secret(id) != "" {
		l.lie(t, "%s is reported as gone, and lives: %v", id, err)
	}
}

// change changes a key, and reports what is reported as done and is not.
func (l *ledger) change(t *testing.T, client *h2ogpteapi.Client, s *service, id string, i int) {
	t.Helper()
	err := changes[i].do(t.Context(), client, id)
	key := s.stored(id)
	switch {
	case key == nil:
	case errors.Is(err, h2ogpteapi.ErrNotFound):
		l.lie(t, "%s is reported as gone, and lives: %v", id, err)
	case err == nil && !changes[i].done(key):
		l.lie(t, "%s: %s is reported as done, and is not", id, changes[i].name)
	case errors.Is(err, h2ogpteapi.ErrUnsupported) && changes[i].path != inactivityPath:
		l.lie(t, "%s: %s is reported as unsupported", id, changes[i].name)
	}
}

func (l *ledger) lie(t *testing.T, format string, arguments ...any) {
	t.Helper()
	t.Errorf(format, arguments...)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost++
}

// allFaults are faults of every kind.
func allFaults(method, path string) []simulation.Fault {
	faults := []simulation.Fault{
		{Kind: simulation.FaultDropBefore},
		{Kind: simulation.FaultDropAfterCommit},
		{Kind: simulation.FaultCommitLate},
		{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: 3},
		{Kind: simulation.FaultEmpty},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultOverrun},
		{Kind: simulation.FaultGarbled},
		{Kind: simulation.FaultHTML},
		{Kind: simulation.FaultHTML, Status: http.StatusOK},
		{Kind: simulation.FaultHTML, Status: http.StatusNotFound},
		{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"},
		{Kind: simulation.FaultExpireToken},
		{Kind: simulation.FaultDelay, DelayMS: 1},
		{Kind: simulation.FaultStatus, Status: http.StatusOK, Body: "null"},
	}
	// A service that says with 204 that it did what it did not is no fault but a lie,
	// which a client has to believe.
	for _, status := range []int{200, 201, 400, 401, 403, 404, 405, 409, 422, 429, 500, 501, 502, 503, 504} {
		faults = append(faults, simulation.Fault{Kind: simulation.FaultStatus, Status: status})
	}
	for i := range faults {
		faults[i].Method, faults[i].Path = method, path
	}
	return faults
}

// doubtful are the faults after which it is not known what was done, one of each kind.
func doubtful(faults []simulation.Fault) []simulation.Fault {
	return slices.DeleteFunc(faults, func(f simulation.Fault) bool {
		switch f.Kind {
		case simulation.FaultStatus:
			return f.Body != "" || !slices.Contains([]int{200, 404, 500}, f.Status)
		case simulation.FaultExpireToken, simulation.FaultDelay, simulation.FaultRedirect:
			return true
		}
		return f.Status == http.StatusNotFound
	})
}

// targets are the calls that faults are for, the changes last.
var targets = []struct{ method, path string }{
	{"POST", keysPath}, {"GET", keysPath}, {"DELETE", keyPath}, {"PATCH", expirePath}, {"PATCH", inactivityPath}, {"POST", deactivatePath},
}

// variants are services of different kinds.
var variants = map[string]h2ogptesim.Options{
	"plain":        {},
	"many":         {Keys: 110},
	"oldest first": {Keys: 12, Order: h2ogptesim.OrderOldestFirst, NullMembers: true, LocalTimes: true, ErrorTypes: true},
	"few at once":  {Keys: 12, MaxLimit: 5, DeleteUnknownStatus: 409},
}

// cell is one of the fault matrix.
type cell = chaos.Cell[h2ogptesim.Options]

// matrix is every fault in every operation, once and for ever, alone and beside every
// fault of the list and of the delete.
func matrix() (alone, beside []cell) {
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		for i, target := range targets {
			faults := allFaults(target.method, target.path)
			if name != "plain" {
				faults = doubtful(faults)
			}
			if name != "plain" && i >= 3 {
				// What differs is in the list, which the others are settled by.
				break
			}
			for _, fault := range faults {
				for _, times := range []int{1, 1000} {
					fault.Times = times
					alone = append(alone, cell{Kind: name, Options: variants[name], Faults: []simulation.Fault{fault}})
				}
			}
		}
	}
	lists, deletes := doubtful(allFaults("GET", keysPath)), doubtful(allFaults("DELETE", keyPath))
	for _, fault := range append(doubtful(allFaults("POST", keysPath)), deletes...) {
		for _, other := range append(lists, deletes...) {
			if slices.Contains([]string{simulation.FaultTruncate, simulation.FaultOverrun, simulation.FaultGarbled}, other.Kind) || other.Method == fault.Method {
				// To these two calls the former are what a lost answer is.
				continue
			}
			for _, times := range []int{2, 1000} {
				other.Times = times
				beside = append(beside, cell{Faults: []simulation.Fault{fault, other}})
			}
		}
	}
	return alone, beside
}

// TestClient_faultMatrix makes, reads, changes and deletes keys in each cell, and compares
// both sides after it.
func TestClient_faultMatrix(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var cells, leaks, losses, doubles, adoptions int
	run := func(t *testing.T, cell cell) {
		t.Helper()
		s := start(t, cell.Options)
		l := matrixCell(t, s, cell.Faults...)
		leaked, lost, adopted := l.verdict(s)
		if leaked+lost+l.doubled+adopted > 0 {
			t.Errorf("leaks %d, losses %d, doubles %d, adoptions %d", leaked, lost, l.doubled, adopted)
		}
		mu.Lock()
		defer mu.Unlock()
		cells++
		leaks, losses, doubles, adoptions = leaks+leaked, losses+lost, doubles+l.doubled, adoptions+adopted
	}
	alone, beside := matrix()
	chaos.RunCells(t, "alone", alone, run)
	chaos.RunCells(t, "beside others", beside, run)
	t.Logf("fault matrix: %d cells, %d leaks, %d doubles, %d losses, %d adoptions", cells, leaks, doubles, losses, adoptions)
}

// matrixCell makes, reads, changes and deletes keys under a fault, beside keys of
// somebody else that look the same.
func matrixCell(t *testing.T, s *service, faults ...simulation.Fault) *ledger {
	t.Helper()
	l := newLedger()
	for _, key := range s.made() {
		l.foreign[key.ID] = true
	}
	k := s.newKey("a")
	k.InactivityIntervalDays = new(int64(7))
	l.foreigner(s, k, 0)
	old := s.ageing()
	l.held[old] = ""
	client := s.client()
	// A walk begins with a good list, after which somebody else makes the same key.
	if err := list(t, client); err != nil {
		t.Fatal(err)
	}
	l.foreigner(s, k, 10*time.Second)
	s.fail(faults...)
	at(2, func(int) {
		key, err := client.CreateAPIKey(t.Context(), k)
		l.made(key, err)
	})
	l.read(t, client, s, old)
	for i := range changes {
		l.change(t, client, s, old, i)
	}
	l.deleted(t, s, old, client.DeleteAPIKey(t.Context(), old))
	return l
}

// TestClient_chaos has several clients make, read, change and delete keys side by side
// while faults come at random. Its numbers are printed with -v.
func TestClient_chaos(t *testing.T) {
	t.Parallel()
	r := chaos.NewRun(t)
	perVariant := max(r.Operations/len(variants), r.Workers)
	for i, name := range slices.Sorted(maps.Keys(variants)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, variants[name])
			l := newLedger()
			for _, key := range s.made() {
				l.foreign[key.ID] = true
			}
			client := s.client()
			if err := list(t, client); err != nil {
				t.Fatal(err)
			}
			at(r.Workers, func(worker int) {
				l.riot(t, s, client, r.Random(i, worker), worker, perVariant/r.Workers)
			})
			s.fail()
			leaks, losses, adoptions := l.verdict(s)
			t.Logf("chaos run: %d operations, %d faults, %d leaks, %d doubles, %d losses, %d adoptions (%d ended uncertain, with an error that says so)",
				perVariant, l.faults, leaks, l.doubled, losses, adoptions, l.unknown+len(l.named))
			if leaks+l.doubled+losses+adoptions > 0 {
				t.Errorf("seed %d", r.Seed)
			}
		})
	}
}

// riot is one worker's share of a chaos run.
func (l *ledger) riot(t *testing.T, s *service, client *h2ogpteapi.Client, random *rand.Rand, worker, operations int) {
	t.Helper()
	var own []string
	for range operations {
		if random.IntN(3) == 0 {
			target := targets[random.IntN(len(targets))]
			faults := allFaults(target.method, target.path)
			fault := faults[random.IntN(len(faults))]
			fault.Times = 1 + random.IntN(3)
			if fault.Kind == simulation.FaultCommitLate && (target.method == http.MethodPatch || target.path == deactivatePath) {
				// It would undo what was done after it.
				fault.Kind = simulation.FaultDropAfterCommit
			}
			s.fail(fault)
			l.mu.Lock()
			l.faults++
			l.mu.Unlock()
		}
		if len(own) == 0 || random.IntN(3) > 0 {
			k := s.newKey(fmt.Sprintf("key-%d", random.IntN(8)))
			if random.IntN(4) == 0 {
				// Somebody else has just made the same key, and nobody else here is at it.
				k.Name = fmt.Sprintf("key-of-worker-%d", worker)
				l.foreigner(s, k, 10*time.Second)
			}
			key, err := client.CreateAPIKey(t.Context(), k)
			l.made(key, err)
			if err == nil {
				own = append(own, key.ID)
			}
			continue
		}
		i := random.IntN(len(own))
		switch random.IntN(4) {
		case 0:
			l.read(t, client, s, own[i])
		case 1:
			l.change(t, client, s, own[i], random.IntN(len(changes)))
		default:
			if l.deleted(t, s, own[i], client.DeleteAPIKey(t.Context(), own[i])) {
				own = slices.Delete(own, i, i+1)
			}
		}
	}
}
