// SPDX-License-Identifier: MPL-2.0

// Package driver runs providers in process, and calls them over the plugin protocol as Terraform does. A test of plans,
// diagnostics, drift or unknown values therefore takes milliseconds and needs no CLI.
//
// A [Driver] is a working directory: it holds a configuration, a state, and the providers. It
// evaluates the configuration, walks the graph of its resources with ten concurrent operations, and
// passes state, private state and identity from call to call. Each walk starts its own provider
// servers, and state goes through JSON and UpgradeResourceState between walks.
//
// A Driver checks a provider's responses as strictly as Terraform 1.16 (rules.go): a plan must match the configuration, a result
// must match the plan, and the final plan of an apply must match the first one.
//
// A Driver does not support features that only the CLI can test (modules, backends, locks, check blocks, conditions,
// provisioners and generated configuration) or that no test needs (variables, locals, for_each, moved blocks, ignore_changes,
// renewal of ephemeral resources, refresh steps, and blocks nested as lists or sets). A configuration or schema that uses such a
// feature fails the test with a message that names the feature. A Driver does not check where sensitive and ephemeral values are
// used.
package driver
