// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"flag"
	"math/rand/v2"
	"testing"
)

// shortRun is how many operations a run makes in everyday tests, and longRun in
// those that run all there is.
const shortRun, longRun = 300, 20_000

// everydaySeed is the seed of everyday tests: they do the same each time.
const everydaySeed = 1

var (
	operations = flag.Int("chaos.operations", choose(shortRun, longRun), "how many operations a chaos run makes")
	seed       = flag.Uint64("chaos.seed", choose(everydaySeed, uint64(0)), "seed of a chaos run; 0 chooses one, which is printed")
)

func choose[T any](everyday, all T) T {
	if full {
		return all
	}
	return everyday
}

// Run is a chaos run.
type Run struct {
	// Seed decides what each worker does.
	Seed uint64
	// Operations is how many all workers make together.
	Operations int
	// Workers is how many make them side by side. A short run has one, so that nothing
	// depends on which of them comes first.
	Workers int
}

// NewRun is the run that the flags ask for. It is printed.
func NewRun(t *testing.T) Run {
	t.Helper()
	r := Run{Seed: *seed, Operations: *operations, Workers: 4}
	if r.Seed == 0 {
		r.Seed = rand.Uint64() //nolint:gosec // G404: it is no secret.
	}
	if r.Operations <= shortRun {
		r.Workers = 1
	}
	t.Logf("chaos run: go test -run '^%s$' -v -chaos.seed %d -chaos.operations %d", t.Name(), r.Seed, r.Operations)
	return r
}

// Random is the source of chance of one worker, in one of several runs of the same seed.
func (r Run) Random(stream, worker int) *rand.Rand {
	return rand.New(rand.NewPCG(r.Seed, uint64(stream*r.Workers+worker))) //nolint:gosec // G404, G115: it is no secret, and small.
}
