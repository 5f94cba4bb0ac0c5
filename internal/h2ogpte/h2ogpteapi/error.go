// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"errors"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// section is the attribute of the provider's configuration for h2oGPTe: see Error.Section.
const section = "h2ogpte"

// Error is the error of a failed call. Its text contains no secrets.
type Error = apiclient.Error

// Sentinels for errors.Is. The package apiclient describes the first two errors.
var (
	ErrNotFound           = apiclient.ErrNotFound
	ErrUnexpectedResponse = apiclient.ErrUnexpectedResponse
	// ErrUncertain means that it is unknown whether a key was created, or that the secret of a created key is lost.
	// Error.Candidates has the ids of the keys that the request possibly created.
	ErrUncertain = apiclient.ErrUncertain
	// ErrUnsupported means that this version of h2oGPTe does not support the request.
	ErrUnsupported = errors.New("this version of h2oGPTe does not support it")
)

// Operations for Error.Op. Each completes the message "unable to …".
const (
	opList          = "list h2oGPTe API keys"
	opCreate        = "create h2oGPTe API key"
	opDelete        = "delete h2oGPTe API key"
	opDeactivate    = "deactivate h2oGPTe API key"
	opSetExpiry     = "change the expiry of h2oGPTe API key"
	opSetInactivity = "change the inactivity interval of h2oGPTe API key"
	opListUsers     = "list h2oGPTe users"
	opGetUser       = "get h2oGPTe user"
)

// isUnknown reports whether the response has the status 404. Another server, such as a proxy, can also send this status.
func isUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusNotFound
}
