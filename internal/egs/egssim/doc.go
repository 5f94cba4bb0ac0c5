// SPDX-License-Identifier: MPL-2.0

// Package egssim simulates the calls of the EGS Core API about authentication, API keys, workspaces, GPR templates and
// the inventory. Its sources are the EGS 1.13.0 REST page "API Key", the EGS Python SDK 4.0.0, and responses that the
// vendor recorded. Who may read an inventory is not known: here it is the Owner, and for that of a workspace its Editors
// and Viewers too. Tokens have the form of JSON Web Tokens, without a valid signature.
package egssim
