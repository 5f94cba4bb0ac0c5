// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"context"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// judgedKey is private state of a key that is due: when that was decided, by the service's clock, as Unix time in seconds. A plan
// judges a changed window by this time, and so comes out the same when it is applied. The name is short, as in face.Origin.
const judgedKey = "j"

// Ready is ready_for_renewal of a key that is due or not, by a time that is trusted unless skew is an error. Then the verdict of
// the state stands; an imported key has none, and is not due.
func Ready(before types.Bool, due bool, skew error) types.Bool {
	if skew != nil {
		return types.BoolValue(before.ValueBool())
	}
	return types.BoolValue(due)
}

// Judge keeps when a key was found to be due, and forgets it of one that is not.
func Judge(ctx context.Context, ready types.Bool, now time.Time, skew error, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
},
) diag.Diagnostics {
	switch {
	case skew != nil:
		return nil
	case !ready.ValueBool():
		return private.SetKey(ctx, judgedKey, nil)
	}
	return private.SetKey(ctx, judgedKey, strconv.AppendInt(nil, now.Unix(), 10))
}

// Judged is when the key was found to be due; zero where that is not known.
func Judged(ctx context.Context, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
},
) (at time.Time) {
	kept, _ := private.GetKey(ctx, judgedKey)
	seconds, err := strconv.ParseInt(string(kept), 10, 64)
	if err != nil {
		return at // There is none, or one of another version.
	}
	return time.Unix(seconds, 0).UTC()
}

// StillDue says whether a key that was found to be due is due by the plan, too, whose days are these: an unknown number may be as
// before. due judges them.
func StillDue(ready types.Bool, judged time.Time, due func(time.Time) bool, days ...types.Int64) bool {
	known := !judged.IsZero()
	for _, number := range days {
		known = known && !number.IsUnknown()
	}
	return ready.ValueBool() && (!known || due(judged))
}
