// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// The subjects. Only the provider sends requests.
const (
	egs    = "egs"
	hollow = "hollow"
	stock  = "hollow-stock"
	random = "random"
	tls    = "tls"
	data   = "terraform_data"
)

var subjects = []string{egs, hollow, random, tls, data}

// What is made.
const (
	apiKey     = "egs_api_key" //nolint:gosec // G101: a name, no credential.
	workspace  = "egs_workspace"
	h2ogpteKey = "egs_h2ogpte_api_key"
	gaiaKey    = "egs_gaia_api_key"
)

// setup is what a command is run on.
type setup struct {
	subject string
	// resource is what the provider and the hollow provider create.
	resource string
	keys     int
	// memory says that the state is on a server that keeps it in memory, and not in a local file, which Terraform
	// writes again and again: that hides what the provider costs. It writes a remote state every 20 s and at the
	// end. Its backend "inmem" would forget the state with each command.
	memory      bool
	latency     time.Duration
	parallelism int
	workspaces  int
	// foreign is how many keys the controller holds beside ours.
	foreign int
}

// The commands.
const (
	apply    = "apply"
	plan     = "plan"
	destroy  = "destroy"
	validate = "validate"
	schemas  = "schema"
)

func (s setup) arguments(command string) []string {
	parallelism := fmt.Sprintf("-parallelism=%d", s.parallelism)
	switch command {
	case validate:
		return []string{"validate"}
	case schemas:
		return []string{"providers", "schema", "-json"}
	case plan:
		// An exit code of 2 would say that something is to be changed.
		return []string{plan, "-input=false", "-detailed-exitcode", parallelism}
	default:
		return []string{command, "-input=false", "-auto-approve", parallelism}
	}
}

// subjectRun is one command on one setup: what is measured, several times.
type subjectRun struct {
	setup
	command string
}

// benchCase are setups that are measured in turns.
type benchCase struct {
	title  string
	setups []setup
	// before is run once, and not measured.
	before, commands []string
	// laps is an odd number, so that one of them is the median.
	laps int
}

// measure runs the commands on all setups in turns.
func (c *benchCase) measure(ctx context.Context, tf *terraform, r *results) error {
	dir, err := os.MkdirTemp(tf.dir, "case-")
	if err != nil {
		return err
	}
	stands := make([]*stand, len(c.setups))
	for i, s := range c.setups {
		if stands[i], err = newStand(ctx, tf, filepath.Join(dir, fmt.Sprint(i)), s); err != nil {
			return err
		}
		defer stands[i].server.Close()
		for _, command := range c.before {
			if _, err := stands[i].run(ctx, command); err != nil {
				return err
			}
		}
	}
	r.cases = append(r.cases, c)
	for range c.laps {
		for _, stand := range stands {
			for _, command := range c.commands {
				m, err := stand.run(ctx, command)
				if err != nil {
					return err
				}
				key := subjectRun{stand.setup, command}
				r.measured[key] = append(r.measured[key], m)
			}
		}
	}
	return nil
}

// scale is how many keys the cases have.
type scale struct {
	small, large, huge int
	// short leaves out the cases that take long.
	short bool
}

var (
	scaleFull  = scale{small: 100, large: 1000, huge: 3000}
	scaleShort = scale{small: 20, large: 100, huge: 300, short: true}
)

// owned is how many keys are ours beside the foreign ones.
const owned, foreign = 10, 100_000

// base is the setup that the others differ from.
func base(subject string, keys int, memory bool) setup {
	return setup{subject: subject, resource: apiKey, keys: keys, memory: memory, parallelism: 10, workspaces: 1}
}

// with is the setup with something changed.
func (s setup) with(change func(*setup)) setup {
	change(&s)
	return s
}

func slow(s *setup) { s.latency = 50 * time.Millisecond }
func wide(s *setup) { s.parallelism = 50 }

// laps is how often all but the quickest is measured.
const laps = 3

// cases are all that is measured, what is quick first.
func cases(n scale) []*benchCase {
	walks := []string{apply, plan, destroy}
	every := func(keys int, memory bool) (setups []setup) {
		for _, subject := range subjects {
			if subject == tls && keys == n.large && !memory {
				// Terraform takes a minute each to write so large a state so often.
				continue
			}
			setups = append(setups, base(subject, keys, memory))
		}
		return setups
	}
	all := []*benchCase{{
		title: "1 key, and the start", setups: every(1, false),
		// What takes a moment is measured more often.
		commands: slices.Concat(walks, []string{validate, schemas}), laps: 7,
	}}
	add := func(title string, setups ...setup) {
		all = append(all, &benchCase{title: title, setups: setups, commands: walks, laps: laps})
	}
	for _, other := range []struct{ title, resource string }{
		{"workspaces", workspace}, {"keys of h2oGPTe", h2ogpteKey}, {"keys of Search GAIA", gaiaKey},
	} {
		of := func(s *setup) { s.resource = other.resource }
		add(fmt.Sprintf("%d %s, state in memory", n.small, other.title),
			base(hollow, n.small, true).with(of), base(egs, n.small, true).with(of))
	}
	for _, memory := range []bool{false, true} {
		for _, keys := range []int{1, n.small, n.large} {
			if keys == 1 && !memory || n.short && (keys == 1 || keys == n.small && !memory) {
				continue
			}
			setups := every(keys, memory)
			if memory {
				setups = append(setups, base(stock, keys, memory), base(egs, keys, memory).with(slow))
			}
			if memory && keys == n.large && !n.short {
				setups = append(
					setups,
					base(hollow, keys, memory).with(wide),
					base(egs, keys, memory).with(wide),
					base(egs, keys, memory).with(wide).with(slow),
					base(egs, keys, memory).with(func(s *setup) { s.workspaces = 10 }),
					base(egs, keys, memory).with(func(s *setup) { s.workspaces = keys }),
				)
			}
			add(fmt.Sprintf("%s %s, %s", thousands(keys), plural("key", keys), base(egs, keys, memory).place()), setups...)
		}
	}
	all = append(all, &benchCase{
		title: fmt.Sprintf("%s keys, state in memory", thousands(n.huge)),
		setups: []setup{
			base(egs, n.huge, true), base(hollow, n.huge, true), base(stock, n.huge, true), base(random, n.huge, true),
		},
		before: []string{apply}, commands: []string{plan}, laps: laps,
	})
	add(fmt.Sprintf("%d keys among others, state in memory", owned),
		base(hollow, owned, true), base(egs, owned, true), base(egs, owned, true).with(func(s *setup) { s.foreign = foreign }))
	return all
}

type measurements []measurement

// median is the median of each cost, with the state of the last run.
func (all measurements) median() measurement {
	m := all[len(all)-1]
	m.wall = medianOf(all, func(m measurement) time.Duration { return m.wall })
	m.cpu = medianOf(all, func(m measurement) time.Duration { return m.cpu })
	m.memory = medianOf(all, func(m measurement) int64 { return m.memory })
	return m
}

func medianOf[T cmp.Ordered](all measurements, of func(measurement) T) T {
	values := make([]T, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
