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

// parseImportID reads "ID" or "WORKSPACE/ID", in which the id may be in upper case. Its errors do not repeat what was
// given, since that may be a secret.
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
		return "", "", errors.New("this looks like the key's secret. Import by the key's id, which is the MD5 of the secret " +
			"in lower-case hexadecimal; the data source egs_api_keys lists the ids. Since the secret is now in your " +
			"terminal's history, consider replacing the key")
	case id == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' }):
		return "", "", errors.New("import by ID or by WORKSPACE/ID, where ID is the key's id, for example " +
			"030b514f342dcf5ac94f3f39726c247e; the data source egs_api_keys lists the ids")
	}
	return strings.ToLower(id), workspace, nil
}
