// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"math"
	"time"
)

// tolerance is the maximum difference between two times that are treated as equal.
const tolerance = time.Minute

const day = 24 * time.Hour

// SameTime reports whether two times are equal within the tolerance. Services return an expiry in several forms, and
// compute and round each form differently.
func SameTime(a, b time.Time) bool { return a.Sub(b).Abs() <= tolerance }

// DaysLeft returns the number of days from now until the end, rounded up; 0 if the end is in the past.
func DaysLeft(end, now time.Time) int64 {
	left := end.Sub(now)
	if left <= 0 {
		return 0
	}
	days := int64(left / day)
	// A remainder of up to one minute is a rounding error, not another day.
	if left%day > tolerance {
		days++
	}
	return max(1, days)
}

// WholeDays returns the number of days from start to end. ok is false if the number is not whole (within the tolerance), or
// is less than 1.
func WholeDays(start, end time.Time) (days int64, ok bool) {
	nearest := end.Sub(start).Round(day)
	return int64(nearest / day), nearest >= day && SameTime(start.Add(nearest), end)
}

// IsDueAt reports whether a key that expires at end is due for renewal. It is due from earlyDays before end.
func IsDueAt(end time.Time, earlyDays int64, now time.Time) bool {
	const most = int64(math.MaxInt64 / day) // days that fit in a duration
	return end.Sub(now) <= time.Duration(min(earlyDays, most))*day
}
