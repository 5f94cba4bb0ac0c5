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

// Sentinels for errors.Is; apiclient tells what its own mean.
var (
	ErrNotFound    = apiclient.ErrNotFound
	ErrUncertain   = apiclient.ErrUncertain
	ErrNotGAIA     = apiclient.ErrForeign
	ErrOwnKey      = apiclient.ErrOwnKey
	ErrOtherSecret = apiclient.ErrOtherSecret
	// ErrHidden: the list hides keys, so that it neither shows a key nor proves that it no longer exists.
	ErrHidden = errors.New("the list hides keys")
)

// Error is a call that failed. Its text can be shown: it holds no secret.
type Error = apiclient.Error
