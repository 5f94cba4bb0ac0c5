// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"math"
)

// target is what a case is measured for.
type target struct {
	what string
	// limit is the most that reaches the target; 0 is a measurement without a target.
	limit    float64
	unit     unit
	measured func(*benchCase) float64
	// reason is why the target may be missed; it is printed where it is.
	reason string
}

// unit is a format; what is printed is what is compared.
type unit struct {
	format   string
	decimals int
}

var (
	ratio     = unit{"%.2f", 2}
	seconds   = unit{"%.2f s", 2}
	mebibytes = unit{"%.0f MiB", 0}
	bytesEach = unit{"%.0f B", 0}
)

func (u unit) show(value float64) string { return fmt.Sprintf(u.format, u.round(value)) }

func (u unit) round(value float64) float64 {
	power := math.Pow10(u.decimals)
	return math.Round(value*power) / power
}

// reached says whether the target is reached in the case.
func (t target) reached(c *benchCase) bool {
	return t.unit.round(t.measured(c)) <= t.unit.round(t.limit)
}

// memory is the highest peak of the provider in MiB.
func (c *benchCase) memory(s setup, commands ...string) float64 {
	var peak int64
	for _, command := range commands {
		m, _ := c.of(s, command)
		peak = max(peak, m.memory)
	}
	return float64(peak) / (1 << 20)
}

// bytesEach is the size of an object in the state.
func (c *benchCase) bytesEach(s setup) float64 {
	m, _ := c.of(s, plan)
	return float64(m.state) / float64(s.count)
}

// beside are the targets of each resource: CPU beside the hollow provider's.
func beside(s setup, name string) (targets []target) {
	for _, of := range []struct {
		command string
		limit   float64
		reason  string
	}{{plan, 1.05, reasonPlan}, {apply, 1.10, reasonApply}, {destroy, 1.05, reasonDestroy}} {
		if s.resource == workspace && of.command != plan {
			of.reason = reasonWorkspace
		}
		targets = append(targets, target{
			what:  fmt.Sprintf("%s of %s %s ÷ hollow", of.command, thousands(s.count), name),
			limit: of.limit, unit: ratio, reason: of.reason,
			measured: func(c *benchCase) float64 { return c.cpu(s, of.command) / c.cpu(s.as(hollow), of.command) },
		})
	}
	return targets
}

// Why targets may be missed. Check them when results are committed.
const (
	reasonPlan = "The hollow provider does not read a state. The provider reads it, finds the object in the list, and judges it, twice " +
		"(refresh and plan). For few objects, log-in, connection and list count as well."
	reasonApply = "Each object is a request and a response, beside what a plan costs. Terraform itself takes more time as well, since the " +
		"state holds where and when the object was created (private state), which the hollow provider leaves out."
	reasonDestroy = "Its refresh costs what that of a plan does, each object is a request and a response, and Terraform handles private " +
		"state that the hollow provider leaves out."
	reasonWorkspace = "A workspace is several requests: it is created, listed until it is ready, and its kubeconfig is requested; after it is " +
		"deleted, lists are requested until it is gone. Each list holds all workspaces."
	reasonSchema = "A key has 16 attributes and a random_uuid 3. The framework's time grows with the square of the attributes (see " +
		"[upstream](upstream)), and Terraform's with their number."
	reasonLatency = "A walk waits for the log-in, for the list, and for the requests of the last objects, and wall times vary by " +
		"tenths of a second."
	reasonGrowth  = "Terraform's time grows faster than the number of objects: the hollow provider, which does nothing, grows as much (see its rows)."
	reasonMemory  = "The garbage collector lets the heap grow to a multiple of what is live (GOGC)."
	reasonForeign = "A list of 100,000 keys is 30 MB of JSON, which is split into entries and decoded."
	reasonLocal   = "Terraform writes the whole state after each key, so that the cost follows the bytes of a key. With the indentation of the file, " +
		"about 420 of these are the identity, the mark of a sensitive attribute, and private state, which random_uuid lacks; the rest are " +
		"arguments, the id and the secret. The same configuration took 1,349 bytes before overlap_ended, service_account_name and half of " +
		"private state were removed."
)
