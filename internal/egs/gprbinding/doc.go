// SPDX-License-Identifier: MPL-2.0

// Package gprbinding is the binding of GPR templates to a workspace of EGS. Decisions:
//
//   - A binding is identified by its name, which EGS chooses, and changed by its workspace. As far as is known the name is that of
//     the workspace, and no response tells the workspace otherwise. So an import takes one name for both, or both: WORKSPACE/NAME.
//     After the former, the workspace is inferred until an update with it succeeds, and another one in the configuration is
//     taken over in place: to replace a live binding for what may be a wrong guess would be worse than an update that EGS refuses.
//   - The status of the templates is one attribute of the binding and not a part of clusters: those are a set, of which an element
//     with an unknown part is another element.
//   - What a status is where a template is well is not known, but "Ready" in the tests of the SDK. Other texts than such words are
//     a warning after an apply, and never an error: the binding was created.
package gprbinding
