// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of EGS: the resource, data sources, list resource, action and ephemeral
// resources. Decisions:
//
//   - A key is imported by ID or WORKSPACE/ID, since credentials that cannot list all keys need the workspace. An import
//     ID that looks like a secret is rejected, and the error does not repeat it.
//   - include_api_key and include_api_keys default to false, so that no secret is stored in a second state by accident.
//   - The letter case of username is ignored. EGS returns "admin" as "Admin", and this difference must not replace the key.
//   - valid_until is compared with the current date in UTC, and only when a key is created. The expiry of an existing key
//     does not fail a plan.
//   - A refresh computes ready_for_renewal from the values in the state. If ready_for_renewal is true, the plan checks whether
//     the key would have been due at that refresh with the planned early_renewal_days and validity_period_days. If not, the
//     plan sets ready_for_renewal to false, and the next refresh computes it again. If one of these planned values is unknown,
//     the key stays due.
//   - Create warns about duplicates, since unmanaged keys would otherwise go unnoticed. Create knows the keys of the current
//     run, but not the other keys in the state, such as keys that an earlier run created or the key that create_before_destroy
//     deletes next. So the duplicate may be managed or unmanaged, and the text of the warning covers both cases.
package apikey
