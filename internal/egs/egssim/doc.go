// SPDX-License-Identifier: MPL-2.0

// Package egssim simulates the calls of the EGS Core API for authentication, API keys, workspaces, GPR templates, their
// bindings and the inventory. It is based on the REST page "API Key" of EGS 1.13.0, the EGS Python SDK 4.0.0, and responses
// that the vendor recorded. EGS does not document who can read an inventory. In the simulator, Owners can read every
// inventory, and Editors and Viewers can read the inventory of their workspace. Tokens have the form of JSON Web Tokens,
// without a valid signature.
package egssim
