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

// Sentinels for errors.Is. See apiclient for the meaning of its errors.
var (
	ErrNotFound           = apiclient.ErrNotFound
	ErrUnexpectedResponse = apiclient.ErrUnexpectedResponse
	// ErrUncertain means that a key may have been created, or was created and its secret is lost. Error.Candidates has the ids.
	ErrUncertain = apiclient.ErrUncertain
	// ErrUnsupported means that this version of h2oGPTe does not support the request.
	ErrUnsupported = errors.New("this version of h2oGPTe does not support it")
)

// Operations, in the form of Error.Op: the end of "unable to …".
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

// isUnknown reports whether the response is 404, from the service or from another server.
func isUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusNotFound
}
