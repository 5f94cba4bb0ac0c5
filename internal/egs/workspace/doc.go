// SPDX-License-Identifier: MPL-2.0

// Package workspace is the workspace of EGS, with its kubeconfig.
package workspace
