// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Cell is one cell of a fault matrix: a kind of service, and its faults.
type Cell[Options any] struct {
	// Kind names the Options, which are those of the service's simulator.
	Kind    string
	Options Options
	Faults  []simulation.Fault
}

// levels are the kind of service and, for each fault, its request, kind and count.
func (c Cell[Options]) levels() []string {
	levels := []string{c.Kind}
	for _, f := range c.Faults {
		what := fmt.Sprint(f.Kind, " ", f.Status)
		if f.Body != "" {
			what += " with body"
		}
		levels = append(levels, f.Method+" "+f.Path, what, fmt.Sprint("x", f.Times))
	}
	return levels
}

// RunCells runs the cells of a matrix in parallel, and returns when all have ended.
func RunCells[Options any](t *testing.T, name string, all []Cell[Options], run func(*testing.T, Cell[Options])) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		for _, c := range Cells(all, Cell[Options].levels) {
			t.Run(strings.Trim(strings.Join(c.levels(), ", "), ", "), func(t *testing.T) {
				t.Parallel()
				run(t, c)
			})
		}
	})
}
