// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi

import (
	"cmp"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKey is an API key as h2oGPTe lists it. The list holds no secret.
type APIKey struct {
	ID       string
	UserName string
	Name     string
	// Hint is the last four characters of the secret.
	Hint string
	// CreatedAt is zero where the list does not say.
	CreatedAt time.Time
	// Active is false once the key was deactivated, which cannot be undone. Whether it turns false when the key expires
	// depends on the service.
	Active bool
	// Global says that the key is for more than one collection.
	Global bool
	// ExpiresAt is nil for a key that does not expire.
	ExpiresAt *time.Time
	// InactivityIntervalDays is nil where there is none, and always on an older service.
	InactivityIntervalDays *int64
	// CollectionID and CollectionName are "" for a key of no collection.
	CollectionID, CollectionName string
}

// APIKeyList is a list of keys, sorted by username, name and id.
type APIKeyList = apiclient.List[APIKey]

func compareKeys(a, b APIKey) int {
	return cmp.Or(cmp.Compare(a.UserName, b.UserName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// NewAPIKey is what a key is created with.
type NewAPIKey struct {
	// UserID and UserName are those of the user the key is for. The list tells the name: without it, a create whose
	// response was lost cannot be settled.
	UserID, UserName string
	Name             string
	// CollectionID may be "".
	CollectionID string
	// ExpiresInDays and InactivityIntervalDays are from 1; nil is none.
	ExpiresInDays, InactivityIntervalDays *int64
}

// CreatedAPIKey is a key that was just created.
type CreatedAPIKey struct {
	APIKey
	// Secret is the key itself, which is returned only once.
	Secret string
}
