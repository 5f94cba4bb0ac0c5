// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// faults returns all faults that the tests inject into the request.
func (a Adapter) faults(request string) (faults []simulation.Fault) {
	for _, kind := range []string{
		simulation.FaultDropBefore, simulation.FaultDropAfterCommit, simulation.FaultEmpty, simulation.FaultTruncate,
		simulation.FaultOverrun, simulation.FaultGarbled, simulation.FaultHTML, simulation.FaultExpireToken,
	} {
		faults = append(faults, fault(request, simulation.Fault{Kind: kind}))
	}
	faults = append(faults,
		fault(request, simulation.Fault{Kind: simulation.FaultHTML, Status: http.StatusOK}),
		fault(request, simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/"}),
		fault(request, simulation.Fault{Kind: simulation.FaultDelay, DelayMS: 70_000}),
	)
	statuses := []int{200, 206, 400, 401, 403, 404, 409, 422, 429, 500, 503}
	if request == a.Delete {
		statuses = statuses[1:] // Omit 200: a client cannot detect that the service did not carry out a delete with status 200.
	}
	for _, status := range statuses {
		faults = append(faults, fault(request, simulation.Fault{Kind: simulation.FaultStatus, Status: status}))
	}
	for _, later := range []int{1, 3, 15} {
		if request != a.Delete || !a.Unique { // A delete by name that is late can delete a newer thing with the same name.
			faults = append(faults, fault(request, simulation.Fault{Kind: simulation.FaultCommitLate, Status: http.StatusGatewayTimeout, Requests: later}))
		}
	}
	return faults
}

// matrix injects each fault into each request of each operation. After each operation, it compares the things in the service
// with the workers' states. It varies three more parameters: the faults that follow the fault of a create or delete (or none),
// how many times the fault occurs (1 or 1000), and the variant. With TEST_FULL=1, it runs all combinations of their values.
// Otherwise it alternates the values: each pair of values occurs, but not each combination.
func (a Adapter) matrix(t *testing.T) {
	t.Parallel()
	// Each element of next is a set of faults for the requests after a failed create or delete.
	next := [][]simulation.Fault{
		nil,
		{fault(a.List, simulation.Fault{Kind: simulation.FaultDropBefore, Times: 1000})},
		{fault(a.List, simulation.Fault{Kind: simulation.FaultTruncate, Times: 4})},
		{fault(a.List, simulation.Fault{Kind: simulation.FaultStatus, Status: http.StatusNotFound, Times: 4})},
		{fault(a.Delete, simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 1000})},
	}
	sum := counts{}
	slot, cells := 0, 0
	for _, c := range []struct{ operation, request string }{
		{"create", a.LogIn},
		{"create", a.List},
		{"create", a.Create},
		{"find", a.LogIn},
		{"find", a.List},
		{"delete", a.LogIn},
		{"delete", a.List},
		{"delete", a.Delete},
	} {
		followed := next
		if c.request != a.Create && c.request != a.Delete {
			followed = next[:1]
		}
		for _, f := range a.faults(c.request) {
			for i, then := range followed {
				for j, variant := range a.Variants {
					for k, times := range []int{1, 1000} {
						turn := j == slot%len(a.Variants) && k == (slot+i)%2
						if even := (len(f.Kind)+f.Status+f.Requests+i)%2 == 0; i > 0 {
							turn = turn && even == (c.request == a.Create)
						}
						if f.Times = times; c.request != "" && (full || turn) {
							cells++
							synctest.Test(t, func(t *testing.T) {
								w := a.world(t, variant, 0)
								w.fails(c.operation, f, then)
								sum.add(w.check("%s, %s, %+v, then %+v", variant, c.operation, f, then))
							})
						}
					}
				}
				slot++
			}
		}
	}
	t.Logf("fault matrix: %d cells, %v", cells, sum)
}

// fails runs the operation with two workers concurrently and with the fault f. When the service receives the next create or
// delete, it also gets the faults in the parameter then. Before the operations, a client reads a list. Then, if names are not
// unique, an equal thing is created outside the clients.
func (w *world) fails(operation string, f simulation.Fault, then []simulation.Fault) {
	ctx := context.Background()
	old := []*entry{w.old(0, 1), nil, w.old(2, 3)}
	w.find(ctx, 0, 0, old[0])
	if !w.Unique {
		w.add(0, true)
		time.Sleep(time.Minute)
	}
	w.fail(f)
	if then != nil {
		w.failThen(append([]simulation.Fault{f}, then...)...)
	}
	var working sync.WaitGroup
	for _, worker := range []int{0, 2} {
		working.Go(func() { w.operate(ctx, operation, worker, worker%w.spread(), old[worker]) })
	}
	working.Wait()
}
