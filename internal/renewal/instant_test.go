// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

const day = 24 * time.Hour

var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		left time.Duration
		want int64
	}{
		"long past":                {-100 * day, 0},
		"just past":                {-time.Nanosecond, 0},
		"now":                      {0, 0},
		"a moment":                 {time.Nanosecond, 1},
		"an hour":                  {time.Hour, 1},
		"a day":                    {day, 1},
		"a day, rounded up":        {day + time.Minute, 1},
		"a day and two minutes":    {day + 2*time.Minute, 2},
		"thirty days":              {30 * day, 30},
		"thirty days, rounded off": {30*day - time.Second, 30},
		"thirty days and an hour":  {30*day + time.Hour, 31},
		"a century":                {36500 * day, 36500},
		"longest duration":         {1<<63 - 1, 106752},
	} {
		if got := renewal.DaysLeft(noon.Add(test.left), noon); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

func TestWholeDays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		length time.Duration
		days   int64
		whole  bool
	}{
		"a day":                   {day, 1, true},
		"ninety days":             {90 * day, 90, true},
		"a minute less":           {90*day - time.Minute, 90, true},
		"a minute more":           {90*day + time.Minute, 90, true},
		"two minutes more":        {90*day + 2*time.Minute, 0, false},
		"an hour":                 {time.Hour, 0, false},
		"a moment":                {time.Nanosecond, 0, false},
		"none":                    {0, 0, false},
		"end before the start":    {-90 * day, 0, false},
		"half a day more":         {90*day + 12*time.Hour, 0, false},
		"shortest duration":       {-1 << 63, 0, false},
		"an hour of summer time":  {90*day - time.Hour, 0, false},
		"a century":               {36500 * day, 36500, true},
		"a century and 2 minutes": {36500*day + 2*time.Minute, 0, false},
	} {
		days, whole := renewal.WholeDays(noon, noon.Add(test.length))
		if whole != test.whole || (whole && days != test.days) {
			t.Errorf("%s: got %d, %t", name, days, whole)
		}
	}
}

func TestIsDueAt(t *testing.T) {
	t.Parallel()
	end := noon.Add(90 * day)
	for name, test := range map[string]struct {
		early int64
		now   time.Time
		want  bool
	}{
		"long before":              {14, noon, false},
		"a moment before":          {14, end.Add(-14*day - time.Nanosecond), false},
		"at the moment":            {14, end.Add(-14 * day), true},
		"in the window":            {14, end.Add(-day), true},
		"past":                     {14, end.Add(day), true},
		"always":                   {1<<63 - 1, noon, true},
		"before, without a window": {0, end.Add(-time.Nanosecond), false},
		"past, without a window":   {0, end, true},
	} {
		if got := renewal.IsDueAt(end, test.early, test.now); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestSameTime(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("UTC+14", 14*60*60)
	for name, test := range map[string]struct {
		other time.Time
		want  bool
	}{
		"the same":             {noon, true},
		"in another zone":      {noon.In(east), true},
		"a minute later":       {noon.Add(time.Minute), true},
		"a minute sooner":      {noon.Add(-time.Minute), true},
		"over a minute later":  {noon.Add(time.Minute + time.Nanosecond), false},
		"over a minute sooner": {noon.Add(-time.Minute - time.Nanosecond), false},
	} {
		if got := renewal.SameTime(noon, test.other); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
