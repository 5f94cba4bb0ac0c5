// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lostOutcome in a lostCase means the outcome Service.LostOutcome of the tested service.
const lostOutcome Outcome = "lost"

// lostCase is a create with faults and other events. Times are relative to the start of the create.
type lostCase struct {
	name string
	want Outcome
	// candidates is the expected number of candidate ids in the error. If want is lostOutcome, the number is not checked.
	candidates int
	// lag is the time until a change appears in lists.
	lag time.Duration
	// faults are the faults of the create request. The field list is the fault of the list requests after the create request.
	// If faults is empty, the field list is also the fault of the list requests before the create request.
	faults []simulation.Fault
	list   simulation.Fault
	// equal has the times at which equal things are created outside the clients. similar is the time at which a partly equal
	// thing is created outside the clients; 0 means no such thing.
	equal   []time.Duration
	similar time.Duration
	// listed is the time between the client's last list request and the create; 0 means no list request. took is the duration
	// of the list request.
	listed, took time.Duration
	// interrupt is the time of the interrupt; 0 means no interrupt.
	interrupt time.Duration
	// several reports whether several things of the kind exist in the case. If so, the case does not run for services with
	// unique names.
	several bool
}

var (
	unsent    = []simulation.Fault{{Kind: simulation.FaultDropBefore}}
	committed = []simulation.Fault{{Kind: simulation.FaultDropAfterCommit}}
	// The faults slowly, soon and late delay the create. With slowly, the service handles the create while the client waits for
	// the response. With soon, the service handles it while the client searches the lists. With late, the service handles it
	// after the client's search.
	slowly = []simulation.Fault{{Kind: simulation.FaultDelay, DelayMS: 10_000}}
	soon   = []simulation.Fault{{Kind: simulation.FaultCommitLate, Requests: 2}}
	late   = []simulation.Fault{{Kind: simulation.FaultCommitLate, Requests: 40}}
	// The faults limited reject the create with status 429 for a minute. Then the service handles the create, but the response
	// is lost.
	limited = []simulation.Fault{{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "20", Times: 3}, committed[0]}
)

const ms, second = time.Millisecond, time.Second

var lostCases = []lostCase{
	{name: "no fault", want: Created},
	{name: "handled", faults: committed, want: lostOutcome},
	{name: "not handled", faults: unsent, want: Uncertain},
	{name: "handled during the search", faults: soon, want: lostOutcome},
	{name: "handled after the search", faults: late, want: Uncertain},
	{name: "list lags", lag: second, faults: committed, want: lostOutcome},
	{name: "list lags longer than the search", lag: time.Hour, faults: committed, want: Uncertain},
	{name: "list fails", faults: committed, list: simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Times: 1000}, want: Uncertain},
	{name: "list is empty", faults: committed, list: simulation.Fault{Kind: simulation.FaultEmpty, Times: 1000}, want: Uncertain},

	{name: "equal thing created seconds earlier", faults: unsent, equal: []time.Duration{-3 * second}, listed: 4 * second, want: Uncertain, several: true},
	{name: "equal thing within the age bound", faults: unsent, equal: []time.Duration{-300 * ms}, listed: 500 * ms, want: lostOutcome},
	{name: "equal thing within the age bound of a slow list", faults: unsent, equal: []time.Duration{-1500 * ms}, listed: 3 * second, took: second, want: lostOutcome},
	{name: "equal thing created after the start", faults: unsent, equal: []time.Duration{100 * ms}, want: lostOutcome},
	{name: "equal thing while the create is rate limited", faults: limited, equal: []time.Duration{30 * second}, want: Uncertain, candidates: 2, several: true},
	{name: "handled, equal thing created earlier", faults: committed, equal: []time.Duration{-300 * ms}, listed: 500 * ms, want: Uncertain, candidates: 2, several: true},
	{name: "handled, equal thing created after the start", faults: slowly, equal: []time.Duration{100 * ms}, want: Created, several: true},
	{name: "handled after the search, equal thing created after the start", faults: late, equal: []time.Duration{100 * ms}, want: lostOutcome, several: true},
	{name: "two equal things", faults: unsent, equal: []time.Duration{100 * ms, 100 * ms}, want: Uncertain, candidates: 2, several: true},
	{name: "partly equal thing", faults: unsent, similar: 100 * ms, want: Uncertain, candidates: 1},
	{name: "handled, partly equal thing created earlier", faults: committed, similar: -10 * second, want: lostOutcome, several: true},

	{name: "interrupted before the create", interrupt: -ms, want: Failed},
	{name: "interrupted during the list before the create", list: simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 10_000}, interrupt: 5 * second, want: Failed},
	{name: "interrupted while the service handles the create", faults: slowly, interrupt: 5 * second, want: Created},
	{name: "interrupted during the search", lag: time.Minute, faults: committed, interrupt: 100 * ms, want: Uncertain},
}

// lost runs all cases in lostCases with both clients. It also interrupts each operation at each of its first eight requests.
func (a Adapter) lost(t *testing.T) {
	t.Parallel()
	each := func(name string, lag time.Duration, variants []string, run func(w *world, worker int)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, variant := range variants {
				for worker := range 2 {
					synctest.Test(t, func(t *testing.T) {
						w := a.world(t, variant, lag)
						run(w, worker)
						w.check("%s, worker %d", variant, worker)
					})
				}
			}
		})
	}
	for _, c := range lostCases {
		if !c.several || !a.Unique {
			each(c.name, c.lag, a.Variants, func(w *world, worker int) { w.lose(c, worker) })
		}
	}
	each("replaced while the list lags", second, a.Variants, (*world).replace)
	for _, operation := range []string{"create", "find", "delete"} {
		for request := 1; request <= 8; request++ {
			variants := a.Variants
			if turn := request % len(variants); !full {
				variants = variants[turn : turn+1]
			}
			each(fmt.Sprintf("%s interrupted at request %d", operation, request), second, variants, func(w *world, worker int) {
				w.stop(operation, request, worker)
			})
		}
	}
}

func (w *world) lose(c lostCase, worker int) {
	w.t.Helper()
	old := w.old(worker, worker+1)
	start := time.Now().Add(time.Minute)
	at := func(after time.Duration, do func()) { time.AfterFunc(time.Until(start.Add(after)), do) }
	for _, after := range c.equal {
		at(after, func() { w.add(worker, true) })
	}
	if c.similar != 0 {
		at(c.similar, func() { w.add(worker, false) })
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if c.interrupt != 0 {
		at(c.interrupt, cancel)
	}
	if c.listed > 0 {
		time.Sleep(time.Until(start.Add(-c.listed)))
		if c.took > 0 {
			w.fail(fault(w.List, simulation.Fault{Kind: simulation.FaultDelay, DelayMS: int(c.took.Milliseconds())}))
		}
		w.find(context.Background(), worker, worker, old)
	}
	time.Sleep(time.Until(start))
	var faults []simulation.Fault
	for _, f := range c.faults {
		faults = append(faults, fault(w.Create, f))
	}
	if c.list.Kind != "" {
		list := append(faults, fault(w.List, c.list)) //nolint:gocritic // faults must not change.
		if w.failThen(list...); faults == nil {
			faults = list
		}
	}
	w.fail(faults...)
	got, err := w.create(ctx, worker, worker)
	if c.want == lostOutcome {
		c.want, c.candidates = w.service.LostOutcome, len(candidates(err))
	}
	if got != c.want || len(candidates(err)) != c.candidates {
		w.t.Errorf("worker %d: the outcome of the create is %s (%v), want %s with %d candidates", worker, got, err, c.want, c.candidates)
	}
}

// replace deletes a thing and creates a thing of the same kind, while lists still show the deleted thing. The create request
// does not reach the service.
func (w *world) replace(worker int) {
	w.t.Helper()
	w.delete(context.Background(), worker, w.old(worker, worker))
	w.fail(fault(w.Create, simulation.Fault{Kind: simulation.FaultDropBefore}))
	if got, err := w.create(context.Background(), worker, worker); got != Uncertain {
		w.t.Errorf("the outcome of the create is %s (%v), want %s", got, err, Uncertain)
	}
}

// stop runs an operation and interrupts it at the request with the given number. The responses to the create and to the first
// two deletes are lost.
func (w *world) stop(operation string, request, worker int) {
	old := w.old(worker, worker+1)
	w.fail(fault(w.Create, committed[0]), fault(w.Delete, simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 2}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.interrupt(request, cancel)
	w.operate(ctx, operation, worker, worker, old)
}
