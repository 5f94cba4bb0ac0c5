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

// subjectRun is one command on one setup: what is measured, several times.
type subjectRun struct {
	setup
	command string
}

// benchCase are setups that are measured in turns: what is compared was measured shortly before or after.
type benchCase struct {
	title  string
	setups []setup
	// once and commands are run in this order, those of once in the first lap only.
	once, commands []string
	laps           int
	targets        []target
	// note stands under the rows; it may be nil.
	note func(*benchCase) string

	measured map[subjectRun]measurements
}

// measure runs the commands on all setups.
func (c *benchCase) measure(ctx context.Context, tf *terraform) error {
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
	}
	c.measured = map[subjectRun]measurements{}
	for lap := range c.laps {
		commands := c.commands
		if lap == 0 {
			commands = slices.Concat(c.once, commands)
		}
		for _, command := range commands {
			for _, stand := range stands {
				m, err := stand.run(ctx, command)
				if err != nil {
					return err
				}
				key := subjectRun{stand.setup, command}
				c.measured[key] = append(c.measured[key], m)
			}
		}
	}
	return nil
}

// of is the median; ok is false where it was not measured in this case.
func (c *benchCase) of(s setup, command string) (m measurement, ok bool) {
	all := c.measured[subjectRun{s, command}]
	if len(all) == 0 {
		return measurement{}, false
	}
	return all.median(), true
}

// cpu is the CPU time in seconds of Terraform and the provider.
func (c *benchCase) cpu(s setup, command string) float64 {
	m, _ := c.of(s, command)
	return m.cpu.Seconds()
}

// wall is the time in seconds that the command took.
func (c *benchCase) wall(s setup, command string) float64 {
	m, _ := c.of(s, command)
	return m.wall.Seconds()
}

// scale is how many objects the cases have.
type scale struct {
	few, many, most int
	// laps of the cases that the first targets are about, and of the others.
	laps, others int
	name         string
}

var (
	scaleFull  = scale{few: 100, many: 1000, most: 3000, laps: 5, others: 3, name: "make bench"}
	scaleShort = scale{few: 20, many: 100, most: 300, laps: 3, others: 1, name: "make bench-short"}
)

// foreign keys are beside so many of ours.
const owned, foreign = 10, 100_000

var walks = []string{apply, plan, destroy}

// cases are all that is measured. At full scale they may take 30 minutes on two CPUs, so each has only the subjects that
// its targets need.
func cases(n scale) []*benchCase {
	key := func(count int) setup { return setup{subject: egs, resource: apiKey, count: count} }
	many, most, few := key(n.many), key(n.most), key(n.few)
	local := many
	local.local = true
	crowded := key(owned)
	crowded.foreign = foreign

	all := []*benchCase{
		{
			title:  fmt.Sprintf("%s keys of EGS", thousands(n.many)),
			setups: []setup{many, many.as(hollow), many.as(random), many.slow()}, commands: walks, laps: n.laps,
			targets: slices.Concat(beside(many, "keys of EGS"), []target{
				{
					what: fmt.Sprintf("the schema: plan of %s keys, hollow ÷ random_uuid", thousands(n.many)), limit: 1.25, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(many.as(hollow), plan) / c.cpu(many.as(random), plan) },
					reason:   reasonSchema,
				},
				{
					what:  fmt.Sprintf("latency of 50 ms: wall time of the plan of %s keys, above none", thousands(n.many)),
					limit: 0.3, unit: seconds, reason: reasonLatency,
					measured: func(c *benchCase) float64 { return c.wall(many.slow(), plan) - c.wall(many, plan) },
				},
				{
					what: fmt.Sprintf("latency of 50 ms: wall time of the apply of %s keys, above none (1.1 × N ÷ 10 × 50 ms)", thousands(n.many)),
					// Terraform creates ten at a time.
					limit: 1.1 * float64(n.many) / 10 * latency.Seconds(), unit: seconds, reason: reasonLatency,
					measured: func(c *benchCase) float64 { return c.wall(many.slow(), apply) - c.wall(many, apply) },
				},
			}),
		},
		{
			title:  fmt.Sprintf("%s keys of EGS, growth", thousands(n.most)),
			setups: []setup{many, most, many.as(hollow), most.as(hollow)},
			once:   []string{apply}, commands: []string{plan}, laps: n.others,
			targets: []target{
				{
					what: fmt.Sprintf("plan of %s keys ÷ plan of %s keys", thousands(n.most), thousands(n.many)), limit: 3.3, unit: ratio,
					measured: func(c *benchCase) float64 { return c.cpu(most, plan) / c.cpu(many, plan) },
					reason:   reasonGrowth,
				},
				{
					what: fmt.Sprintf("memory of the provider at %s keys, plan and apply", thousands(n.most)), limit: 64, unit: mebibytes,
					measured: func(c *benchCase) float64 { return c.memory(most, plan, apply) }, reason: reasonMemory,
				},
			},
		},
		{
			title:  fmt.Sprintf("%d keys of EGS beside %s foreign ones", owned, thousands(foreign)),
			setups: []setup{key(owned), crowded, key(owned).as(hollow)}, commands: walks, laps: n.laps,
			targets: []target{
				{
					what: fmt.Sprintf("CPU of the plan beside %s foreign keys, above none", thousands(foreign)), limit: 1.2, unit: seconds,
					measured: func(c *benchCase) float64 { return c.cpu(crowded, plan) - c.cpu(key(owned), plan) }, reason: reasonForeign,
				},
				{
					what: fmt.Sprintf("memory of the provider beside %s foreign keys", thousands(foreign)), limit: 150, unit: mebibytes,
					measured: func(c *benchCase) float64 { return c.memory(crowded, walks...) }, reason: reasonMemory,
				},
			},
		},
		{
			title:  fmt.Sprintf("%s keys of EGS, local state", thousands(n.many)),
			setups: []setup{local, local.as(random)}, commands: walks, laps: 1,
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
					what: "local state: bytes of a key", unit: bytesEach,
					measured: func(c *benchCase) float64 { return c.bytesEach(local) },
				},
				{
					what: "local state: bytes of a random_uuid", unit: bytesEach,
					measured: func(c *benchCase) float64 { return c.bytesEach(local.as(random)) },
				},
			},
			note: func(*benchCase) string {
				return "Terraform writes all of the state after each object, which takes most of the time. " +
					"The hollow provider would pay for the same bytes, so it is not measured here."
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
			setups: []setup{s, s.as(hollow)}, commands: walks, laps: n.others,
			targets: beside(s, other.name),
		}
		if other.resource == gaiaKey {
			c.setups, c.note, c.laps = append(c.setups, s.slow()), serial(s), n.laps
		}
		all = append(all, c)
	}
	return append(
		all,
		&benchCase{
			title:  fmt.Sprintf("%d keys of EGS, and the setup of the process", n.few),
			setups: []setup{few, few.as(hollow), few.as(stock), few.as(random)}, commands: walks, laps: n.others,
		},
		&benchCase{
			title:  "1 key of EGS: the start",
			setups: []setup{key(1), key(1).as(hollow), key(1).as(random)}, commands: walks, laps: n.laps,
		},
	)
}

// h2ogptePage is how many keys a page of h2oGPTe's list holds. The administrator's key is listed too.
const h2ogptePage = 100

// serial is what it costs that the keys of Search GAIA are created one after the other.
func serial(s setup) func(*benchCase) string {
	return func(c *benchCase) string {
		each, count := latency.Seconds(), float64(s.count)
		return fmt.Sprintf("The provider creates keys of Search GAIA one after the other: a key has no name, and no id but its secret. If "+
			"the response to a create is lost, the provider looks for the new key in the list. With several creates under way, it "+
			"could not tell which of them created a new key. At a latency of 50 ms the apply takes %.2f s longer than without (%d × 50 ms are %.2f s); "+
			"ten at a time, as with the other resources, would take %.2f s.",
			c.wall(s.slow(), apply)-c.wall(s, apply), s.count, count*each, count*each/10)
	}
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

func medianOf[T ~int64](all measurements, of func(measurement) T) T {
	values := make([]T, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
