// SPDX-License-Identifier: MPL-2.0

// Package gprbinding implements the binding of GPR templates to a workspace of EGS. Decisions:
//
//   - EGS chooses the name of a binding. Get and delete requests identify a binding by this name, and update requests by its
//     workspace. In all known responses, the name of the binding is the name of the workspace. No response contains the
//     workspace itself. So a binding is imported by one name for both, or by WORKSPACE/BINDING. After an import by one name,
//     the workspace is inferred until an update with this workspace succeeds. If the configuration has another workspace, an
//     update in place replaces the inferred workspace in the state. Even if EGS refuses this update, it does less harm than
//     replacing a binding that is in use.
//   - template_status is an attribute of the binding and not of the elements of clusters, because clusters is a set. In a
//     plan, an unknown value in an element would show the whole element as changed.
//   - The statuses of healthy templates are not documented; the tests of the SDK use "Ready". An unexpected status causes a
//     warning after an apply and never an error, since the binding exists.
package gprbinding
