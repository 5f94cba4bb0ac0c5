// SPDX-License-Identifier: MPL-2.0

package simulation

import "github.com/hashicorp/go-uuid"

// NewUUID returns a random UUID.
func NewUUID() string {
	id, err := uuid.GenerateUUID()
	if err != nil {
		panic(err) // crypto/rand never fails (since Go 1.24).
	}
	return id
}

// IsUUID reports whether the text has the form of a UUID.
func IsUUID(text string) bool {
	_, err := uuid.ParseUUID(text)
	return err == nil
}
