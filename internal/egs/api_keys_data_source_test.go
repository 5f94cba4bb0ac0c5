// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const testKeys = "data.egs_api_keys.test"

// populate adds keys in an order that is not the sorted one.
func (c *controller) populate() {
	for _, key := range []egssim.Key{
		{Name: "b", Role: "Viewer", WorkspaceName: "red", UserName: "grace", Validity: "2027-01-01"},
		{Name: "a", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-01-02"},
		{Name: "a", Role: "Editor", WorkspaceName: "green", UserName: "grace", Validity: "2027-01-03"},
		{Name: "c", Role: "Editor", WorkspaceName: "red", UserName: "grace", Description: "for tests", Validity: "2027-01-04"},
	} {
		c.issue(key)
	}
}

// expectDates checks which keys were found, by the dates that tell them apart.
func expectDates(dates ...string) statecheck.StateCheck {
	checks := make([]knownvalue.Check, len(dates))
	for i, date := range dates {
		checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"valid_until": knownvalue.StringExact(date)})
	}
	return statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), knownvalue.ListExact(checks))
}

func TestAccAPIKeysDataSource_filters(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(_ *testing.T, c *controller) {
		c.populate()
		var steps []resource.TestStep
		for _, test := range []struct {
			filter string
			dates  []string
		}{
			{``, []string{"2999-12-31", "2027-01-03", "2027-01-02", "2027-01-01", "2027-01-04"}},
			{`workspace_name = "red"`, []string{"2027-01-02", "2027-01-01", "2027-01-04"}},
			{`role = "Editor"`, []string{"2027-01-03", "2027-01-04"}},
			{`user_name = "GRACE"`, []string{"2027-01-03", "2027-01-01", "2027-01-04"}},
			{`name = "a"`, []string{"2027-01-03", "2027-01-02"}},
			{"workspace_name = \"red\"\nrole = \"Editor\"\nuser_name = \"grace\"\nname = \"c\"", []string{"2027-01-04"}},
			{`workspace_name = "mauve"`, nil},
		} {
			steps = append(steps, resource.TestStep{
				Config:            fmt.Sprintf("data \"egs_api_keys\" \"test\" {\n%s\n}", test.filter),
				ConfigStateChecks: []statecheck.StateCheck{expectDates(test.dates...)},
			})
		}
		c.Run(steps...)
	})
}

func TestAccAPIKeysDataSource_secretsOnRequest(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, secret := c.issue(egssim.Key{
		Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Description: "for tests", Validity: "2027-01-01",
	})
	everything := map[string]knownvalue.Check{
		"id":                   knownvalue.StringExact(id),
		"name":                 knownvalue.StringExact("ci"),
		"role":                 knownvalue.StringExact("Viewer"),
		"workspace_name":       knownvalue.StringExact("red"),
		"user_name":            knownvalue.StringExact("Admin"),
		"description":          knownvalue.StringExact("for tests"),
		"valid_until":          knownvalue.StringExact("2027-01-01"),
		"service_account_name": knownvalue.StringExact("kubeslice-rbac-ro-slice-red"),
		"token_ttl_seconds":    knownvalue.Int64Exact(900),
		"api_key":              knownvalue.Null(),
	}
	withSecret := func(check knownvalue.Check) knownvalue.Check {
		object := maps.Clone(everything)
		object["api_key"] = check
		return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(object)})
	}
	c.Run(
		resource.TestStep{
			Config: "data \"egs_api_keys\" \"test\" {\nname = \"ci\"\n}",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), withSecret(knownvalue.Null())),
			},
		},
		resource.TestStep{
			Config: "data \"egs_api_keys\" \"test\" {\nname = \"ci\"\ninclude_api_keys = true\n}",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(testKeys, tfjsonpath.New("api_keys"), withSecret(knownvalue.StringExact(secret))),
				statecheck.ExpectSensitiveValue(testKeys, tfjsonpath.New("api_keys").AtSliceIndex(0).AtMapKey("api_key")),
			},
		},
	)
}

func TestAccAPIKeysDataSource_boundCredentials(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{UnfilteredList: egssim.UnfilteredRefused}, func(_ *testing.T, c *controller) {
		c.populate()
		_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "green", Validity: "2027-02-01"})
		c.Run(
			resource.TestStep{
				Config:            "data \"egs_api_keys\" \"test\" {\nworkspace_name = \"green\"\n}",
				ConfigStateChecks: []statecheck.StateCheck{expectDates("2027-01-03", "2027-02-01")},
			},
			resource.TestStep{
				Config:      "data \"egs_api_keys\" \"test\" {\nworkspace_name = \"red\"\n}",
				ExpectError: regexp.MustCompile(`(?s)Unable to list EGS API keys.*403`),
			},
			resource.TestStep{
				Config:      "data \"egs_api_keys\" \"test\" {}",
				ExpectError: regexp.MustCompile(`(?s)Unable to list EGS API keys.*403`),
			},
		)
	})
}

func TestAccAPIKeyDataSource(t *testing.T) {
	t.Parallel()
	const found = "data.egs_api_key.test"
	look := func(by string) string { return fmt.Sprintf("data \"egs_api_key\" \"test\" {\n%s\n}", by) }
	c := simulate(t, egssim.Options{})
	c.populate()
	id, secret := c.issue(egssim.Key{Name: "ci", Role: "Owner", Validity: "2027-05-01"})
	c.Run(
		resource.TestStep{
			Config:      look(``),
			ExpectError: regexp.MustCompile(`(?s)Exactly one of these attributes must be configured:\s+\[id,name\]`),
		},
		resource.TestStep{
			Config: look(fmt.Sprintf("id = %q\ninclude_api_key = true", id)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(found, tfjsonpath.New("name"), knownvalue.StringExact("ci")),
				statecheck.ExpectKnownValue(found, tfjsonpath.New("workspace_name"), knownvalue.Null()),
				statecheck.ExpectKnownValue(found, tfjsonpath.New("api_key"), knownvalue.StringExact(secret)),
				statecheck.ExpectSensitiveValue(found, tfjsonpath.New("api_key")),
			},
		},
		resource.TestStep{
			Config: look(`name = "ci"`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(found, tfjsonpath.New("id"), knownvalue.StringExact(id)),
				statecheck.ExpectKnownValue(found, tfjsonpath.New("api_key"), knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config: look("name = \"a\"\nworkspace_name = \"green\""),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(found, tfjsonpath.New("valid_until"), knownvalue.StringExact("2027-01-03")),
			},
		},
		resource.TestStep{
			Config:      look(`name = "a"`),
			ExpectError: regexp.MustCompile(`(?s)there are 2 API keys with name = "a".*- [0-9a-f]{32}\n.*- [0-9a-f]{32}\n.*workspace_name`),
		},
		resource.TestStep{
			Config:      look(`name = "nobody"`),
			ExpectError: regexp.MustCompile(`there are no API keys with name = "nobody"`),
		},
		resource.TestStep{
			Config:      look(`id = "030b514f342dcf5ac94f3f39726c247e"`),
			ExpectError: regexp.MustCompile(`(?s)no API key.*030b514f342dcf5ac94f3f39726c247e`),
		},
	)
}

// TestAccAPIKeyResource_tokenTTLIsOfTheDataSource shows that only a list tells the lifetime of a key's tokens.
func TestAccAPIKeyResource_tokenTTLIsOfTheDataSource(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey("") + "\ndata \"egs_api_key\" \"test\" {\n  id = egs_api_key.test.id\n}\n")
	d.Must(d.Apply(driver.Options{}))
	for _, saved := range d.State().Values.RootModule.Resources {
		ttl, ok := saved.AttributeValues["token_ttl_seconds"]
		if isData := saved.Mode == "data"; ok != isData || isData && fmt.Sprint(ttl) != "900" {
			t.Errorf("%s has the lifetime %v", saved.Address, ttl)
		}
	}
}
