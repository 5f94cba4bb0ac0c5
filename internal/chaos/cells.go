// SPDX-License-Identifier: MPL-2.0

package chaos

import "os"

// full says whether tests run all there is: TEST_FULL is set in `make test-full`.
var full = os.Getenv("TEST_FULL") == "1"

// Cells returns the cells of a fault matrix that a test runs: those of Pairwise, or all
// where TEST_FULL is 1.
func Cells[C any](all []C, levels func(C) []string) []C {
	if full {
		return all
	}
	return Pairwise(all, levels)
}

// Pairwise returns some of the cells, in which each pair of levels of two factors occurs
// that occurs in any: most faults need no more than two things to come together. Levels
// are those of a cell, one for each factor. The same cells give the same result.
func Pairwise[C any](all []C, levels func(C) []string) []C {
	type level struct {
		factor int
		name   string
	}
	type pair [2]level
	pairs := make([][]pair, len(all))
	most := 0
	for i, cell := range all {
		names := levels(cell)
		for a := range names {
			// With itself too, for matrices of one factor.
			for b := range a + 1 {
				pairs[i] = append(pairs[i], pair{{b, names[b]}, {a, names[a]}})
			}
		}
		most = max(most, len(pairs[i]))
	}
	covered := map[pair]bool{}
	chosen := make([]bool, len(all))
	// The cells with the most new pairs come first.
	for ; most > 0; most-- {
		for i := range all {
			missing := 0
			for _, p := range pairs[i] {
				if !covered[p] {
					missing++
				}
			}
			if missing < most {
				continue
			}
			chosen[i] = true
			for _, p := range pairs[i] {
				covered[p] = true
			}
		}
	}
	var some []C
	for i, cell := range all {
		if chosen[i] {
			some = append(some, cell)
		}
	}
	return some
}
