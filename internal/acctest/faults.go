// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Faults of a request, grouped by their effect on a create.
var (
	// HarmlessFaults do not make a create fail: the create is delayed or retried.
	HarmlessFaults = []simulation.Fault{
		{Kind: simulation.FaultDelay, DelayMS: 5},
		{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests},
	}
	// LostResponses lose the response to a create that succeeds. A later list shows the object.
	LostResponses = []simulation.Fault{
		{Kind: simulation.FaultDropAfterCommit},
		{Kind: simulation.FaultCommitLate},
		{Kind: simulation.FaultTruncate},
	}
	// UnknownOutcomes create nothing, but the client cannot know this. It must assume that the service can still handle the
	// request.
	UnknownOutcomes = []simulation.Fault{
		{Kind: simulation.FaultDropBefore},
		{Kind: simulation.FaultHTML},
		{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError},
		{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout},
	}
)

// FaultsAt returns a copy of the fault for each of the requests, which have the form "METHOD /path".
func FaultsAt(fault simulation.Fault, requests ...string) []simulation.Fault {
	all := make([]simulation.Fault, 0, len(requests))
	for _, request := range requests {
		if _, err := fmt.Sscan(request, &fault.Method, &fault.Path); err != nil {
			panic("acctest: invalid request " + request + ": " + err.Error())
		}
		all = append(all, fault)
	}
	return all
}
