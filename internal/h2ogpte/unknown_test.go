// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// TestAccAPIKeyResource_unknownValues has each argument be unknown at the plan of an update.
func TestAccAPIKeyResource_unknownValues(t *testing.T) {
	t.Parallel()
	const (
		named  = "name = \"ci\"\nusername = \"alice\"\n"
		period = named + "expires_in_days = 90\n"
	)
	collection := []string{"null", `"c3b9a0f2-5d1e-4f6a-8b7c-9d0e1f2a3b4c"`}
	for _, u := range []acctest.UnknownValues{
		{Attribute: "name", Others: "username = \"alice\"\n", Values: []string{`"ci"`, `"cd"`}},
		{Attribute: "username", Others: "name = \"ci\"\n", Values: []string{`"alice"`, `"bob"`}},
		{Attribute: "user_id", Others: "name = \"ci\"\nusername = \"alice\"\n", Values: []string{"null"}},
		{Attribute: "collection_id", Others: named, Values: collection},
		{Attribute: "expires_in_days", Others: named, Values: []string{"null", "90", "120"}},
		{Attribute: "early_renewal_days", Others: period, Values: []string{"null", "14", "20"}},
		{Attribute: "inactivity_interval_days", Others: named, Values: []string{"null", "30", "60"}},
		{Attribute: "active", Others: named, Values: []string{"null", "true"}},
	} {
		t.Run(u.Attribute, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			u.Test(t, "egs_h2ogpte_api_key", s.Driver(""), func() {})
			if err := s.left(); err != nil {
				t.Error(err)
			}
		})
	}
	// While the key is due.
	for _, u := range []acctest.UnknownValues{
		{Attribute: "early_renewal_days", Others: period, Values: []string{"14"}, Then: []string{"14", "20"}},
		{Attribute: "expires_in_days", Others: named + "early_renewal_days = 14\n", Values: []string{"90", "120"}},
		{Attribute: "collection_id", Others: period + "early_renewal_days = 14\n", Values: collection},
	} {
		t.Run("due, "+u.Attribute, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			u.Test(t, "egs_h2ogpte_api_key", s.Driver(""), func() { s.Clock.Advance(80 * 24 * time.Hour) })
			if err := s.left(); err != nil {
				t.Error(err)
			}
		})
	}
}
