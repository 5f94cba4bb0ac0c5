// SPDX-License-Identifier: MPL-2.0

// Package provider has the provider itself: its schema, its configuration, and the types of all services. Decisions:
//
//   - Configure sends no request. The clients log in with the first request. A setting that is unknown at plan time
//     fails only the operation that needs the service.
//   - Missing settings of a service are an error only in plans that use the service, so that a configuration for one
//     service needs no settings of the others. An invalid value in the configuration is always an error. An invalid
//     environment variable is an error only if the service is used.
//   - Serve sets up the process for speed. The benchmark's hollow provider also uses Serve; its variant hollow-stock
//     does not. Without logs (TF_LOG and TF_LOG_PROVIDER are not set), the framework's logger still
//     writes each step at TRACE, and Terraform decodes and drops each line, so Serve turns the loggers off. The garbage
//     collector runs less often, and contexts that the framework keeps are released: see releasing.
package provider
