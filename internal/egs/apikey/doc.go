// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of EGS: the resource, data sources, list resource, action and ephemeral
// resources. Decisions:
//
//   - Import by ID or WORKSPACE/ID: credentials that cannot list all keys need the workspace. An import ID that looks
//     like a secret is refused, and the error does not repeat it.
//   - include_api_key and include_api_keys default to false, so that no secret is stored in a second state by accident.
//   - The letter case of username is ignored. EGS returns "admin" as "Admin", and a difference would replace the key.
//   - The date is compared with today in UTC, and only when a key is created. An existing key can expire without
//     failing a plan.
//   - ready_for_renewal was computed with the early_renewal_days of the state. It stays true if the number becomes
//     larger, or is unknown at plan. If the number becomes smaller, the plan sets it to false, and the next refresh
//     computes it again.
//   - The warning about a duplicate is given by Create, which knows only the current run. Terraform does not tell it what
//     else the state manages: the key that create_before_destroy deletes next, or equal keys of an earlier run. Without
//     the warning, unmanaged keys would go unnoticed, so the text covers both cases.
package apikey
