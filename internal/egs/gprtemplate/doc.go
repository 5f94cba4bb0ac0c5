// SPDX-License-Identifier: MPL-2.0

// Package gprtemplate is the template of GPU requests (GPR template) of EGS. Decisions:
//
//   - Durations are compared by their length. EGS may list "1h" as "1h0m0s": the state keeps the configured text. An edit of the
//     configuration to another text of the same length is no change either.
//   - An idle time-out is enforced if it is set: EGS has a switch and a duration, which may not contradict each other.
//   - enable_eviction and requeue_on_failure have the default false in the schema, as EGS returns both: so a state without them
//     does not exist, and a change outside Terraform is seen if the configuration leaves them out.
package gprtemplate
