// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"regexp"
	"strconv"
	"time"
)

// intervalForm is "30 days" and the like.
var intervalForm = regexp.MustCompile(`^([1-9][0-9]{0,6}) (minute|hour|day|week|month|year)s?$`)

// after is the end of an interval that begins at a point in time. It reports false for
// what is no interval, or ends when no timestamp can tell it.
func after(begin time.Time, interval string) (end time.Time, ok bool) {
	parts := intervalForm.FindStringSubmatch(interval)
	if parts == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(parts[1]) // seven digits at the most
	switch parts[2] {
	case "minute":
		end = begin.Add(time.Duration(n) * time.Minute)
	case "hour":
		end = begin.Add(time.Duration(n) * time.Hour)
	case "day":
		end = begin.AddDate(0, 0, n)
	case "week":
		end = begin.AddDate(0, 0, 7*n)
	case "month":
		end = begin.AddDate(0, n, 0)
	case "year":
		end = begin.AddDate(n, 0, 0)
	}
	return end, end.Year() <= 9999
}

// latestExpiry is when a key that is made or prolonged now has to end; nil where there
// is no limit.
func (s *Simulator) latestExpiry(now time.Time) *time.Time {
	if s.options.MaxExpiryDays == 0 {
		return nil
	}
	return new(now.AddDate(0, 0, int(s.options.MaxExpiryDays)))
}

func (s *Simulator) expired(key Key) bool {
	return key.ExpiresAt != nil && !s.Now().Before(*key.ExpiresAt)
}

// active is how a key is listed, and whether it can be prolonged.
func (s *Simulator) active(key Key) bool {
	return !key.Inactive && (!s.options.ExpiryDeactivates || !s.expired(key))
}
