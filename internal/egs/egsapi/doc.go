// SPDX-License-Identifier: MPL-2.0

// Package egsapi is the client of the EGS Core API.
//
// The facts it rests on, with their sources, are the REST page "API Key" of EGS
// 1.13.0, the EGS Python SDK 4.0.0 and recorded answers of the service.
package egsapi
