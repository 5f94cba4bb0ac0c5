// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"errors"
	"regexp"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var keyIDForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// keyID validates the form of a key's id.
var keyID = face.KeyID{
	Summary: "Invalid API key id",
	Rule:    "value must be the id of a key: 32 lowercase hexadecimal digits",
	Problem: func(s string) string {
		problem := "is not the id of an API key"
		switch {
		case keyIDForm.MatchString(s):
			return ""
		case egsapi.LooksLikeSecret(s):
			problem = "looks like an API key itself, not the id of a key"
		}
		return problem + ". The id is the MD5 hash of the key: 32 lowercase hexadecimal digits, for example " +
			"030b514f342dcf5ac94f3f39726c247e. The data source egs_api_keys lists the ids."
	},
}

// parseImportID parses "ID" or "WORKSPACE/ID", and returns the id in lowercase. The import ID can be a secret, so the errors do
// not contain it.
func parseImportID(s string) (id, workspace string, err error) {
	id = s
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		workspace, id = s[:i], s[i+1:]
		if workspace == "" {
			return "", "", errors.New("there is no workspace before the slash. Import by ID or by WORKSPACE/ID")
		}
	}
	switch {
	case egsapi.LooksLikeSecret(id):
		return "", "", errors.New("this looks like the secret of a key. Import the key by its id, the MD5 hash of the secret in " +
			"lowercase hexadecimal. The data source egs_api_keys lists the ids. The secret may now be in your shell history: " +
			"consider replacing the key")
	case id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' }):
		return "", "", errors.New("import by ID or by WORKSPACE/ID, where ID is the id of the key, for example " +
			"030b514f342dcf5ac94f3f39726c247e. The data source egs_api_keys lists the ids")
	}
	return strings.ToLower(id), workspace, nil
}
