// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// deactivate is a configuration that invokes the action once.
func deactivate(config string) string {
	return fmt.Sprintf(`
action "egs_deactivate_h2ogpte_api_keys" "test" {
  config {
    %s
  }
}
resource "terraform_data" "trigger" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.egs_deactivate_h2ogpte_api_keys.test]
    }
  }
}`, config, config)
}

// active are the names of the active keys but the simulator's own.
func (s *service) active() string {
	var names []string
	for _, key := range s.Keys()[1:] {
		if !key.Inactive {
			names = append(names, key.Name)
		}
	}
	return strings.Join(names, " ")
}

func TestAccDeactivateAPIKeysAction(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	ids := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		ids[name] = s.issue(h2ogptesim.Key{UserName: map[bool]string{true: "alice", false: "bob"}[name < "c"], Name: name})
	}
	old := s.Clock.Now().Add(-day)
	s.issue(h2ogptesim.Key{UserName: "carol", Name: "old", ExpiresAt: &old})
	step := func(config, left string) resource.TestStep {
		return resource.TestStep{
			Config: deactivate(config),
			PostApplyFunc: func() {
				if got := s.active(); got != left {
					t.Errorf("%s: active are %q, want %q", config, got, left)
				}
			},
		}
	}
	gone := "7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90"
	s.RunFrom(tfversion.Version1_14_0,
		step("username = \"alice\"\n    dry_run = true", "a b c d e old"),
		step(`username = "alice"`, "c d e old"),
		step(`expired = true`, "c d e"),
		// One is not active already, and one is gone.
		step(fmt.Sprintf("ids = [%q, %q, %q]", ids["c"], ids["a"], gone), "d e"),
		step(`name = "d"`, "e"),
	)
	if got := len(s.Keys()); got != 7 {
		t.Errorf("%d keys are listed, want 7: none is deleted", got)
	}
}

func TestAccDeactivateAPIKeysAction_goesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	for i := range 5 {
		s.issue(h2ogptesim.Key{UserName: "alice", Name: fmt.Sprintf("key-%d", i)})
	}
	s.RunFrom(tfversion.Version1_14_0, resource.TestStep{
		PreConfig: func() {
			s.fault(simulation.Fault{Method: http.MethodPost, Path: deactivatePath, Kind: simulation.FaultStatus, Status: 403, Times: 2})
		},
		Config:      deactivate(`username = "alice"`),
		ExpectError: regexp.MustCompile(`(?s)Unable to deactivate h2oGPTe API keys.*- key-0 \(user alice.*403.*- key-1`),
	})
	if got := s.active(); got != "key-0 key-1" {
		t.Errorf("active are %q, want those two that could not be deactivated", got)
	}
}

func TestAccDeactivateAPIKeysAction_sparesTheProvidersOwnKey(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.issue(h2ogptesim.Key{UserName: "admin", Name: "other"})
	s.RunFrom(tfversion.Version1_14_0, resource.TestStep{
		Config: deactivate("username = \"admin\"\n    dry_run = true"),
	}, resource.TestStep{
		Config:      deactivate(`username = "admin"`),
		ExpectError: regexp.MustCompile(`(?s)- simulator \(user admin.*logs\s+in\s+with\s+this\s+key`),
	})
	if got := s.active(); got != "" || s.Keys()[0].Inactive {
		t.Errorf("active are %q, and not the provider's own key", got)
	}
}

func TestAccDeactivateAPIKeysAction_chooses(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	for config, want := range map[string]string{
		``:                              `(?s)At least one of these attributes must be configured`,
		`dry_run = true`:                `(?s)At least one of these attributes must be configured`,
		"ids = [\"17\"]\nname = \"a\"":  `(?s)cannot be configured together`,
		`ids = []`:                      `(?s)ids.*at least 1`,
		`ids = ["sk-0123456789abcdef"]`: `(?s)Invalid h2oGPTe API key id.*looks like\s+an\s+API\s+key\s+itself`,
		`ids = [""]`:                    `(?s)Invalid h2oGPTe API key id.*empty`,
	} {
		s.RunFrom(tfversion.Version1_14_0, resource.TestStep{
			Config: deactivate(config), ExpectError: regexp.MustCompile(want),
		})
	}
}
