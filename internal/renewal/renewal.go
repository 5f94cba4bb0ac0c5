// SPDX-License-Identifier: MPL-2.0

package renewal

import "time"

// DateAfter is the date, YYYY-MM-DD, that is so many days after the day of now in UTC.
func DateAfter(now time.Time, days int64) string {
	return now.UTC().AddDate(0, 0, int(days)).Format(time.DateOnly)
}

// DaysUntil is how many days the date, YYYY-MM-DD, is after the day of now in UTC:
// negative for a date that is past. What is no date is not ok.
func DaysUntil(date string, now time.Time) (days int64, ok bool) {
	end, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, false
	}
	today := now.UTC().Truncate(24 * time.Hour)
	return int64(end.Sub(today) / (24 * time.Hour)), true
}

// IsPast says whether the date, YYYY-MM-DD, is before the day of now in UTC. What is no date is not past.
func IsPast(date string, now time.Time) bool {
	days, ok := DaysUntil(date, now)
	return ok && days < 0
}

// IsDue says whether a key that is valid until the date is to be renewed: so many days before that date or fewer, or
// after it. With no early days it is due when the date is past.
func IsDue(validUntil string, earlyDays int64, now time.Time) bool {
	days, ok := DaysUntil(validUntil, now)
	return ok && (days < 0 || (earlyDays > 0 && days <= earlyDays))
}

// ExceedsPeriod says whether a key that is valid until the date is valid more than a day longer than a period that
// begins now, as after the period was shortened. The day is for clocks that differ about midnight.
func ExceedsPeriod(validUntil string, periodDays int64, now time.Time) bool {
	days, ok := DaysUntil(validUntil, now)
	return ok && days > periodDays+1
}
