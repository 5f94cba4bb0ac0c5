// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// TestAccAPIKeyResource_unknownValues has each argument be unknown at the plan of an update.
func TestAccAPIKeyResource_unknownValues(t *testing.T) {
	t.Parallel()
	for _, u := range []acctest.UnknownValues{
		{Attribute: "permissions", Values: []string{`"read"`, `"write"`}},
		{Attribute: "config", Others: "permissions = \"read\"\n", Values: []string{"null", `jsonencode({})`, `jsonencode({ a = 1 })`, `jsonencode({ a = 2 })`}},
	} {
		t.Run(u.Attribute, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, gaiasim.Options{})
			u.Test(t, "egs_gaia_api_key", s.Driver(""), func() {})
			if err := s.left(); err != nil {
				t.Error(err)
			}
		})
	}
}
