// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of EGS: the resource, data sources, list resource, action and ephemeral resources.
// Decisions:
//
//   - A key is imported by ID or WORKSPACE/ID. Credentials that cannot list all keys need the workspace. An import ID that looks
//     like a secret is rejected, and the error does not repeat the import ID.
//   - include_api_key and include_api_keys default to false, so that no secret is stored in a second state by accident.
//   - The letter case of username is ignored. EGS returns "admin" as "Admin", and this difference must not replace the key.
//   - valid_until is compared with the current date in UTC, and only when a key is created. The expiry of an existing key
//     does not fail a plan.
//   - A refresh computes ready_for_renewal from the values in the state. If the result is true, the plan computes it again for
//     the time of that refresh, with the planned early_renewal_days and validity_period_days. If the key was not due with
//     the planned values, the plan sets ready_for_renewal to false until the next refresh. If one of the planned values is
//     unknown, ready_for_renewal stays true.
//   - Create warns if EGS already has an equal key, because that key could be unmanaged. Create
//     knows which keys the current run created. It does not know the other keys in the state, such as keys of an earlier run,
//     or the key that create_before_destroy deletes next. So the text of the warning covers both cases: Terraform manages the
//     equal key, or does not.
package apikey
