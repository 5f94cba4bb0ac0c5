// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"math"
)

// target is a value that is computed from the measurements of a case, together with the limit of this value.
type target struct {
	// what describes the value.
	what string
	// limit is the highest value that reaches the target. If limit is 0, there is no target, and the report shows only the value.
	limit    float64
	unit     unit
	measured func(*benchCase) float64
	// reason explains why the target is missed. The report contains the reason only if the target is missed.
	reason string
}

// unit is the format of a value. A value is rounded before it is compared with the limit, since the report shows rounded values.
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

func (t target) reached(c *benchCase) bool {
	return t.unit.round(t.measured(c)) <= t.unit.round(t.limit)
}

// memory returns the peak memory of the provider in MiB. If there are several commands, it returns the highest peak of all.
func (c *benchCase) memory(s setup, commands ...string) float64 {
	var peak int64
	for _, command := range commands {
		m, _ := c.median(s, command)
		peak = max(peak, m.memory)
	}
	return float64(peak) / (1 << 20)
}

// bytesEach returns the size of the state in bytes, divided by the number of objects.
func (c *benchCase) bytesEach(s setup) float64 {
	m, _ := c.median(s, plan)
	return float64(m.state) / float64(s.count)
}

// hollowTargets returns three targets for a resource, one for each command: the CPU time divided by the CPU time of the hollow
// provider.
func hollowTargets(s setup, name string) (targets []target) {
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

// These are the reasons for missed targets. Before you commit results, check that the reasons are still correct.
const (
	reasonPlan = "The hollow provider does not read the state. The provider decodes the state, finds the object in the list and evaluates " +
		"the object, both in the refresh and in the plan. With few objects, the log-in, the connection and the list count as well."
	reasonApply = "Each object requires a request and a response, in addition to the costs of a plan. Terraform itself also takes more time, " +
		"since private state contains where and when the object was created. The hollow provider has no private state."
	reasonDestroy = "The refresh costs as much as in a plan, each object requires a request and a response, and Terraform handles private state, " +
		"which the hollow provider does not have."
	reasonWorkspace = "A workspace requires several requests. The provider creates it, lists workspaces until it is ready, and requests its " +
		"kubeconfig. After the deletion, the provider lists workspaces until the list no longer contains it. Each list contains all workspaces."
	reasonSchema = "A key has 16 attributes, and a random_uuid has 3. The time of the framework grows with the square of the number of " +
		"attributes (see [upstream](upstream)), and the time of Terraform grows linearly."
	reasonLatency = "A walk waits for the log-in, for the list, and for the requests of the last objects. Wall times vary by tenths of a second."
	reasonGrowth  = "Terraform's time grows faster than the number of objects. The times of the hollow provider, which sends no requests, grow " +
		"by a similar factor (see its rows)."
	reasonMemory    = "The garbage collector lets the heap grow to a multiple of the live memory (GOGC)."
	reasonUnmanaged = "A list of 100,000 keys is 30 MB of JSON, which the provider splits into entries and decodes."
	reasonLocal     = "Terraform writes the whole state after each key, so the cost depends on the bytes per key. Including the indentation of the file, " +
		"about 420 of these bytes are the identity, the mark of a sensitive attribute, and private state, which random_uuid does not have. The " +
		"other bytes are arguments, the id and the secret. The same configuration took 1,349 bytes before overlap_ended, service_account_name " +
		"and half of private state were removed."
)
