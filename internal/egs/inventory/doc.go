// SPDX-License-Identifier: MPL-2.0

// Package inventory is the inventory of EGS: the nodes with GPUs, and what a workspace can request of them.
package inventory
