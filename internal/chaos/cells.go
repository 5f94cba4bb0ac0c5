// SPDX-License-Identifier: MPL-2.0

package chaos

import "os"

// full says whether full matrices and long runs are wanted, as in nightly tests.
var full = os.Getenv("TEST_FULL") == "1"

// Cells returns the cells to run: all if TEST_FULL is 1, otherwise those of Pairwise.
func Cells[C any](all []C, levels func(C) []string) []C {
	if full {
		return all
	}
	return Pairwise(all, levels)
}

// Pairwise returns a subset of the cells that covers each pair of levels of two factors
// that occurs in any cell: most bugs need at most two conditions. levels returns the
// levels of a cell, one for each factor. The result depends on the cells only.
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
			// A factor is paired with itself too, for matrices of one factor.
			for b := range a + 1 {
				pairs[i] = append(pairs[i], pair{{b, names[b]}, {a, names[a]}})
			}
		}
		most = max(most, len(pairs[i]))
	}
	covered := map[pair]bool{}
	chosen := make([]bool, len(all))
	// Cells with many new pairs come first, which keeps the subset small.
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
