// SPDX-License-Identifier: MPL-2.0

// Package provider is the provider itself: its schema, its configuration, and what each service offers. Decisions:
//
//   - Configure sends nothing. The clients log in with the first request. A setting that is not known at plan time
//     fails only the operation that needs the service.
//   - A service without settings is no error until it is used: plans say so, so that a configuration of one
//     service needs nothing of the others. An invalid value in the configuration is an error at once, one in the
//     environment only for those who use the service.
//   - The process is set up for speed (Serve), which the hollow provider of the benchmark shares; hollow-stock is
//     the hollow provider without it. If no one reads the logs (TF_LOG and TF_LOG_PROVIDER are not set), the
//     framework's logger still writes each step at TRACE, and Terraform decodes and drops each line, so the
//     provider turns the loggers off. The garbage collector runs less often, and contexts that the framework
//     keeps are released: see releasing.
package provider
