// SPDX-License-Identifier: MPL-2.0

package provider

// NewServer is what Serve serves.
var NewServer = newServer
