// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"strings"
	"time"
)

// expiry is the moment at which a key of this validity is over. A timestamp
// counts as its day. It reports false for what is no date.
func (s *Simulator) expiry(validity string) (time.Time, bool) {
	date, _, _ := strings.Cut(validity, "T")
	day, err := time.ParseInLocation(time.DateOnly, date, s.options.ExpiryZone)
	if err != nil {
		return time.Time{}, false
	}
	if s.options.ExpiryExclusive {
		return day, true
	}
	return day.AddDate(0, 0, 1), true
}

// expired reports whether a key of this validity is over; what is no date
// never is.
func (s *Simulator) expired(validity string) bool {
	end, ok := s.expiry(validity)
	return ok && !s.Now().Before(end)
}

// isDate reports whether a create body's date has the form YYYY-MM-DD.
func isDate(validity string) bool {
	_, err := time.Parse(time.DateOnly, validity)
	return err == nil
}
