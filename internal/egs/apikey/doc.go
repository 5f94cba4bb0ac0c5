// SPDX-License-Identifier: MPL-2.0

// Package apikey is the API key of EGS: the resource, data sources, list resource and action, and the ephemeral
// resources. Decisions:
//
//   - Import by ID or WORKSPACE/ID: credentials that may not list all keys need to know the workspace. An import
//     ID that looks like a secret is refused, and not repeated.
//   - include_api_key and include_api_keys are opt-in: the secret in another state is a decision.
//   - The letter case of username is no difference. EGS shows "admin" as "Admin", and a difference would replace
//     the key.
//   - The date is compared with today in UTC, and only for keys that are to be created. A key that exists may
//     expire without failing a plan.
//   - The verdict that a key is due is about the early_renewal_days in the state. It holds if the number becomes larger,
//     or is unknown at plan. If it becomes smaller, the plan resets the verdict, and the next refresh decides.
//   - The warning of a duplicate comes at creation, and knows one run only. Terraform hands Create nothing about
//     what else the state manages: neither the key that create_before_destroy is about to delete, nor equal keys
//     of an earlier run. Without the warning, keys that nobody manages would go unnoticed, so its text names both
//     cases.
package apikey
