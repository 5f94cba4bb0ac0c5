// SPDX-License-Identifier: MPL-2.0

package renewal

import "time"

// DateAfter returns the date, YYYY-MM-DD in UTC, the given number of days after now.
func DateAfter(now time.Time, days int64) string {
	return now.UTC().AddDate(0, 0, int(days)).Format(time.DateOnly)
}

// DaysUntil returns the number of days from now (in UTC) to the date, YYYY-MM-DD. The number is negative for a date in the
// past. ok is false if the date is invalid.
func DaysUntil(date string, now time.Time) (days int64, ok bool) {
	end, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, false
	}
	today := now.UTC().Truncate(24 * time.Hour)
	return int64(end.Sub(today) / (24 * time.Hour)), true
}

// IsPast reports whether the date, YYYY-MM-DD, is before the current day in UTC. It returns false for an invalid date.
func IsPast(date string, now time.Time) bool {
	days, ok := DaysUntil(date, now)
	return ok && days < 0
}

// IsDue reports whether a key that is valid until the date is due for renewal. It is due from earlyDays before the date or, if
// earlyDays is 0, when the date is in the past.
func IsDue(validUntil string, earlyDays int64, now time.Time) bool {
	days, ok := DaysUntil(validUntil, now)
	return ok && (days < 0 || (earlyDays > 0 && days <= earlyDays))
}

// ExceedsPeriod reports whether a key stays valid for more than periodDays + 1 days from now, for example because the
// period was shortened. The extra day allows for clocks that differ around midnight.
func ExceedsPeriod(validUntil string, periodDays int64, now time.Time) bool {
	days, ok := DaysUntil(validUntil, now)
	return ok && days > periodDays+1
}
