// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"context"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// foundDueKey is the name of an entry in private state. The entry has the time, by the service's clock, at which an API key
// was found to be due for renewal, as Unix time in seconds. A plan checks a changed renewal window against this time, so
// that the plan gives the same result when it is applied. The name is short to keep the state small: see keptOrigin in
// package face.
const foundDueKey = "j"

// Ready returns the value of ready_for_renewal. If skew is an error, due was computed from an untrusted time. Ready then
// returns the value in the state (the parameter before). An imported key has no value in the state, so Ready returns false.
func Ready(before types.Bool, due bool, skew error) types.Bool {
	if skew != nil {
		return types.BoolValue(before.ValueBool())
	}
	return types.BoolValue(due)
}

// SetFoundDueAt stores the time at which a key was found to be due. If the key is not due, SetFoundDueAt removes the stored
// time. If skew is not nil, the stored time does not change.
func SetFoundDueAt(ctx context.Context, ready types.Bool, now time.Time, skew error, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
},
) diag.Diagnostics {
	switch {
	case skew != nil:
		return nil
	case !ready.ValueBool():
		return private.SetKey(ctx, foundDueKey, nil)
	}
	return private.SetKey(ctx, foundDueKey, strconv.AppendInt(nil, now.Unix(), 10))
}

// FoundDueAt returns the time that SetFoundDueAt stored; zero if there is none.
func FoundDueAt(ctx context.Context, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
},
) (at time.Time) {
	kept, _ := private.GetKey(ctx, foundDueKey)
	seconds, err := strconv.ParseInt(string(kept), 10, 64)
	if err != nil {
		return at // The time is missing, or another version stored it in another form.
	}
	return time.Unix(seconds, 0).UTC()
}

// StillDue reports whether a key that was found to be due is still due with the planned values in days. StillDue returns
// false if ready is false. If foundDueAt is zero, the key stays due. If a value in days is unknown, the key stays due too,
// since the value possibly does not change. Otherwise, the key is still due if due(foundDueAt) is true.
func StillDue(ready types.Bool, foundDueAt time.Time, due func(time.Time) bool, days ...types.Int64) bool {
	known := !foundDueAt.IsZero()
	for _, number := range days {
		known = known && !number.IsUnknown()
	}
	return ready.ValueBool() && (!known || due(foundDueAt))
}
