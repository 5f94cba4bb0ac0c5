// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// body reads the body of a call, which must have no unknown members.
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

// days is a member that must be an integer from 1; nil if it is missing.
func (b body) days(name string) *int64 {
	const kind = "an integer from 1"
	days := simulation.Member[int64](b.Body, name, kind)
	if days != nil && *days < 1 {
		b.Malformed(name + " must be " + kind)
	}
	return days
}

// expiry is when a key is to expire that is created or renewed now; nil is never. Without expires_in
// it is the latest allowed time.
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

// intervalForm is "30 days" and the like.
var intervalForm = regexp.MustCompile(`^([1-9][0-9]{0,6}) (minute|hour|day|week|month|year)s?$`)

// units are those of intervals, as years, months, days and minutes.
var units = map[string][4]int{
	"minute": {3: 1}, "hour": {3: 60}, "day": {2: 1}, "week": {2: 7}, "month": {1: 1}, "year": {0: 1},
}

// after is the end of an interval that begins at a point in time. It reports false for what is no
// interval, or ends when no timestamp can express it.
func after(begin time.Time, interval string) (end time.Time, ok bool) {
	parts := intervalForm.FindStringSubmatch(interval)
	if parts == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(parts[1]) // seven digits at most
	unit := units[parts[2]]
	end = begin.AddDate(n*unit[0], n*unit[1], n*unit[2]).Add(time.Duration(n*unit[3]) * time.Minute)
	return end, end.Year() <= 9999
}
