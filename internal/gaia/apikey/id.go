// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"regexp"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

const aboutIDs = "The id is the SHA-256 hash of the key: 64 lowercase hexadecimal digits. The data source egs_gaia_api_keys lists the ids."

var keyID = face.KeyID{
	Summary: "Invalid API key id",
	Rule:    "value must be the id of a key: 64 lowercase hexadecimal digits",
	Problem: func(s string) string {
		if keyIDForm.MatchString(s) {
			return ""
		}
		return "is not the id of an API key. If it is an API key itself, consider replacing the key. " + aboutIDs
	},
}
