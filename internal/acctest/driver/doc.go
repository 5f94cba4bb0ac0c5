// SPDX-License-Identifier: MPL-2.0

// Package driver speaks the plugin protocol with providers in process, as Terraform does, so that a
// test of plans, diagnostics, drift or unknown values takes milliseconds and no CLI.
//
// A [Driver] is a working directory: it holds a configuration, a state, and the providers. It
// evaluates the configuration, walks the graph of its resources with ten operations at a time, and
// carries state, private state and identity from call to call. Each walk has provider servers of its
// own, and state goes through JSON and UpgradeResourceState between walks.
//
// It checks a provider's responses as strictly as Terraform 1.16 (rules.go): a plan agrees with
// the configuration, a result with the plan, and the final plan of an apply with the first one.
//
// It does not support features that only the CLI can show: modules, backends, locks, check blocks, conditions,
// provisioners and generated configuration; and features that no test needs: variables, locals, for_each, moved
// blocks, ignore_changes, renewal of ephemeral resources, refresh steps, blocks nested as lists or sets. A
// configuration or schema that uses them fails the test with a message that says so. It does not check
// what values that are sensitive or ephemeral are used for.
package driver
