// SPDX-License-Identifier: MPL-2.0

package egsapi

import "regexp"

// ObjectNameRule is the rule of IsObjectName in words.
const ObjectNameRule = "must have at most 253 characters, which are lower-case letters, digits, hyphens and periods, and each part between periods must " +
	"begin and end with a letter or digit"

var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// IsObjectName says whether Kubernetes takes a text for the name of an object, as a GPR template (RFC 1123 subdomain). EGS tells no
// rule of its own.
func IsObjectName(text string) bool { return len(text) <= 253 && subdomain.MatchString(text) }
