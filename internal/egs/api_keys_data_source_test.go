// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

const testKeys suite.Resource = "data.egs_api_keys.test"

// populate adds keys that are not sorted by name.
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

// expectDates checks that the data source returns the keys with these dates. Each key of populate has a different date.
func expectDates(dates ...string) suite.Option {
	return testKeys.Has("api_keys", suite.Members("valid_until", dates...))
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
			{`username = "GRACE"`, []string{"2027-01-03", "2027-01-01", "2027-01-04"}},
			{`name = "a"`, []string{"2027-01-03", "2027-01-02"}},
			{"workspace_name = \"red\"\nrole = \"Editor\"\nusername = \"grace\"\nname = \"c\"", []string{"2027-01-04"}},
			{`workspace_name = "mauve"`, nil},
			{`used_by_provider = true`, []string{"2999-12-31"}},
			{`expired = true`, nil},
			{`expiring_within_days = 42`, []string{"2027-01-02", "2027-01-01"}},
		} {
			steps = append(steps, suite.Step(fmt.Sprintf("data \"egs_api_keys\" \"test\" {\n%s\n}", test.filter), expectDates(test.dates...)))
		}
		c.Run(steps...)
	})
}

func TestAccAPIKeysDataSource_includeAPIKeys(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, secret := c.issue(egssim.Key{
		Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Description: "for tests", Validity: "2027-01-01",
	})
	has := func(apiKey any) suite.Option {
		return testKeys.Has("api_keys", []any{map[string]any{
			"id": id, "name": "ci", "role": "Viewer", "workspace_name": "red", "username": "Admin", "description": "for tests",
			"valid_until": "2027-01-01", "service_account_name": "kubeslice-rbac-ro-slice-red", "token_ttl_seconds": 900, "api_key": apiKey,
			"used_by_provider": false,
		}})
	}
	c.Run(
		suite.Step("data \"egs_api_keys\" \"test\" {\nname = \"ci\"\n}", has(nil)),
		suite.Step("data \"egs_api_keys\" \"test\" {\nname = \"ci\"\ninclude_api_keys = true\n}",
			has(secret),
			suite.State(statecheck.ExpectSensitiveValue(string(testKeys), tfjsonpath.New("api_keys").AtSliceIndex(0).AtMapKey("api_key")))),
	)
}

func TestAccAPIKeysDataSource_boundCredentials(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{UnfilteredList: egssim.UnfilteredRefused}, func(_ *testing.T, c *controller) {
		c.populate()
		_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "viewer", Role: "Viewer", WorkspaceName: "green", Validity: "2027-02-01"})
		c.Run(
			suite.Step("data \"egs_api_keys\" \"test\" {\nworkspace_name = \"green\"\n}",
				expectDates("2027-01-03", "2027-02-01")),
			suite.Step("data \"egs_api_keys\" \"test\" {\nworkspace_name = \"red\"\n}", suite.Fails(`Unable to list EGS API keys.*403`)),
			suite.Step("data \"egs_api_keys\" \"test\" {}", suite.Fails(`Unable to list EGS API keys.*403`)),
		)
	})
}

func TestAccAPIKeyDataSource(t *testing.T) {
	t.Parallel()
	const found suite.Resource = "data.egs_api_key.test"
	look := func(by string) string { return fmt.Sprintf("data \"egs_api_key\" \"test\" {\n%s\n}", by) }
	c := simulate(t, egssim.Options{})
	c.populate()
	id, secret := c.issue(egssim.Key{Name: "ci", Role: "Owner", Validity: "2027-05-01"})
	c.Run(
		suite.Step(look(``), suite.Fails(`Exactly one of these attributes must be configured:\s+\[id,name\]`)),
		suite.Step(look(fmt.Sprintf("id = %q\ninclude_api_key = true", id)), found.Has("name", "ci"), found.Has("workspace_name", nil),
			found.Has("api_key", secret), found.Hides("api_key")),
		suite.Step(look(`name = "ci"`), found.Has("id", id), found.Has("api_key", nil), found.Has("used_by_provider", false)),
		suite.Step(look(`name = "simulator"`), found.Has("used_by_provider", true)),
		suite.Step(look("name = \"a\"\nworkspace_name = \"green\""), found.Has("valid_until", "2027-01-03")),
		suite.Step(look(`name = "a"`),
			suite.Fails(`There are 2 API keys with name = "a".*- [0-9a-f]{32}\n.*- [0-9a-f]{32}\n.*workspace_name`)),
		suite.Step(look(`name = "missing"`), suite.Fails(`No API keys with name = "missing"`)),
		suite.Step(look(`id = "030b514f342dcf5ac94f3f39726c247e"`), suite.Fails(`No API key.*030b514f342dcf5ac94f3f39726c247e`)),
	)
}

// TestAccAPIKeyResource_tokenTTL checks that only the data source has token_ttl_seconds. EGS returns this value only in lists.
func TestAccAPIKeyResource_tokenTTL(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Applied(viewerKey("") + "\ndata \"egs_api_key\" \"test\" {\n  id = egs_api_key.test.id\n}\n")
	for _, saved := range d.State().Values.RootModule.Resources {
		ttl, ok := saved.AttributeValues["token_ttl_seconds"]
		if isData := saved.Mode == "data"; ok != isData || isData && fmt.Sprint(ttl) != "900" {
			t.Errorf("%s has the lifetime %v", saved.Address, ttl)
		}
	}
}
