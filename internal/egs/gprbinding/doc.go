// SPDX-License-Identifier: MPL-2.0

// Package gprbinding implements the binding of GPR templates to a workspace of EGS. Decisions:
//
//   - EGS chooses the name of a binding. Get and delete requests identify a binding by its name. Update requests identify a
//     binding by its workspace. No response contains the workspace, but in all known responses the name of the binding is
//     also the name of its workspace. So an import ID is either WORKSPACE/BINDING, or one name for the binding and the
//     workspace. After an import by one name, the workspace in the state is inferred until an update of the binding succeeds.
//     If the configuration has a different workspace, the plan is an update in place, and not a replacement. EGS may refuse
//     this update. A replacement could do more harm, because it deletes a binding that is in use.
//   - template_status is an attribute of the binding and not of the elements of clusters, because clusters is a set. In a
//     plan, an unknown value in an element would show the whole element as changed.
//   - The statuses of healthy templates are not documented; the tests of the SDK use "Ready". An unexpected status causes a
//     warning after an apply, and never an error, because the binding exists.
package gprbinding
