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
	// A run has shortRun operations or, with TEST_FULL=1, longRun operations.
	shortRun, longRun = 600, 20_000
	// perWorker is the number of operations per worker and episode. kinds is the number of kinds of things in a set; see
	// spread.
	perWorker, kinds = 15, 4
)

var (
	length = flag.Int("chaos.operations", map[bool]int{false: shortRun, true: longRun}[full], "number of operations of a chaos run")
	seed   = flag.Uint64("chaos.seed", map[bool]uint64{false: 1, true: 0}[full], "seed of a chaos run; 0 means a random seed, which is printed")
)

// run runs random operations of two clients on one service, with faults, interrupts and changes outside the clients. A run
// consists of episodes. Each episode has a new service and the next seed.
func (a Adapter) run(t *testing.T) {
	t.Parallel()
	first := *seed
	if first == 0 {
		first = uint64(rand.Uint32()) + 1 //nolint:gosec // G404: the numbers are not secret.
	}
	sum := counts{}
	defer func() { t.Logf("chaos run from seed %d: %v", first, sum) }() // Log the seed even if an episode failed.
	for i := range uint64(max(1, *length/(workers*perWorker))) {
		synctest.Test(t, func(t *testing.T) {
			w := a.episode(t, first+i)
			sum.add(w.check("go test -run '^%s$' -v -chaos.operations 1 -chaos.seed %d", t.Name(), first+i))
		})
	}
}

// episode runs a part of a run. The seed determines the episode, except for the scheduler and the jitter of retry pauses.
func (a Adapter) episode(t *testing.T, seed uint64) *world {
	t.Helper()
	random := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) } //nolint:gosec // G404: the numbers are not secret.
	r := random(workers)
	lag := []time.Duration{0, 0, 300 * time.Millisecond, time.Second, 5 * time.Second}[r.IntN(5)]
	w := a.world(t, a.Variants[seed%uint64(len(a.Variants))], lag)
	for worker := range workers {
		w.old(worker, worker)
	}
	over := make(chan struct{})
	var working, changing sync.WaitGroup
	for worker := range workers {
		working.Go(func() { w.work(random(uint64(worker)), worker) }) //nolint:gosec // G115: the number is small.
	}
	changing.Go(func() { w.changeOutside(r, over) })
	working.Wait()
	close(over)
	changing.Wait()
	return w
}

// pause returns a random duration. Most durations are short. Some exceed the time for which clients remember their creates.
func pause(r *rand.Rand) time.Duration {
	if r.IntN(10) == 0 {
		return time.Duration(r.Int64N(int64(10 * time.Minute)))
	}
	return time.Duration(r.Int64N(int64(3 * time.Second)))
}

func (w *world) work(r *rand.Rand, worker int) {
	for range perWorker {
		time.Sleep(pause(r))
		w.injectFaults(r)
		ctx, cancel := context.WithCancel(context.Background())
		switch r.IntN(8) {
		case 0:
			time.AfterFunc(pause(r), cancel)
		case 1:
			w.interrupt(1+r.IntN(5), cancel)
		}
		e, kind := (*entry)(nil), r.IntN(kinds)*w.spread()+worker%w.spread()
		if state := w.states[worker]; len(state) > 0 { // No other worker changes this state.
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
		case w.client(2) != nil: // Client 2 has no permission to see the thing.
			w.find(ctx, 2, worker, e)
		}
		cancel()
		if r.IntN(10) == 0 {
			w.connect(worker % 2)
		}
	}
}

// spread returns the number of sets of kinds. If names are unique, each worker creates objects only from its own set of kinds,
// so that no two workers use the same name. Otherwise all workers share one set.
func (w *world) spread() int {
	if w.Unique {
		return workers
	}
	return 1
}

// injectFaults chooses at random: it removes all faults, replaces them with one fault, or changes nothing.
func (w *world) injectFaults(r *rand.Rand) {
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

// changeOutside creates and deletes things outside the clients until the channel over is closed.
func (w *world) changeOutside(r *rand.Rand, over chan struct{}) {
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
