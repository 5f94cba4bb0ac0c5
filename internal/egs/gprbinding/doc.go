// SPDX-License-Identifier: MPL-2.0

// Package gprbinding implements the binding of GPR templates to a workspace of EGS. Decisions:
//
//   - EGS reads and deletes a binding by its name, which EGS chooses, and updates it by its workspace. In all known responses the
//     name is that of the workspace, and no response has the workspace. So an import takes one name for both, or WORKSPACE/NAME.
//     After an import by one name, the workspace is inferred until an update with it succeeds. If the configuration has another
//     workspace, it is corrected in place: an update that EGS refuses does less harm than replacing a live binding.
//   - The status of the templates is an attribute of the binding and not of clusters: clusters is a set, and an element with an
//     unknown part is a different element.
//   - The statuses of healthy templates are not documented; the tests of the SDK have "Ready". Unexpected statuses are a warning
//     after an apply, and never an error, since the binding was created.
package gprbinding
