// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"flag"
	"math/rand/v2"
	"testing"
)

// The defaults of the flags, without and with TEST_FULL.
const (
	shortRun, longRun     = 300, 20_000
	fixedSeed, randomSeed = uint64(1), uint64(0)
)

var (
	operations = flag.Int("chaos.operations", choose(shortRun, longRun), "number of operations of a chaos run")
	seed       = flag.Uint64("chaos.seed", choose(fixedSeed, randomSeed), "seed of a chaos run; 0 chooses one, which is printed")
)

func choose[T any](everyday, nightly T) T {
	if full {
		return nightly
	}
	return everyday
}

// Run is a chaos run.
type Run struct {
	// Seed determines the operations of each worker.
	Seed uint64
	// Operations is the number of operations of all workers together.
	Operations int
	// Workers is the number of workers that run in parallel. A short run has one, so that
	// its result does not depend on the scheduler.
	Workers int
}

// NewRun returns the run that the flags ask for, and logs how to repeat it.
func NewRun(t *testing.T) Run {
	t.Helper()
	r := Run{Seed: *seed, Operations: *operations, Workers: 4}
	if r.Seed == randomSeed {
		r.Seed = rand.Uint64() //nolint:gosec // G404: it is no secret.
	}
	if r.Operations <= shortRun {
		r.Workers = 1
	}
	t.Logf("chaos run: go test -run '^%s$' -v -chaos.seed %d -chaos.operations %d", t.Name(), r.Seed, r.Operations)
	return r
}

// Random returns the random source of a worker. Runs of the same seed that go on in
// parallel have different streams.
func (r Run) Random(stream, worker int) *rand.Rand {
	return rand.New(rand.NewPCG(r.Seed, uint64(stream*r.Workers+worker))) //nolint:gosec // G404, G115: it is no secret, and small.
}
