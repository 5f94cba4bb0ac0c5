// SPDX-License-Identifier: MPL-2.0

// Package gprtemplate implements the template of GPU provisioning requests (GPR template) of EGS. Decisions:
//
//   - Durations are compared by length. EGS may list "1h" as "1h0m0s". The state then keeps "1h". If only the notation of a
//     duration changes in the configuration, the plan shows no change.
//   - EGS has two values for the idle timeout: a switch and a duration. The provider sets the switch if and only if the
//     duration is set, so the two values never conflict.
//   - enable_eviction and requeue_on_failure default to false in the schema. EGS returns both, so every state contains them, and
//     the provider detects drift even if the configuration omits them.
package gprtemplate
