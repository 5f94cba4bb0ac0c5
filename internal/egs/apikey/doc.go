// SPDX-License-Identifier: MPL-2.0

// Package apikey implements the API key of EGS: the resource, data sources, list resource, action and ephemeral
// resources. Decisions:
//
//   - A key is imported by ID or WORKSPACE/ID, since credentials that cannot list all keys need the workspace. An import
//     ID that looks like a secret is rejected, and the error does not repeat it.
//   - include_api_key and include_api_keys default to false, so that no secret is stored in a second state by accident.
//   - The letter case of username is ignored. EGS returns "admin" as "Admin", and a difference would replace the key.
//   - valid_until is compared with the current date in UTC, and only when a key is created. The expiry of an existing key
//     does not fail a plan.
//   - ready_for_renewal was computed with the early_renewal_days of the state. It stays true if the number increases or
//     is unknown at plan. If the number decreases, the plan sets it to false, and the next refresh computes it again.
//   - Create warns about duplicates. It knows only the keys of the current run, not which other keys the state manages,
//     such as the key that create_before_destroy deletes next, or keys of an earlier run. The text of the warning covers
//     both cases, since without it unmanaged keys would go unnoticed.
package apikey
