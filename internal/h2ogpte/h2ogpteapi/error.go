// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"errors"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// section is the provider's block that is about the service: see Error.Section.
const section = "h2ogpte"

// Error is a call that failed. Its text can be shown: it holds no secret.
type Error = apiclient.Error

// Sentinels for errors.Is; apiclient tells what its own mean.
var (
	ErrNotFound = apiclient.ErrNotFound
	ErrForeign  = apiclient.ErrForeign
	// ErrUncertain: whether a key was created is not known, or nobody has its secret. Error.Candidates has the ids.
	ErrUncertain = apiclient.ErrUncertain
	// ErrUnsupported: this h2oGPTe is older than what it was asked for.
	ErrUnsupported = errors.New("this h2oGPTe does not support it")
)

// What the calls are for, as the end of "unable to …".
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

// isUnknown says whether the response is 404, from the service or from anything else.
func isUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusNotFound
}
