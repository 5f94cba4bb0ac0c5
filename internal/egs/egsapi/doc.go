// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts about the API come from the REST page "API Key" of EGS 1.13.0, the EGS Python SDK 4.0.0 and recorded responses
// of the service. Decisions:
//
//   - The id of a key is the MD5 of its secret. EGS responds to a create with only the secret, and the client derives the
//     id, so the state is complete without a list.
//   - The client first requests the unfiltered list, because one unfiltered request serves all workspaces. If EGS refuses the
//     unfiltered list, the client requests the list of each workspace. The client also filters the result itself, because an
//     EGS that does not support the filter returns every key.
//   - Installations use one of two member names (dialects) for the expiry date of a new key. The provider has no setting for
//     the name. The client sends one name. If EGS refuses the request with 400 or 422, no key was created, and the client
//     sends the other name. After the first successful create, the client uses the accepted name only. If EGS refuses both
//     names, the error shows the texts of both refusals.
//   - Access tokens may be opaque. If neither the token nor the list shows what the credentials can see, a list without a key
//     does not prove that the key does not exist.
//   - An Owner key may name a workspace. EGS does not document whether such a key is bound to that workspace. The client treats
//     such a key as a key with all permissions. If the list shows only keys of one workspace, this list does not prove that
//     another workspace, or a key outside the shown workspace, does not exist.
//   - EGS does not document the form of an empty list. A create treats each possible form as an empty list. DESIGN.md defines
//     what proves that a key no longer exists. The client looks for only two texts in errors: "No API Keys found", the text
//     of the SDK, in a 404 (also if the text is nested), and "already exists" in a refusal.
//   - Keys with the same name, role, user and workspace are created one after the other, since the list does not distinguish
//     these keys. Each create can then report which equal keys exist that this run has not created (Duplicates).
//   - The name of a workspace is unique and is its id. If this run deleted a workspace and no list shows it, a create with the
//     same name is retried after a 409.
//   - The API has calls that get a single GPR template or binding. The client uses lists instead, since one list serves all
//     objects, and only a list can prove that an object does not exist. The client gets a single object in two cases: to read
//     the statuses of a binding's templates after a write, and to read a template before an update.
//   - If a list shows the name of a new GPR template or binding, the client does not create it, since EGS may overwrite the
//     existing object. The client may use a cached list that lacks an object that another client has just created. If EGS then
//     overwrites that object, the client cannot detect this.
//   - Every update sends all members of a GPR template or binding, because EGS does not document whether it replaces the
//     object or merges the members. Templates may have members that the client does not know. So the client reads a template
//     before an update, and includes these members. If this read fails, the client sends no update. Bindings have only known
//     members.
package egsapi
