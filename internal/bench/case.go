// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

type subjectRun struct {
	setup
	command string
}

// benchCase compares setups with each other. Each command runs on all setups before the next command runs, so that measurements
// that are compared are close in time.
type benchCase struct {
	title  string
	setups []setup
	// commands contains the commands that every round runs. once contains further commands: the first round runs them at its
	// beginning.
	once, commands []string
	rounds         int
	targets        []target
	// note returns the paragraph below the table. If note is nil, there is no such paragraph.
	note func(*benchCase) string

	measured map[subjectRun]measurements
}

func (c *benchCase) measure(ctx context.Context, tf *terraform) error {
	dir, err := os.MkdirTemp(tf.dir, "case-")
	if err != nil {
		return err
	}
	testbeds := make([]*testbed, len(c.setups))
	for i, s := range c.setups {
		if testbeds[i], err = newTestbed(ctx, tf, filepath.Join(dir, fmt.Sprint(i)), s); err != nil {
			return err
		}
		defer testbeds[i].server.Close()
	}
	c.measured = map[subjectRun]measurements{}
	for round := range c.rounds {
		commands := c.commands
		if round == 0 {
			commands = slices.Concat(c.once, commands)
		}
		for _, command := range commands {
			for _, bed := range testbeds {
				m, err := bed.run(ctx, command)
				if err != nil {
					return err
				}
				key := subjectRun{bed.setup, command}
				c.measured[key] = append(c.measured[key], m)
			}
		}
	}
	return nil
}

// median returns the median of the measurements of the command on the setup. The result ok is false if there are none.
func (c *benchCase) median(s setup, command string) (m measurement, ok bool) {
	all := c.measured[subjectRun{s, command}]
	if len(all) == 0 {
		return measurement{}, false
	}
	return all.median(), true
}

// cpu returns the median CPU time of Terraform and the provider in seconds.
func (c *benchCase) cpu(s setup, command string) float64 {
	m, _ := c.median(s, command)
	return m.cpu.Seconds()
}

// wall returns the median duration of the command in seconds.
func (c *benchCase) wall(s setup, command string) float64 {
	m, _ := c.median(s, command)
	return m.wall.Seconds()
}

// scale determines the size of the cases.
type scale struct {
	// few, many and most are numbers of objects.
	few, many, most int
	// rounds is the number of rounds of the main cases. others is the number of rounds of the other cases.
	rounds, others int
	// name is the command that runs the benchmark at this scale.
	name string
}

var (
	scaleFull  = scale{few: 100, many: 1000, most: 3000, rounds: 5, others: 3, name: "make bench"}
	scaleShort = scale{few: 20, many: 100, most: 300, rounds: 3, others: 1, name: "make bench-short"}
)

// managed is the number of keys that Terraform manages in the benchmark case with a long list. unmanaged is the number of all
// other keys in this list.
const managed, unmanaged = 10, 100_000

var allCommands = []string{apply, plan, destroy}

// cases returns all cases. To save time, each case has only the setups that its targets need. At full scale, all cases together
// take at most 30 minutes on two CPUs.
func cases(n scale) []*benchCase {
	key := func(count int) setup { return setup{subject: egs, resource: apiKey, count: count} }
	many, most, few := key(n.many), key(n.most), key(n.few)
	local := many
	local.local = true
	longList := key(managed)
	longList.unmanaged = unmanaged

	all := []*benchCase{
		{
			title:  fmt.Sprintf("%s keys of EGS", thousands(n.many)),
			setups: []setup{many, many.as(hollow), many.as(random), many.slow()}, commands: allCommands, rounds: n.rounds,
			targets: slices.Concat(hollowTargets(many, "keys of EGS"), []target{
				{
					what: fmt.Sprintf("schema: plan of %s keys, hollow ÷ random_uuid", thousands(n.many)), limit: 1.25, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(many.as(hollow), plan) / c.cpu(many.as(random), plan) },
					reason:   reasonSchema,
				},
				{
					what:  fmt.Sprintf("latency of 50 ms: additional wall time of the plan of %s keys", thousands(n.many)),
					limit: 0.3, unit: seconds, reason: reasonLatency,
					measured: func(c *benchCase) float64 { return c.wall(many.slow(), plan) - c.wall(many, plan) },
				},
				{
					what: fmt.Sprintf("latency of 50 ms: additional wall time of the apply of %s keys (1.1 × N ÷ 10 × 50 ms)", thousands(n.many)),
					// Terraform creates ten objects at a time.
					limit: 1.1 * float64(n.many) / 10 * latency.Seconds(), unit: seconds, reason: reasonLatency,
					measured: func(c *benchCase) float64 { return c.wall(many.slow(), apply) - c.wall(many, apply) },
				},
			}),
		},
		{
			title:  fmt.Sprintf("%s keys of EGS, growth", thousands(n.most)),
			setups: []setup{many, most, many.as(hollow), most.as(hollow)},
			once:   []string{apply}, commands: []string{plan}, rounds: n.others,
			targets: []target{
				{
					what: fmt.Sprintf("plan of %s keys ÷ plan of %s keys", thousands(n.most), thousands(n.many)), limit: 3.3, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(most, plan) / c.cpu(many, plan) },
					reason:   reasonGrowth,
				},
				{
					what: fmt.Sprintf("memory of the provider with %s keys, plan and apply", thousands(n.most)), limit: 64, unit: mebibytes,
					measured: func(c *benchCase) float64 { return c.memory(most, plan, apply) }, reason: reasonMemory,
				},
			},
		},
		{
			title:  fmt.Sprintf("%d keys of EGS among %s unmanaged keys", managed, thousands(unmanaged)),
			setups: []setup{key(managed), longList, key(managed).as(hollow)}, commands: allCommands, rounds: n.rounds,
			targets: []target{
				{
					what: fmt.Sprintf("%s unmanaged keys: additional CPU time of the plan", thousands(unmanaged)), limit: 1.2, unit: seconds,
					measured: func(c *benchCase) float64 { return c.cpu(longList, plan) - c.cpu(key(managed), plan) }, reason: reasonUnmanaged,
				},
				{
					what: fmt.Sprintf("%s unmanaged keys: memory of the provider", thousands(unmanaged)), limit: 150, unit: mebibytes,
					measured: func(c *benchCase) float64 { return c.memory(longList, allCommands...) }, reason: reasonMemory,
				},
			},
		},
		{
			title:  fmt.Sprintf("%s keys of EGS, local state", thousands(n.many)),
			setups: []setup{local, local.as(random)}, commands: allCommands, rounds: 1,
			targets: []target{
				{
					what: "local state: apply ÷ random_uuid (goal)", limit: 1.5, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(local, apply) / c.cpu(local.as(random), apply) }, reason: reasonLocal,
				},
				{
					what: "local state: destroy ÷ random_uuid (goal)", limit: 1.6, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(local, destroy) / c.cpu(local.as(random), destroy) }, reason: reasonLocal,
				},
				{
					what: "local state: bytes per key", unit: bytesEach,
					measured: func(c *benchCase) float64 { return c.bytesEach(local) },
				},
				{
					what: "local state: bytes per random_uuid", unit: bytesEach,
					measured: func(c *benchCase) float64 { return c.bytesEach(local.as(random)) },
				},
			},
			note: func(*benchCase) string {
				return "Terraform writes the whole state after each object, which takes most of the time. " +
					"The state of the hollow provider has almost the same size, so the hollow provider is not measured here."
			},
		},
	}
	for _, other := range []struct {
		resource, name string
		count          int
	}{
		{workspace, "workspaces", n.many},
		{gprTemplate, "GPR templates", n.many},
		{h2ogpteKey, fmt.Sprintf("keys of h2oGPTe (%d pages)", n.many/h2ogptePage+1), n.many},
		{gaiaKey, "keys of Search GAIA", n.few},
	} {
		s := setup{subject: egs, resource: other.resource, count: other.count}
		c := &benchCase{
			title:  fmt.Sprintf("%s %s", thousands(other.count), other.name),
			setups: []setup{s, s.as(hollow)}, commands: allCommands, rounds: n.others,
			targets: hollowTargets(s, other.name),
		}
		if other.resource == gaiaKey {
			c.setups, c.note, c.rounds = append(c.setups, s.slow()), serial(s), n.rounds
		}
		all = append(all, c)
	}
	return append(
		all,
		&benchCase{
			title:  fmt.Sprintf("%d keys of EGS, settings of the process", n.few),
			setups: []setup{few, few.as(hollow), few.as(stock), few.as(random)}, commands: allCommands, rounds: n.others,
		},
		&benchCase{
			title:  "1 key of EGS, startup",
			setups: []setup{key(1), key(1).as(hollow), key(1).as(random)}, commands: allCommands, rounds: n.rounds,
		},
	)
}

// h2ogptePage is the number of keys on a page of h2oGPTe's list of keys. The list also contains the key of the administrator.
const h2ogptePage = 100

// serial returns a function that returns a note. The note says how much longer an apply takes because keys of Search GAIA are
// created one at a time.
func serial(s setup) func(*benchCase) string {
	return func(c *benchCase) string {
		each, count := latency.Seconds(), float64(s.count)
		return fmt.Sprintf("The provider creates keys of Search GAIA one at a time. A key has no name, and its only id is its secret. If the "+
			"response to a create is lost, the provider looks for the new key in the list. With concurrent creates, it could not determine "+
			"which of them created a new key. With a latency of 50 ms the apply takes %.2f s longer than without latency (%d × 50 ms are %.2f s). "+
			"With ten concurrent creates, as for the other resources, the apply would take %.2f s longer.",
			c.wall(s.slow(), apply)-c.wall(s, apply), s.count, count*each, count*each/10)
	}
}

type measurements []measurement

// median returns the median wall time, CPU time and memory. All other fields have the values of the last run, such as the size
// of the state.
func (all measurements) median() measurement {
	m := all[len(all)-1]
	m.wall = medianOf(all, func(m measurement) time.Duration { return m.wall })
	m.cpu = medianOf(all, func(m measurement) time.Duration { return m.cpu })
	m.memory = medianOf(all, func(m measurement) int64 { return m.memory })
	return m
}

func medianOf[T ~int64](all measurements, of func(measurement) T) T {
	values := make([]T, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
