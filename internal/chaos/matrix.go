// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Cell is one of a fault matrix: a service of some kind, and what goes wrong.
type Cell[Options any] struct {
	// Kind names the Options, which make the service's simulator.
	Kind    string
	Options Options
	Faults  []simulation.Fault
}

// levels are the kind, and the request, fault and times of each fault.
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

// RunCells runs cells of a matrix side by side, and returns when all have ended.
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
