// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"cmp"
	"context"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	// shortRun and longRun are the lengths of a run without and with TEST_FULL.
	shortRun, longRun = 600, 20_000
	// perWorker is how many operations a worker makes in an episode, and kinds how many kinds of things there are.
	perWorker, kinds = 15, 4
)

var (
	length = flag.Int("chaos.operations", map[bool]int{false: shortRun, true: longRun}[full], "number of operations of a chaos run")
	seed   = flag.Uint64("chaos.seed", map[bool]uint64{false: 1, true: 0}[full], "seed of a chaos run; 0 chooses one, which is printed")
)

// run has two clients and a stranger work on one service at random, under faults and interrupts. It runs episodes, each
// with a service of its own and a seed that is one more than that of the one before.
func (a Adapter) run(t *testing.T) {
	t.Parallel()
	first := *seed
	if first == 0 {
		first = uint64(rand.Uint32()) + 1 //nolint:gosec // G404: it is no secret.
	}
	sum := counts{}
	defer func() { t.Logf("chaos run from seed %d: %v", first, sum) }() // Also where an episode failed.
	for i := range uint64(max(1, *length/(workers*perWorker))) {
		synctest.Test(t, func(t *testing.T) {
			w := a.episode(t, first+i)
			sum.add(w.check("go test -run '^%s$' -v -chaos.operations 1 -chaos.seed %d", t.Name(), first+i))
		})
	}
}

// episode is a part of a run that its seed determines, but for the scheduler and the jitter of pauses.
func (a Adapter) episode(t *testing.T, seed uint64) *world {
	t.Helper()
	random := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) } //nolint:gosec // G404: it is no secret.
	r := random(workers)
	lag := []time.Duration{0, 0, 300 * time.Millisecond, time.Second, 5 * time.Second}[r.IntN(5)]
	w := a.world(t, a.Variants[seed%uint64(len(a.Variants))], lag)
	for worker := range workers {
		w.old(worker, worker)
	}
	over := make(chan struct{})
	var working, disturbing sync.WaitGroup
	for worker := range workers {
		working.Go(func() { w.work(random(uint64(worker)), worker) }) //nolint:gosec // G115: it is small.
	}
	disturbing.Go(func() { w.disturb(r, over) })
	working.Wait()
	close(over)
	disturbing.Wait()
	return w
}

// pause is mostly short, and sometimes longer than anything is remembered.
func pause(r *rand.Rand) time.Duration {
	if r.IntN(10) == 0 {
		return time.Duration(r.Int64N(int64(10 * time.Minute)))
	}
	return time.Duration(r.Int64N(int64(3 * time.Second)))
}

// work is what a worker does.
func (w *world) work(r *rand.Rand, worker int) {
	for range perWorker {
		time.Sleep(pause(r))
		w.trouble(r)
		ctx, cancel := context.WithCancel(context.Background())
		switch r.IntN(8) {
		case 0:
			time.AfterFunc(pause(r), cancel)
		case 1:
			w.interrupt(1+r.IntN(5), cancel)
		}
		e, kind := (*entry)(nil), r.IntN(kinds)*w.spread()+worker%w.spread()
		if state := w.states[worker]; len(state) > 0 { // No one else changes it.
			e = state[r.IntN(len(state))]
		}
		switch action := r.IntN(10); {
		case (e == nil || action < 5) && !w.taken(kind):
			_, _ = w.create(ctx, worker, kind)
		case e == nil:
		case action < 6:
			w.list(ctx, worker)
		case action < 7:
			w.find(ctx, worker%2, worker, e)
		case action < 9:
			w.delete(ctx, worker, e)
		case w.client(2) != nil: // It does not see the thing.
			w.find(ctx, 2, worker, e)
		}
		cancel()
		if r.IntN(10) == 0 {
			w.connect(worker % 2)
		}
	}
}

// spread is into how many parts the kinds are divided: where a kind is a unique name, workers share none.
func (w *world) spread() int {
	if w.Unique {
		return workers
	}
	return 1
}

// trouble changes the faults now and then.
func (w *world) trouble(r *rand.Rand) {
	switch r.IntN(6) {
	case 0:
		w.fail()
	case 1, 2:
		requests := []string{w.Create, w.Create, w.List, w.Delete, cmp.Or(w.LogIn, w.Create)}
		faults := w.faults(requests[r.IntN(len(requests))])
		f := faults[r.IntN(len(faults))]
		f.Times = []int{1, 1, 2, 3, 1000}[r.IntN(5)]
		w.fail(f)
	}
}

// disturb is what a stranger does until the run is over.
func (w *world) disturb(r *rand.Rand, over chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-time.After(pause(r)):
		}
		if r.IntN(4) > 0 {
			w.add(r.IntN(kinds*w.spread()), r.IntN(3) > 0)
		} else {
			w.remove(r)
		}
	}
}
