// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"regexp"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// keyID checks that a string has the form of a key's id.
var keyID = face.KeyID{
	Summary: "Invalid API key id",
	Rule:    "value must be a key's id: 32 hexadecimal digits in lower case",
	Problem: func(s string) string {
		problem := "is not the id of an API key"
		switch {
		case keyIDForm.MatchString(s):
			return ""
		case egsapi.LooksLikeSecret(s):
			problem = "looks like an API key itself, not its id"
		}
		return problem + ". The id is the MD5 of the key, as 32 hexadecimal digits in lower case, for example " +
			"030b514f342dcf5ac94f3f39726c247e; the data source egs_api_keys lists the ids."
	},
}
