// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// revoke is a configuration that invokes the action once.
func revoke(config string) string {
	return fmt.Sprintf(`
action "egs_revoke_api_keys" "test" {
  config {
    %s
  }
}
resource "terraform_data" "trigger" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.egs_revoke_api_keys.test]
    }
  }
}`, config, config)
}

// names are the names of all keys but the simulator's own.
func (c *controller) names() string {
	var names []string
	for _, key := range c.Keys()[1:] {
		names = append(names, key.Name)
	}
	return strings.Join(names, " ")
}

func TestAccRevokeAPIKeysAction(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{}, func(t *testing.T, c *controller) {
		t.Helper()
		ids := map[string]string{}
		for name, workspace := range map[string]string{"a": "red", "b": "red", "c": "blue", "d": "green", "e": "green"} {
			ids[name], _ = c.issue(egssim.Key{Name: name, Role: "Viewer", WorkspaceName: workspace, Validity: "2027-01-01"})
		}
		old, _ := c.issue(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-01-01"})
		step := func(config string, gone ...string) resource.TestStep {
			return resource.TestStep{
				Config: revoke(config),
				PostApplyFunc: func() {
					for _, id := range gone {
						if c.Secret(id) != "" {
							t.Errorf("%s: %s is not revoked", config, id)
						}
						delete(ids, id)
					}
				},
			}
		}
		all := len(c.Keys())
		c.RunFrom(tfversion.Version1_14_0,
			resource.TestStep{
				Config: revoke("workspace_name = \"red\"\n    dry_run = true"),
				PostApplyFunc: func() {
					if n := len(c.Keys()); n != all {
						t.Errorf("a dry run left %d of %d keys", n, all)
					}
				},
			},
			step(`workspace_name = "red"`, ids["a"], ids["b"]),
			step(`expired = true`, old),
			step(fmt.Sprintf("ids = [%q, %q]", ids["c"], ids["a"]), ids["c"]),
		)
		if got := len(c.Keys()); got != 3 {
			t.Errorf("%d keys are left (%s), want the simulator's own and the two of green", got, c.names())
		}
	})
}

func TestAccRevokeAPIKeysAction_goesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for i := range 5 {
		c.issue(egssim.Key{Name: fmt.Sprintf("key-%d", i), Role: "Viewer", WorkspaceName: "red", Validity: "2027-01-01"})
	}
	c.RunFrom(tfversion.Version1_14_0, resource.TestStep{
		PreConfig: func() {
			c.fault(simulation.Fault{Method: "DELETE", Kind: simulation.FaultStatus, Status: 403, Times: 2})
		},
		Config:      revoke(`workspace_name = "red"`),
		ExpectError: regexp.MustCompile(`(?s)Unable to revoke EGS API keys.*- key-0 \(Viewer of workspace red.*403.*- key-1`),
	})
	if got := c.names(); got != "key-0 key-1" {
		t.Errorf("left are %q, want those two that could not be revoked", got)
	}
}

func TestAccRevokeAPIKeysAction_sparesTheProvidersOwnKey(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.issue(egssim.Key{Name: "other", Role: "Owner", Validity: "2027-01-01"})
	c.RunFrom(tfversion.Version1_14_0, resource.TestStep{
		Config: revoke("role = \"Owner\"\n    dry_run = true"),
	}, resource.TestStep{
		Config:      revoke(`role = "Owner"`),
		ExpectError: regexp.MustCompile(`(?s)- simulator \(Owner.*logs in with\s+this\s+key`),
	})
	if got := c.names(); got != "" || c.Secret(c.Keys()[0].ID) != c.OwnerKey() {
		t.Errorf("left are %q and not the provider's own key", got)
	}
}

func TestAccRevokeAPIKeysAction_chooses(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	for config, want := range map[string]string{
		``:               `(?s)At least one of these attributes must be configured`,
		`dry_run = true`: `(?s)At least one of these attributes must be configured`,
		"ids = [\"030b514f342dcf5ac94f3f39726c247e\"]\nname = \"a\"": `(?s)cannot be configured together`,
		`ids = []`: `(?s)ids.*at least 1`,
		`ids = ["45338461-ec42-49d2-aef3-ff39099950c5"]`: `(?s)Invalid API key id.*looks like\s+an\s+API\s+key\s+itself`,
		`ids = ["030B514F342DCF5AC94F3F39726C247E"]`:     `(?s)Invalid API key id.*lower\s+case`,
	} {
		c.RunFrom(tfversion.Version1_14_0, resource.TestStep{
			Config: revoke(config), ExpectError: regexp.MustCompile(want),
		})
	}
}
