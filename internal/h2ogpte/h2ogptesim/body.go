// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// body decodes the body of a call. Unknown members are errors.
type body struct {
	*simulation.Body
	*Simulator
}

func (s *Simulator) body(c simulation.Call, known ...string) body {
	b := body{c.ReadBody(s.malformed), s}
	for _, name := range b.Unknown(known...) {
		b.Malformed("unknown member: " + name)
	}
	return b
}

// days returns a member that must be an integer from 1, or nil if it is missing.
func (b body) days(name string) *int64 {
	const kind = "an integer from 1"
	days := simulation.Member[int64](b.Body, name, kind)
	if days != nil && *days < 1 {
		b.Malformed(name + " must be " + kind)
	}
	return days
}

// expiry returns the expiry of a key that is created or renewed now, or nil if the key does not expire. Without expires_in,
// the expiry is the latest time that Options.MaxExpiryDays allows.
func (b body) expiry() *time.Time {
	now := b.Now()
	var latest *time.Time
	if b.options.MaxExpiryDays > 0 {
		latest = new(now.AddDate(0, 0, int(b.options.MaxExpiryDays)))
	}
	interval := simulation.Member[string](b.Body, "expires_in", "a string")
	if interval == nil {
		return latest
	}
	expires, ok := after(now, *interval)
	if !ok {
		b.Malformed(`expires_in must be an interval such as "30 days"`)
	}
	if latest != nil && expires.After(*latest) {
		b.Malformed(fmt.Sprintf("expires_in must not exceed %d days (global_api_key_expiry_days)", b.options.MaxExpiryDays))
	}
	return &expires
}

// intervalForm matches intervals such as "30 days".
var intervalForm = regexp.MustCompile(`^([1-9][0-9]{0,6}) (minute|hour|day|week|month|year)s?$`)

// units has the years, months, days and minutes of each unit.
var units = map[string][4]int{
	"minute": {3: 1}, "hour": {3: 60}, "day": {2: 1}, "week": {2: 7}, "month": {1: 1}, "year": {0: 1},
}

// after returns the end of an interval that begins at this time. ok is false if the interval is invalid, or ends after the
// year 9999.
func after(begin time.Time, interval string) (end time.Time, ok bool) {
	parts := intervalForm.FindStringSubmatch(interval)
	if parts == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(parts[1]) // At most seven digits do not overflow.
	unit := units[parts[2]]
	end = begin.AddDate(n*unit[0], n*unit[1], n*unit[2]).Add(time.Duration(n*unit[3]) * time.Minute)
	return end, end.Year() <= 9999
}
