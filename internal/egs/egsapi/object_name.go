// SPDX-License-Identifier: MPL-2.0

package egsapi

import "regexp"

// ObjectNameRule describes the rule of IsObjectName in error messages.
const ObjectNameRule = "must contain at most 253 lowercase letters, digits, hyphens and periods, and each part between periods must begin " +
	"and end with a letter or digit"

var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// IsObjectName reports whether text is a valid name of a Kubernetes object, such as a GPR template (RFC 1123 subdomain). EGS
// documents no other rule.
func IsObjectName(text string) bool { return len(text) <= 253 && subdomain.MatchString(text) }
