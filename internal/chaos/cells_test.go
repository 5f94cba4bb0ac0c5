// SPDX-License-Identifier: MPL-2.0

package chaos_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
)

// product is all cells of factors with this many levels.
func product(sizes ...int) (cells [][]string) {
	cells = [][]string{{}}
	for _, size := range sizes {
		var longer [][]string
		for _, cell := range cells {
			for level := range size {
				longer = append(longer, append(slices.Clone(cell), strconv.Itoa(level)))
			}
		}
		cells = longer
	}
	return cells
}

func itself(cell []string) []string { return cell }

func TestPairwise(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		all [][]string
		// atMost is how many cells are chosen at most.
		atMost int
	}{
		"no cell":     {nil, 0},
		"one factor":  {product(5), 5},
		"two factors": {product(4, 3), 12},
		"switches":    {product(2, 2, 2, 2, 2, 2), 10},
		"matrix":      {product(3, 4, 25, 2), 110},
		"not all": {slices.DeleteFunc(product(3, 4, 25, 2), func(cell []string) bool {
			return cell[1] == "3" && cell[2] == "0"
		}), 110},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			some := chaos.Pairwise(test.all, itself)
			if len(some) > test.atMost || !slices.EqualFunc(some, chaos.Pairwise(test.all, itself), slices.Equal) {
				t.Errorf("%d of %d cells, want at most %d and the same each time", len(some), len(test.all), test.atMost)
			}
			has := func(cells [][]string, a, b int, levelA, levelB string) bool {
				return slices.ContainsFunc(cells, func(cell []string) bool { return cell[a] == levelA && cell[b] == levelB })
			}
			for _, cell := range test.all {
				for a := range cell {
					for b := range a + 1 {
						if !has(some, a, b, cell[a], cell[b]) {
							t.Errorf("factors %d and %d have no cell with %s and %s", a, b, cell[a], cell[b])
						}
					}
				}
			}
			for _, cell := range some {
				if !slices.ContainsFunc(test.all, func(other []string) bool { return slices.Equal(cell, other) }) {
					t.Errorf("%v is no cell", cell)
				}
			}
		})
	}
}
