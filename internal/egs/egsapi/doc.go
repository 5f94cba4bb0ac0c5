// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts that it relies on, with their sources, are the REST page "API Key" of EGS 1.13.0, the EGS Python SDK 4.0.0
// and recorded responses of the service. Decisions:
//
//   - The id of a key is the MD5 of its secret. EGS responds to a create with the secret alone; the id it gives the key
//     is known, so the state is complete without a list.
//   - The list is requested unfiltered first: one request then serves all workspaces. If EGS refuses that, each
//     workspace is requested. The result is filtered again: a controller that does not know a filter returns every key.
//   - Two dialects without a setting. Installations name the date of a new key differently. The client sends one name
//     and, only if it is refused with 400 or 422, the other: such a refusal proves that no key was created. It then uses
//     the one that was accepted. If both are refused, the error shows both texts.
//   - Opaque access tokens. If neither the token nor the list tells what credentials see, the absence of a key proves
//     nothing.
//   - Owner keys that name a workspace. Whether they are bound to it is not known. They are treated as able to do everything,
//     but if they see keys of their workspace only, the absence of a key or workspace outside it proves nothing.
//   - How EGS lists nothing is not known. All that it may be is an empty list for a create; what proves that a key no
//     longer exists is in DESIGN.md. The 404 of the SDK, also nested, is the only place where a text is matched.
//   - Equal keys are created one after the other. Keys of the same name, role, user and workspace look the same in the
//     list. In turns, each create sees which others exist and were not created by this run: they are its Duplicates.
//   - A workspace is its name, which is unique. A create is sent again after a 409 while the name is that of a workspace
//     that this run deleted and that no list shows.
//   - GPR templates and their bindings have calls that get one. They are read from lists nevertheless: one list serves all, and is
//     what proves absence. One is got for the status of a new binding's templates, and before a template is changed.
//   - A GPR template or binding whose name is listed is not created: EGS may overwrite it. (If it does, one that
//     another client created within the age bound of the list is overwritten: nothing tells.)
//   - All members of a GPR template or binding are sent with every change: EGS may replace it by them, or merge them. A template is
//     read just before, so that members which only EGS knows are among them. If that fails, nothing is changed. Bindings have none.
package egsapi
