// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// The faults that a request can have, by what a create that has them is known to have done.
var (
	// HarmlessFaults are those after which a create is sent again.
	HarmlessFaults = []simulation.Fault{
		{Kind: simulation.FaultDelay, DelayMS: 5},
		{Kind: simulation.FaultStatus, Status: http.StatusTooManyRequests},
	}
	// LostResponses are those after which a list shows what the create made.
	LostResponses = []simulation.Fault{
		{Kind: simulation.FaultDropAfterCommit},
		{Kind: simulation.FaultCommitLate},
		{Kind: simulation.FaultTruncate},
	}
	// UnknownOutcomes are those after which no list shows anything, so that the create may still be carried out.
	UnknownOutcomes = []simulation.Fault{
		{Kind: simulation.FaultDropBefore},
		{Kind: simulation.FaultHTML},
		{Kind: simulation.FaultStatus, Status: http.StatusInternalServerError},
		{Kind: simulation.FaultStatus, Status: http.StatusGatewayTimeout},
	}
)

// FaultsAt are the fault at each of the requests, which are written as "METHOD /path".
func FaultsAt(fault simulation.Fault, requests ...string) []simulation.Fault {
	all := make([]simulation.Fault, 0, len(requests))
	for _, request := range requests {
		if _, err := fmt.Sscan(request, &fault.Method, &fault.Path); err != nil {
			panic("acctest: " + request + " is not a request: " + err.Error())
		}
		all = append(all, fault)
	}
	return all
}
