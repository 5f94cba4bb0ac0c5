// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts that it relies on, with their sources, are the REST page "API Key" of EGS 1.13.0, the EGS Python SDK
// 4.0.0 and recorded responses of the service. Decisions:
//
//   - The id of a key is the MD5 of its secret. EGS responds to a create with the secret alone; the id it gives
//     the key is known, so the state is complete without a list.
//   - The list is requested unfiltered first: one request then serves all workspaces. If EGS refuses that, each
//     workspace is requested, with the filter in both of its names, and with one after the other if that is
//     refused. The result is filtered again, since a controller that does not know a filter responds with every
//     key.
//   - Two dialects without a setting. Installations name the date of a new key differently. The client sends one
//     name and, only if it is refused with 400 or 422, the other: such a refusal proves that no key was created.
//     It then uses the one that was accepted. If both are refused, the error shows both texts, since only a person
//     can tell which of them is about the name.
//   - Opaque access tokens. What credentials see is known from the token, or from the list: an Owner key in it,
//     the key that the client logs in with, or keys of several workspaces. If none of that tells, the absence of a
//     key proves nothing.
//   - How EGS lists nothing is not known. All that it may be is an empty list for a create; what proves that a key
//     no longer exists is in DESIGN.md. The 404 with the words of the SDK ("No API Keys found", also nested) is the
//     only place where a text is matched: any other 404 may come from a wrong base URL or from a controller that
//     lost its cluster.
//   - Equal keys are created one after the other. Keys of the same name, role, user and workspace look the same in
//     the list. In turns, each create sees which others exist and were not created by this run: they are its
//     Duplicates. All other keys are created at the same time.
//   - A workspace is its name, which is unique. A create is sent again after a 409 while the name is that of a
//     workspace that this run deleted and that no list shows.
package egsapi
