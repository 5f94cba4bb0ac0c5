// SPDX-License-Identifier: MPL-2.0

package egssim

import "github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"

// What package simulation knows, for those who use this simulator.
type (
	// Fault is something that goes wrong with an API request.
	Fault = simulation.Fault
	// Entry is one API request and what became of it.
	Entry = simulation.Entry
	// RetryAfterForm is the form of the Retry-After header of a 429.
	RetryAfterForm = simulation.RetryAfterForm
)

// Kinds of faults.
const (
	FaultStatus          = simulation.FaultStatus
	FaultDropBefore      = simulation.FaultDropBefore
	FaultDropAfterCommit = simulation.FaultDropAfterCommit
	FaultCommitLate      = simulation.FaultCommitLate
	FaultEmpty           = simulation.FaultEmpty
	FaultDelay           = simulation.FaultDelay
	FaultTruncate        = simulation.FaultTruncate
	FaultOverrun         = simulation.FaultOverrun
	FaultGarbled         = simulation.FaultGarbled
	FaultHTML            = simulation.FaultHTML
	FaultRedirect        = simulation.FaultRedirect
	FaultExpireToken     = simulation.FaultExpireToken
)

// Forms of the Retry-After header.
const (
	RetryAfterSeconds = simulation.RetryAfterSeconds
	RetryAfterDate    = simulation.RetryAfterDate
	RetryAfterNone    = simulation.RetryAfterNone
)
