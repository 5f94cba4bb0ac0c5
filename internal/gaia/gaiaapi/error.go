// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"errors"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// What calls are for.
const (
	opList   = "list API keys"
	opCreate = "create API key"
	opUpdate = "update API key"
	opDelete = "delete API key"
)

// section is the part of the provider's configuration that is about Search GAIA.
const section = "gaia"

// Sentinels for errors.Is.
var (
	// ErrNotFound: a complete list does not hold the key.
	ErrNotFound = apiclient.ErrNotFound
	// ErrUncertain: whether a key was made is not known, and nothing can tell.
	ErrUncertain = apiclient.ErrUncertain
	// ErrNotGAIA: what answered is not Search GAIA (a proxy's page, an empty or foreign body).
	ErrNotGAIA = apiclient.ErrForeign
	// ErrHidden: the list hides keys, so that it neither shows a key nor proves that it no longer exists.
	ErrHidden = errors.New("the list hides keys")
)

// Error is a call that failed. Its text can be shown: it holds no secret.
type Error = apiclient.Error
