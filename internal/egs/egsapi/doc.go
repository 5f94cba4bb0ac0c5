// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts about the API come from the REST page "API Key" of EGS 1.13.0, the EGS Python SDK 4.0.0 and recorded responses
// of the service. Decisions:
//
//   - The id of a key is the MD5 of its secret. EGS responds to a create with only the secret, and the client derives the
//     id, so the state is complete without a list.
//   - The list is requested unfiltered first: one request then serves all workspaces. If EGS refuses that, the client
//     requests the list of each workspace. It filters the result again: if EGS does not know a filter, it returns every key.
//   - Two dialects without a setting. Installations use different member names for the expiry date of a new key. The client
//     sends one name and, only if EGS refuses it with 400 or 422, the other: such a refusal proves that no key was created.
//     From then on it uses the accepted name. If EGS refuses both, the error shows both texts.
//   - Opaque access tokens. If neither the token nor the list shows what the credentials can see, the absence of a key
//     proves nothing.
//   - Owner keys that name a workspace. Whether they are bound to it is not known. They are treated as able to do everything,
//     but if they see keys of their workspace only, the absence of a key or workspace outside it proves nothing.
//   - The form of an empty list of EGS is not known. A create treats each possible form as an empty list. DESIGN.md defines
//     what proves that a key no longer exists. The client matches a text only to recognize the 404 of the SDK, also nested,
//     and the "already exists" of a refusal.
//   - Keys with the same name, role, user and workspace are created one after the other, since the list does not
//     distinguish them. So each create sees which others exist and were not created by this run: its Duplicates.
//   - The name of a workspace is unique and is its id. If this run deleted a workspace and no list shows it, a create with
//     its name is retried after a 409.
//   - GPR templates and their bindings have calls that get one object. The client reads them from lists anyway: one list
//     serves all objects, and only a list proves absence. It gets one object only to read the status of a binding's templates
//     after a write, and before it changes a template.
//   - A GPR template or binding whose name is listed is not created, since EGS may overwrite the existing one. The list may
//     lack an object that another client created within the age bound of the list. If EGS then overwrites this object, the
//     client cannot detect it.
//   - Every update sends all members of a GPR template or binding, since EGS may replace or merge them. The client first
//     reads a template, to include members that it does not know. If that fails, it changes nothing. Bindings have no such
//     members.
package egsapi
