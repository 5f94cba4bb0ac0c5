// SPDX-License-Identifier: MPL-2.0

// Package gprtemplate implements the template of GPU provisioning requests (GPR template) of EGS. Decisions:
//
//   - Durations are compared by their length. EGS may list "1h" as "1h0m0s": the state keeps the configured text. Changing the
//     configuration to another text of the same length is no change either.
//   - EGS has a switch and a duration for the idle timeout. The switch is on if the duration is set, so they cannot conflict.
//   - enable_eviction and requeue_on_failure have the default false in the schema. EGS returns both, so every state has them, and
//     drift is detected if the configuration omits them.
package gprtemplate
