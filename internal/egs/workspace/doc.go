// SPDX-License-Identifier: MPL-2.0

// Package workspace is the workspace of EGS, with its kubeconfig. Decisions:
//
//   - A workspace that was created but is not listed yet still exists. The resource saves it when EGS accepted it,
//     and marks it in its private state until a list shows it; until then, its absence is a warning. A workspace
//     that is not ready within the create timeout is a warning too, since an error would taint it, and the next
//     apply would destroy what is only slow.
//   - A destroy waits until no list shows the workspace.
//   - After an import, username and email are empty texts in the state, which no configuration can hold: EGS does
//     not return them. The plan keeps them, so that an import is followed by an empty plan. Terraform does not let
//     a plan keep a null. A later change of the configuration looks the same as its first value, so it is neither
//     stored nor noted: Terraform saves nothing of a plan without changes that could tell them apart.
//   - A workspace with keys is not destroyed unless delete_api_keys is true, and then only if every key can be
//     deleted. What EGS does with the keys of a workspace that it deletes is not documented.
package workspace
