// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// ledger is what a state would hold, kept by what the client reported, and compared
// with what the service holds.
type ledger struct {
	mu sync.Mutex
	// held are the keys that were reported as made and not as deleted, by id.
	held map[string]bool
	// named are keys that the error of a create that ended uncertain named, or the
	// warning of one that was sent twice.
	named map[string]bool
	// unknown counts creates that ended uncertain without naming a key, as where no
	// list could be had, and the keys that were told to be open.
	unknown int
	// adopted counts keys that were reported as made but are somebody else's.
	adopted int
	// doubled counts keys that two creates reported.
	doubled int
	// lost counts keys that were reported as gone but live, and updates that were
	// reported as done but were not.
	lost int
	// deleting are keys whose delete failed: it may be carried out late.
	deleting map[string]bool
	// faults counts the faults that were spent.
	faults int
}

func newLedger() *ledger {
	return &ledger{held: map[string]bool{}, named: map[string]bool{}, deleting: map[string]bool{}}
}

// verdict compares the ledger with the service's keys.
func (l *ledger) verdict(s *service, foreign map[string]bool) (leaks, losses int) {
	for _, key := range s.Keys() {
		if !foreign[key.ID] && !l.held[key.ID] && !l.named[key.ID] {
			leaks++
		}
	}
	for id := range l.held {
		if s.Secret(id) == "" && !l.deleting[id] {
			losses++
		}
	}
	return max(leaks-l.unknown, 0), losses + l.lost
}

// made reports the end of a create.
func (l *ledger) made(key *gaiaapi.CreatedAPIKey, err error, foreign map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		var e *gaiaapi.Error
		if errors.Is(err, gaiaapi.ErrUncertain) && errors.As(err, &e) {
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
	l.unknown += key.Open
	if foreign[key.ID] {
		l.adopted++
	}
	if l.held[key.ID] {
		l.doubled++
	}
	l.held[key.ID] = true
}

// read reports a key that the client takes for gone though it lives.
func (l *ledger) read(t *testing.T, err error, s *service, id string) {
	t.Helper()
	if errors.Is(err, gaiaapi.ErrNotFound) && s.Secret(id) != "" {
		t.Errorf("%s is reported as gone, and lives: %v", id, err)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.lost++
	}
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
		{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"},
		{Kind: simulation.FaultDelay, DelayMS: 1},
	}
	for _, status := range []int{200, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504} {
		faults = append(faults, simulation.Fault{Kind: simulation.FaultStatus, Status: status})
	}
	for i := range faults {
		faults[i].Method, faults[i].Path = method, path
	}
	return faults
}

// targets are the kinds of requests.
var targets = []struct{ method, path string }{
	{"GET", keysPath}, {"POST", keysPath}, {"PUT", keyPath}, {"DELETE", deletePath},
}

// kinds are the positions of the switches that matter for what becomes of a create.
var kinds = map[string]gaiasim.Options{
	"as documented": {},
	"merging":       {UpdateMerges: true, KeyForm: gaiasim.KeyToEscape, ErrorForm: gaiasim.ErrorsEmpty},
	"adding":        {AddsMember: true, UnknownKeyStatus: 400, ErrorForm: gaiasim.ErrorsAsDetails},
	"hiding keys":   {HideKeys: true},
}

// cell is one of the fault matrix.
type cell = chaos.Cell[gaiasim.Options]

// matrix is every fault in every operation, once and for ever, alone and beside every
// fault of the list.
func matrix() (alone, besideLists []cell) {
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, target := range targets {
			for _, fault := range allFaults(target.method, target.path) {
				for _, times := range []int{1, 1000} {
					fault.Times = times
					alone = append(alone, cell{Kind: kind, Options: kinds[kind], Faults: []simulation.Fault{fault}})
				}
			}
		}
	}
	alike := func(f simulation.Fault) bool { return slices.Contains([]int{400, 409, 422, 502, 503}, f.Status) }
	for _, target := range targets {
		if target.method != http.MethodPost && target.method != http.MethodDelete {
			continue
		}
		for _, fault := range slices.DeleteFunc(allFaults(target.method, target.path), alike) {
			for _, list := range slices.DeleteFunc(allFaults("GET", keysPath), alike) {
				for _, times := range []int{4, 1000} {
					list.Times = times
					besideLists = append(besideLists, cell{Faults: []simulation.Fault{fault, list}})
				}
			}
		}
	}
	return alone, besideLists
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
		l, foreign := matrixCell(t, s, cell.Faults...)
		leaked, lost := l.verdict(s, foreign)
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

// matrixCell makes, reads, changes and deletes keys under a fault, beside keys of somebody
// else that look the same.
func matrixCell(t *testing.T, s *service, faults ...simulation.Fault) (*ledger, map[string]bool) {
	t.Helper()
	foreign := s.ids()
	s.foreign(readKey(), foreign)
	old, secret := s.key()
	l := newLedger()
	l.held[old] = true
	now := &clock{now: noon}
	client := s.connect(gaiaapi.Config{Now: now.Now})
	// A walk begins with a good list, after which somebody else makes the same key.
	if _, err := client.APIKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.foreign(readKey(), foreign)
	now.advance(time.Minute)
	s.fail(faults...)
	at(2, func(int) {
		key, err := client.CreateAPIKey(t.Context(), readKey())
		l.made(key, err, foreign)
	})
	_, err := client.APIKey(t.Context(), old)
	l.read(t, err, s, old)
	err = client.UpdateAPIKey(t.Context(), secret, gaiaapi.NewAPIKey{Permissions: "write"})
	l.read(t, err, s, old)
	if err == nil && s.config(old) != `{"permissions":"write"}` {
		l.lost++
	}
	if err := client.DeleteAPIKey(t.Context(), old, secret); err == nil {
		delete(l.held, old)
		if s.Secret(old) != "" {
			l.lost++
		}
	} else if s.Secret(old) == "" {
		// Gone, and reported as a failure: the next refresh finds it so.
		delete(l.held, old)
	}
	return l, foreign
}

// ids are those of all keys.
func (s *service) ids() map[string]bool {
	ids := map[string]bool{}
	for _, key := range s.Keys() {
		ids[key.ID] = true
	}
	return ids
}

// foreign makes somebody else's key that is the same in everything.
func (s *service) foreign(k gaiaapi.NewAPIKey, ids map[string]bool) {
	config := map[string]any{}
	for name, value := range k.Config {
		config[name] = value
	}
	ids[gaiaapi.APIKeyID(s.AddKey(gaiasim.Key{Permissions: k.Permissions, Config: config}))] = true
}

// TestClient_chaos has several workers make, read, change and delete keys side by side
// while faults come at random. Its numbers are printed with -v.
func TestClient_chaos(t *testing.T) {
	t.Parallel()
	r := chaos.NewRun(t)
	each := max(r.Operations/len(kinds), r.Workers)
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			options := kinds[kind]
			options.Keys = 20
			s := start(t, options)
			foreign := s.ids()
			l := newLedger()
			now := &clock{now: noon}
			client := s.connect(gaiaapi.Config{Now: now.Now})
			if _, err := client.APIKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			at(r.Workers, func(worker int) {
				l.riot(t, s, client, now, r.Random(i, worker), worker, foreign, each/r.Workers)
			})
			s.fail()
			leaks, losses := l.verdict(s, foreign)
			t.Logf("chaos run: %d operations, %d faults, %d leaks, %d doubles, %d losses, %d adoptions (%d ended uncertain, with an error that says so)",
				each, l.faults, leaks, l.doubled, losses, l.adopted, l.unknown+len(l.named))
			if leaks+l.doubled+losses+l.adopted > 0 {
				t.Errorf("seed %d", r.Seed)
			}
		})
	}
}

// riot is one worker's share of a chaos run.
func (l *ledger) riot(t *testing.T, s *service, client *gaiaapi.Client, now *clock, random *rand.Rand, worker int, foreign map[string]bool, operations int) {
	t.Helper()
	var own []string
	secrets := map[string]string{}
	for range operations {
		if random.IntN(3) == 0 {
			target := targets[random.IntN(len(targets))]
			// A request that is held up would hold up a late commit too, for longer than any
			// client looks.
			faults := slices.DeleteFunc(allFaults(target.method, target.path), func(f simulation.Fault) bool { return f.Kind == simulation.FaultDelay })
			fault := faults[random.IntN(len(faults))]
			fault.Times = 1 + random.IntN(3)
			s.fail(fault)
			l.mu.Lock()
			l.faults++
			l.mu.Unlock()
		}
		switch {
		case len(own) == 0 || random.IntN(3) > 0:
			k := readKey()
			if random.IntN(4) == 0 {
				// Somebody else has just made the same key, and nobody else here is at it.
				k.Config = members(t, fmt.Sprintf(`{"worker":%d}`, worker))
				l.mu.Lock()
				s.foreign(k, foreign)
				l.mu.Unlock()
				now.advance(time.Minute)
			}
			key, err := client.CreateAPIKey(t.Context(), k)
			l.made(key, err, foreign)
			if err == nil {
				own = append(own, key.ID)
				secrets[key.ID] = key.Secret
			}
		case random.IntN(3) == 0:
			id := own[random.IntN(len(own))]
			_, err := client.APIKey(t.Context(), id)
			l.read(t, err, s, id)
		case random.IntN(2) == 0:
			id := own[random.IntN(len(own))]
			err := client.UpdateAPIKey(t.Context(), secrets[id], gaiaapi.NewAPIKey{Permissions: "write"})
			l.read(t, err, s, id)
		default:
			i := random.IntN(len(own))
			id := own[i]
			err := client.DeleteAPIKey(t.Context(), id, secrets[id])
			gone := s.Secret(id) == ""
			l.mu.Lock()
			if err == nil || gone {
				delete(l.held, id)
				own = slices.Delete(own, i, i+1)
				if !gone {
					t.Errorf("%s is reported as deleted, and lives", id)
					l.lost++
				}
			} else {
				l.deleting[id] = true
			}
			l.mu.Unlock()
		}
	}
}
