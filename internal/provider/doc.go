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
//     provider turns the loggers off.
//   - The garbage collector runs when the heap is five times what is live (GOGC=400), since nearly everything is
//     garbage when the response is sent. There is no memory limit: a live heap that reaches a limit makes the
//     collector run without pause. The Go benchmark of a plan of 1,000 keys takes 3.5 s of CPU, and 5.3 s with
//     GOGC=100; the client's list of 100,000 keys takes 281 MB, and 176 MB with GOGC=100 (measured in November
//     2026).
//   - The framework keeps the context of each request until Terraform stops the process, loggers and all.
//     releasing releases those that come once for each resource: 42 MiB instead of 430 MiB for a plan of 3,000
//     keys.
package provider
