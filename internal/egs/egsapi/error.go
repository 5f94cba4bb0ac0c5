// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"errors"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// What calls are for.
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

// Sentinels for errors.Is; apiclient tells what its own mean.
var (
	ErrNotFound    = apiclient.ErrNotFound
	ErrExists      = apiclient.ErrExists
	ErrUncertain   = apiclient.ErrUncertain
	ErrNotEGS      = apiclient.ErrForeign
	ErrOwnKey      = apiclient.ErrOwnKey
	ErrOtherSecret = apiclient.ErrOtherSecret
	// ErrEnding: EGS is not done with deleting the workspace of the name.
	ErrEnding = errors.New("still deleting it")
	// ErrUnseen: the credentials do not see such a key or workspace, so that a list without it proves nothing.
	ErrUnseen = errors.New("not seen by these credentials")
)

// Error is a call that failed. Its text can be shown: it holds no secret.
type Error = apiclient.Error
