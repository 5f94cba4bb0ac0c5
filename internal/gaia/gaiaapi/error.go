// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"errors"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Operations, in the form of Error.Op.
const (
	opList   = "list API keys"
	opCreate = "create API key"
	opUpdate = "update API key"
	opDelete = "delete API key"
)

// section is the attribute of the provider's configuration for Search GAIA.
const section = "gaia"

// Sentinels for errors.Is. The package apiclient documents the errors that are defined there.
var (
	ErrNotFound           = apiclient.ErrNotFound
	ErrUncertain          = apiclient.ErrUncertain
	ErrUnexpectedResponse = apiclient.ErrUnexpectedResponse
	ErrOwnKey             = apiclient.ErrOwnKey
	ErrOtherSecret        = apiclient.ErrOtherSecret
	// ErrHidden means that the list contains masks instead of keys. Such a list does not prove whether a key exists.
	ErrHidden = errors.New("the list masks keys")
)

// Error is the error of a failed call. Its text contains no secrets.
type Error = apiclient.Error
