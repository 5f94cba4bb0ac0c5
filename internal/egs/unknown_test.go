// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestAccAPIKeyResource_unknownValues has each argument be unknown at the plan of an update.
func TestAccAPIKeyResource_unknownValues(t *testing.T) {
	t.Parallel()
	const (
		fixed  = "name = \"ci\"\nrole = \"Owner\"\nvalid_until = \"2027-03-31\"\n"
		period = "name = \"ci\"\nrole = \"Owner\"\nvalidity_period_days = 90\n"
	)
	for _, u := range []acctest.UnknownValues{
		{Attribute: "name", Others: "role = \"Owner\"\nvalid_until = \"2027-03-31\"\n", Values: []string{`"ci"`, `"cd"`}},
		{Attribute: "role", Others: "name = \"ci\"\nworkspace_name = \"red\"\nvalid_until = \"2027-03-31\"\n", Values: []string{`"Owner"`, `"Viewer"`}},
		{Attribute: "workspace_name", Others: fixed, Values: []string{"null", `"red"`, `"green"`}},
		{Attribute: "user_name", Others: fixed, Values: []string{"null", `"admin"`, `"Admin"`, `"rosa"`}},
		{Attribute: "description", Others: fixed, Values: []string{"null", `""`, `"for CI"`, `"for CD"`}},
		{Attribute: "valid_until", Others: "name = \"ci\"\nrole = \"Owner\"\n", Values: []string{`"2027-03-31"`, `"2027-04-30"`}},
		{Attribute: "validity_period_days", Others: "name = \"ci\"\nrole = \"Owner\"\n", Values: []string{"90", "120"}},
		{Attribute: "early_renewal_days", Others: period, Values: []string{"null", "14", "20"}},
		{Attribute: "rotate_when_changed", Others: fixed, Values: []string{"null", "{}", `{ a = "1" }`, `{ a = "2" }`}},
		{Attribute: "store_api_key", Others: fixed, Values: []string{"null", "true", "false"}},
		{Attribute: "delete_on_destroy", Others: fixed, Values: []string{"null", "true"}},
	} {
		t.Run(u.Attribute, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			u.Test(t, "egs_api_key", c.Driver(""), func() {})
			if err := c.left(); err != nil {
				t.Error(err)
			}
		})
	}
	// While the key is due.
	for _, u := range []acctest.UnknownValues{
		{Attribute: "early_renewal_days", Others: period, Values: []string{"14", "20"}},
		{Attribute: "description", Others: period + "early_renewal_days = 14\n", Values: []string{"null", `"for CI"`}},
		{Attribute: "store_api_key", Others: period + "early_renewal_days = 14\n", Values: []string{"null", "false"}},
	} {
		t.Run("due, "+u.Attribute, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			u.Test(t, "egs_api_key", c.Driver(""), func() { c.Clock.Advance(80 * 24 * time.Hour) })
			if err := c.left(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccWorkspaceResource_unknownValues has each argument be unknown at the plan of an update.
func TestAccWorkspaceResource_unknownValues(t *testing.T) {
	t.Parallel()
	arguments := map[string]string{
		"name": `"team"`, "clusters": `["worker-1"]`, "namespaces": `["a"]`, "username": `"rosa"`, "email": `"rosa@example.com"`,
	}
	for attribute, values := range map[string][]string{
		"name":            {`"team"`, `"squad"`},
		"clusters":        {`["worker-1"]`, `["worker-1", "worker-2"]`},
		"namespaces":      {`["a"]`, `["a", "b"]`},
		"username":        {`"rosa"`, `"otto"`},
		"email":           {`"rosa@example.com"`, `"otto@example.com"`},
		"delete_api_keys": {"null", "true", "false"},
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{})
			others := ""
			for name, value := range arguments {
				if name != attribute {
					others += name + " = " + value + "\n"
				}
			}
			acctest.UnknownValues{Attribute: attribute, Others: others, Values: values}.Test(t, "egs_workspace", c.Driver(""), func() {})
			c.wantWorkspaces()
		})
	}
}
