// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"errors"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Names of operations in errors.
const (
	opLogIn  = "log in to EGS"
	opList   = "list API keys"
	opCreate = "create API key"
	opDelete = "delete API key"

	opListWorkspaces  = "list workspaces"
	opCreateWorkspace = "create workspace"
	opDeleteWorkspace = "delete workspace"
	opKubeConfig      = "get kubeconfig"

	opInventory          = "list inventory"
	opWorkspaceInventory = "list inventory of workspace"
)

// Sentinels for errors.Is. For the meaning of an alias see apiclient.
var (
	ErrNotFound           = apiclient.ErrNotFound
	ErrExists             = apiclient.ErrExists
	ErrUncertain          = apiclient.ErrUncertain
	ErrUnexpectedResponse = apiclient.ErrUnexpectedResponse
	ErrOwnKey             = apiclient.ErrOwnKey
	ErrOtherSecret        = apiclient.ErrOtherSecret
	// ErrStillDeleting: EGS is still deleting a workspace of the same name.
	ErrStillDeleting = errors.New("still deleting it")
	// ErrNotVisible: the credentials may be unable to see the object. So a list without the object does not prove that the
	// object does not exist.
	ErrNotVisible = errors.New("not visible to these credentials")
)

// Error is a failed call. Its text contains no secret and can be shown.
type Error = apiclient.Error
