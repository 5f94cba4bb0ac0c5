// SPDX-License-Identifier: MPL-2.0

// Package gprtemplate implements the template of GPU provisioning requests (GPR template) of EGS. Decisions:
//
//   - Durations are compared by value. EGS may list "1h" as "1h0m0s"; the state then keeps the configured text. Writing the
//     same duration differently in the configuration is not a change.
//   - EGS has a switch and a duration for the idle timeout. The provider sets the switch if the duration is set, so that they cannot
//     conflict.
//   - enable_eviction and requeue_on_failure default to false in the schema. EGS returns both, so every state has them, and the
//     provider detects drift even if the configuration omits them.
package gprtemplate
