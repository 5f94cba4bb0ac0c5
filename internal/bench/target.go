// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"time"
)

// target is what the provider is to reach.
type target struct {
	what, target, measured string
	reached                bool
}

// targets compares what was measured with what is to be reached. Times are of this
// very run, so that the machine does not matter.
func (r *results) targets() (all []target) {
	add := func(reached bool, what, limit, measured string) {
		all = append(all, target{what, limit, measured, reached})
	}
	ratio := func(what string, limit, value float64) {
		add(value <= limit, what, fmt.Sprintf("≤ %.2f", limit), fmt.Sprintf("%.2f", value))
	}
	duration := func(what string, limit, value time.Duration) {
		add(value <= limit, what, "≤ "+seconds(limit), seconds(value))
	}
	n := r.scale.large
	keys := thousands(n) + " keys"
	local, memory := base(egs, n, false), base(egs, n, true)

	ratio("plan of "+keys+" ÷ twin", 1.05, r.over(local, local.twin(), plan))
	ratio("the same, state in memory", 1.05, r.over(memory, memory.twin(), plan))
	twin := r.of(memory.twin(), plan).wall
	duration("plan of "+keys+", latency 50 ms", time.Duration(1.05*float64(twin))+500*time.Millisecond, r.of(memory.with(slow), plan).wall)
	r.requestTarget(&all, plan, "1 auth, 1 list, for any number of keys", func(m measurement, _ int) bool {
		return m.requests == requests{auth: 1, list: 1}
	})

	for _, command := range []string{apply, destroy} {
		ratio(command+" of "+keys+" ÷ twin, state in memory", 1.25, r.over(memory, memory.twin(), command))
		ratio(command+" of "+keys+" ÷ twin, local state", 1.10, r.over(local, local.twin(), command))
	}
	rounds := float64(n) / float64(memory.parallelism)
	duration("apply of "+keys+", latency 50 ms, above the twin", time.Duration(1.25*rounds*float64(50*time.Millisecond)),
		r.of(memory.with(slow), apply).wall-r.of(memory.twin(), apply).wall)
	// What was there before, what the first key teaches, and what is there every 30 s.
	r.requestTarget(&all, apply, "N creates, 1 auth, ≤ 2 lists and 1 for each 30 s", func(m measurement, keys int) bool {
		most := 2 + int(m.wall/(30*time.Second))
		return m.requests == requests{auth: 1, list: min(m.requests.list, most), create: keys}
	})
	// It walks twice, to refresh and to delete, with a provider each.
	r.requestTarget(&all, destroy, "N deletes, 1 auth a walk, 1 list", func(m measurement, keys int) bool {
		return m.requests == requests{auth: 2, list: 1, delete: keys}
	})

	for _, command := range []string{plan, apply} {
		for _, s := range []setup{local, memory} {
			ratio(fmt.Sprintf("the schema: %s of the twin ÷ random_uuid, %s", command, s.place()), 1.3,
				r.over(s.twin(), base(random, n, s.memory), command))
		}
		// Random has the framework's process, and so the bare schema is better seen here.
		ratio(fmt.Sprintf("the schema: %s of the stock twin ÷ random_uuid, %s", command, memory.place()), 1.3,
			r.over(base(stock, n, true), base(random, n, true), command))
	}

	huge := base(egs, r.scale.huge, true)
	growth := func(small, large setup) float64 {
		return r.of(large, plan).wall.Seconds() / r.of(small, plan).wall.Seconds()
	}
	ratio(fmt.Sprintf("growth of plan from %s to %s keys ÷ the twin's", thousands(n), thousands(r.scale.huge)), 1.05,
		growth(memory, huge)/growth(memory.twin(), huge.twin()))

	ratio("the same ÷ random_uuid's", 1.05, growth(memory, huge)/growth(base(random, n, true), base(random, r.scale.huge, true)))

	empty := base(egs, owned, true)
	crowded := empty.with(func(s *setup) { s.foreign = r.scale.foreign })
	foreign := thousands(r.scale.foreign) + " foreign keys"
	duration("plan beside "+foreign+", above an empty controller's", 1500*time.Millisecond,
		r.of(crowded, plan).wall-r.of(empty, plan).wall)
	peak := r.of(crowded, plan).memory
	add(peak <= 150e6, "memory of the provider beside "+foreign, "≤ 150 MB", megabytes(peak))

	start, peer := base(egs, 1, false), base(random, 1, false)
	ratio("validate ÷ hashicorp/random's", 1.10, r.over(start, peer, validate))
	ratio("providers schema ÷ hashicorp/random's", 1.10, r.over(start, peer, schemas))
	ratio("size of the binary ÷ hashicorp/random's", 1.10, float64(r.sizes[egs])/float64(r.sizes[random]))
	return all
}

// requestTarget looks at the requests of a command in every run that there was with
// our keys, and shows those of two.
func (r *results) requestTarget(all *[]target, command, limit string, reached func(m measurement, keys int) bool) {
	t := target{what: "requests of " + command, target: limit, reached: true}
	runs := 0
	for run, measured := range r.measured {
		if run.subject != egs || run.resource != apiKey || run.command != command {
			continue
		}
		for _, m := range measured {
			runs++
			t.reached = t.reached && reached(m, run.keys)
		}
	}
	for _, keys := range []int{r.scale.small, r.scale.large} {
		got := r.of(base(egs, keys, true), command).requests
		t.measured += fmt.Sprintf("%s keys: %d auth, %d list, %d create, %d delete<br>", thousands(keys), got.auth, got.list, got.create, got.delete)
	}
	t.measured += fmt.Sprintf("%d runs in all setups", runs)
	*all = append(*all, t)
}

// place is where the state is.
func (s setup) place() string {
	if s.memory {
		return "state in memory"
	}
	return "local state"
}
