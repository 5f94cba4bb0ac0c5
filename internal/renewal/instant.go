// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"math"
	"time"
)

// tolerance is how far two times of a service may be apart that mean the same one.
const tolerance = time.Minute

const day = 24 * time.Hour

// SameTime says whether two times mean the same one: services compute an expiry
// anew, and round it, in each of its forms.
func SameTime(a, b time.Time) bool { return a.Sub(b).Abs() <= tolerance }

// DaysLeft is how many days there are from now until the end, a day that has begun being one; 0 when it is over.
func DaysLeft(end, now time.Time) int64 {
	left := end.Sub(now)
	if left <= 0 {
		return 0
	}
	days := int64(left / day)
	// What exceeds whole days by a rounding is no day.
	if left%day > tolerance {
		days++
	}
	return max(1, days)
}

// WholeDays is how many days there are from the start to the end, where they are whole ones and at least one.
func WholeDays(start, end time.Time) (days int64, ok bool) {
	nearest := end.Sub(start).Round(day)
	return int64(nearest / day), nearest >= day && SameTime(start.Add(nearest), end)
}

// IsDueAt says whether a key that ends at that time is to be renewed now: so many days before, or later.
func IsDueAt(end time.Time, earlyDays int64, now time.Time) bool {
	const most = int64(math.MaxInt64 / day) // that a duration can hold
	return end.Sub(now) <= time.Duration(min(earlyDays, most))*day
}
