// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"regexp"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// aboutIDs says what an id is.
const aboutIDs = "The id is the SHA-256 of the key, as 64 hexadecimal digits in lower case; the data source egs_gaia_api_keys lists the ids."

// keyID checks that a string has the form of a key's id.
var keyID = face.KeyID{
	Summary: "Invalid API key id",
	Rule:    "value must be a key's id: 64 hexadecimal digits in lower case",
	Problem: func(s string) string {
		if keyIDForm.MatchString(s) {
			return ""
		}
		return "is not the id of an API key. If it is an API key itself, consider replacing the key. " + aboutIDs
	},
}
