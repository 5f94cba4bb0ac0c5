// SPDX-License-Identifier: MPL-2.0

// Package workspace implements the workspace of EGS, with its kubeconfig. Decisions:
//
//   - A workspace that was created but is not listed yet exists. The resource saves it when EGS has accepted it, and
//     marks it in private state until a list has it; until then, a list without it is a warning. A workspace that is
//     not ready within the create timeout is a warning too: an error would taint it, and the next apply would destroy a
//     workspace that is only slow.
//   - A destroy waits until no list has the workspace.
//   - After an import, username and email are empty texts in the state, since EGS does not return them; no configuration
//     can have empty texts. The plan keeps them, so that an import is followed by an empty plan. Terraform does not
//     allow a plan to keep null. A later change of the configuration cannot be told from its first value, so it is
//     ignored: Terraform saves nothing of a plan without changes.
//   - A workspace with keys is not destroyed unless delete_api_keys is true, and then only if all keys can be deleted.
//     What EGS does with the keys of a deleted workspace is not documented.
package workspace
