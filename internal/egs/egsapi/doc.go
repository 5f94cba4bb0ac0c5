// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts that it relies on, with their sources, are the REST page "API Key" of EGS 1.13.0, the EGS Python SDK 4.0.0
// and recorded responses of the service. Decisions:
//
//   - The id of a key is the MD5 of its secret. EGS responds to a create with only the secret, and the client derives the
//     id, so the state is complete without a list.
//   - The list is requested unfiltered first: one request then serves all workspaces. If EGS refuses that, each
//     workspace is requested. The result is filtered again: a controller that does not know a filter returns every key.
//   - Two dialects without a setting. Installations name the date of a new key differently. The client sends one name
//     and, only if it is refused with 400 or 422, the other: such a refusal proves that no key was created. It then uses
//     the one that was accepted. If both are refused, the error shows both texts.
//   - Opaque access tokens. If neither the token nor the list tells what credentials see, the absence of a key proves
//     nothing.
//   - Owner keys that name a workspace. Whether they are bound to it is not known. They are treated as able to do everything,
//     but if they see keys of their workspace only, the absence of a key or workspace outside it proves nothing.
//   - The form of an empty list of EGS is not known. A create treats each possible form as an empty list. DESIGN.md defines
//     what proves that a key no longer exists. The 404 of the SDK, also nested, is the only place where a text is matched.
//   - Equal keys are created one after the other. Keys of the same name, role, user and workspace look the same in the
//     list. In turns, each create sees which others exist and were not created by this run: they are its Duplicates.
//   - A workspace is its name, which is unique. A create is sent again after a 409 while the name is that of a workspace
//     that this run deleted and that no list shows.
//   - GPR templates and their bindings have calls that get one object. They are read from lists anyway: one list serves all
//     objects, and only a list proves absence. The call is used for the status of a new binding's templates, and before a
//     template is changed.
//   - A GPR template or binding whose name is listed is not created, since EGS may overwrite the existing one. If EGS does, an
//     object that another client created within the age bound of the list is overwritten, which cannot be detected.
//   - Every change sends all members of a GPR template or binding, since EGS may replace or merge them. A template is read just
//     before, to include members that only EGS knows. If that fails, nothing is changed. Bindings have no such members.
package egsapi
