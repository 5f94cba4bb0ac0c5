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

// settled stands for Service.Settles.
const settled Outcome = "settled"

// lostCase is a create, and what happens around it. Times are relative to its beginning.
type lostCase struct {
	name string
	want Outcome
	// candidates is how many ids the error names.
	candidates int
	// lag is that of lists.
	lag time.Duration
	// faults are those of the create, and list is one of the lists after it was sent, or else before.
	faults []simulation.Fault
	list   simulation.Fault
	// equal and similar are when a stranger creates equal things, or one that is equal in part.
	equal   []time.Duration
	similar time.Duration
	// listed is how long before the client listed, and took is how long that list took; 0 is never.
	listed, took time.Duration
	// interrupt is when it is interrupted; 0 is never.
	interrupt time.Duration
	// several says that there are several things of the kind, which there cannot be of a unique name.
	several bool
}

var (
	unsent    = []simulation.Fault{{Kind: simulation.FaultDropBefore}}
	committed = []simulation.Fault{{Kind: simulation.FaultDropAfterCommit}}
	// slowly is carried out while the client waits, soon while it looks, and late after that.
	slowly = []simulation.Fault{{Kind: simulation.FaultDelay, DelayMS: 10_000}}
	soon   = []simulation.Fault{{Kind: simulation.FaultCommitLate, Requests: 2}}
	late   = []simulation.Fault{{Kind: simulation.FaultCommitLate, Requests: 40}}
	// limited is sent a minute later.
	limited = []simulation.Fault{{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "20", Times: 3}, committed[0]}
)

const ms, second = time.Millisecond, time.Second

var lostCases = []lostCase{
	{name: "nothing fails", want: Created},
	{name: "carried out", faults: committed, want: settled},
	{name: "not carried out", faults: unsent, want: Uncertain},
	{name: "carried out during the looks", faults: soon, want: settled},
	{name: "carried out after the looks", faults: late, want: Uncertain},
	{name: "list that lags", lag: second, faults: committed, want: settled},
	{name: "list that lags for longer than the looks take", lag: time.Hour, faults: committed, want: Uncertain},
	{name: "list that fails", faults: committed, list: simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Times: 1000}, want: Uncertain},
	{name: "list that is empty", faults: committed, list: simulation.Fault{Kind: simulation.FaultEmpty, Times: 1000}, want: Uncertain},

	{name: "equal one seconds before", faults: unsent, equal: []time.Duration{-3 * second}, listed: 4 * second, want: Uncertain, several: true},
	{name: "equal one within the age bound", faults: unsent, equal: []time.Duration{-300 * ms}, listed: 500 * ms, want: settled},
	{name: "equal one within that of a slow list", faults: unsent, equal: []time.Duration{-1500 * ms}, listed: 3 * second, took: second, want: settled},
	{name: "equal one after it", faults: unsent, equal: []time.Duration{100 * ms}, want: settled},
	{name: "equal one while it is rate limited", faults: limited, equal: []time.Duration{30 * second}, want: Uncertain, candidates: 2, several: true},
	{name: "equal one before, carried out", faults: committed, equal: []time.Duration{-300 * ms}, listed: 500 * ms, want: Uncertain, candidates: 2, several: true},
	{name: "equal one after it, carried out", faults: slowly, equal: []time.Duration{100 * ms}, want: Created, several: true},
	{name: "equal one after it, carried out after the looks", faults: late, equal: []time.Duration{100 * ms}, want: settled, several: true},
	{name: "two equal ones", faults: unsent, equal: []time.Duration{100 * ms, 100 * ms}, want: Uncertain, candidates: 2, several: true},
	{name: "one that is equal in part", faults: unsent, similar: 100 * ms, want: Uncertain, candidates: 1},
	{name: "one that is equal in part before, carried out", faults: committed, similar: -10 * second, want: settled, several: true},

	{name: "interrupted before", interrupt: -ms, want: Failed},
	{name: "interrupted during the list before", list: simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 10_000}, interrupt: 5 * second, want: Failed},
	{name: "interrupted while it is carried out", faults: slowly, interrupt: 5 * second, want: Created},
	{name: "interrupted during the looks", lag: time.Minute, faults: committed, interrupt: 100 * ms, want: Uncertain},
}

// lost runs the cases of lost responses with both clients, and interrupts every operation at every request.
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
	each("replaced, with a list that lags", second, a.Variants, (*world).replace)
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
		list := append(faults, fault(w.List, c.list)) //nolint:gocritic // It is another list.
		if w.failThen(list...); faults == nil {
			faults = list
		}
	}
	w.fail(faults...)
	got, err := w.create(ctx, worker, worker)
	if c.want == settled {
		c.want, c.candidates = w.service.Settles, len(candidates(err))
	}
	if got != c.want || len(candidates(err)) != c.candidates {
		w.t.Errorf("worker %d: the create ended %s (%v), want %s with %d candidates", worker, got, err, c.want, c.candidates)
	}
}

// replace deletes a thing and creates one of its kind, whose response is lost: lists still show the first.
func (w *world) replace(worker int) {
	w.t.Helper()
	w.delete(context.Background(), worker, w.old(worker, worker))
	w.fail(fault(w.Create, simulation.Fault{Kind: simulation.FaultDropBefore}))
	if got, err := w.create(context.Background(), worker, worker); got != Uncertain {
		w.t.Errorf("the create ended %s (%v)", got, err)
	}
}

// stop interrupts an operation, whose response is lost, at the request of that number.
func (w *world) stop(operation string, request, worker int) {
	old := w.old(worker, worker+1)
	w.fail(fault(w.Create, committed[0]), fault(w.Delete, simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 2}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.interrupt(request, cancel)
	w.operate(ctx, operation, worker, worker, old)
}
