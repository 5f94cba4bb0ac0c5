// SPDX-License-Identifier: MPL-2.0

// Package inventory implements the data sources of GPU nodes: all nodes, and the nodes that a workspace can request.
package inventory
