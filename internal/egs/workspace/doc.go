// SPDX-License-Identifier: MPL-2.0

// Package workspace implements the workspace of EGS, with its kubeconfig. Decisions:
//
//   - A workspace exists as soon as EGS accepts its creation. The resource saves the workspace in the state at that time. If
//     EGS does not list the workspace during the create, the resource marks it as unlisted in private state. Until EGS lists
//     the workspace for the first time, a list without the workspace only causes a warning. A workspace that is not ready
//     within the create timeout also causes a warning. An error would taint the workspace, and the next apply would destroy it.
//   - A destroy waits until EGS no longer lists the workspace.
//   - EGS does not return username and email. After an import, they are empty strings in the state. The schema does not accept
//     empty strings, so no configuration has this value. The plan keeps the empty strings, and so has no changes after an
//     import. (Terraform does not allow a plan to keep null.) Terraform saves nothing if a plan has no changes, so the
//     configured values are not in the state. If a configured value changes later, the provider cannot detect the change, and
//     ignores it.
//   - A workspace with keys is destroyed only if delete_api_keys is true and all keys can be deleted. It is not
//     documented what EGS does with the keys of a deleted workspace.
package workspace
