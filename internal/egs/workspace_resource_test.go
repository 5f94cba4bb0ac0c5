// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func texts(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, value := range values {
		checks[i] = knownvalue.StringExact(value)
	}
	return knownvalue.SetExact(checks)
}

func TestAccWorkspaceResource_lifeCycle(t *testing.T) {
	t.Parallel()
	forEachDialect(t, egssim.Options{Workspaces: []string{}, WorkspaceListsUntilReady: 2, KubeConfigsUntilReady: 3}, func(_ *testing.T, c *controller) {
		c.Run(
			suite.Step(teamA(""), testWorkspace.Has("id", "team-a"), testWorkspace.Has("clusters", texts("worker-1", "worker-2")),
				testWorkspace.Has("namespaces", texts("a-serving", "a-training")), testWorkspace.Has("username", "rosa")),
			suite.Step(teamAOn(`"worker-2", "worker-1"`, ""), suite.Unchanged),
			suite.Step(teamA("delete_api_keys = true\n  timeouts {\n    delete = \"5m\"\n  }"), testWorkspace.Updates),
			suite.Step(teamA(""), suite.Before(func() {
				c.DeleteWorkspace("team-a")
				c.addTeamA("worker-2")
			}), testWorkspace.Replaces(), suite.That(func() error {
				if got := c.Workspaces()[0]; len(got.Clusters) != 2 || got.UserName != "rosa" {
					return fmt.Errorf("got %v", got)
				}
				return nil
			})),
			suite.Step(strings.ReplaceAll(teamA(""), `"rosa"`, `"grace"`), testWorkspace.Updates),
		)
		c.wantWorkspaces()
	})
}

func TestAccWorkspaceResource_import(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	c.addTeamA("worker-1", "worker-2")
	c.RunFrom(tfversion.Version1_12_0,
		suite.Step(suite.ImportBlock(string(testWorkspace), "team-a")+teamA(""), testWorkspace.Stays,
			suite.State(statecheck.ExpectIdentity(string(testWorkspace), map[string]knownvalue.Check{"name": knownvalue.StringExact("team-a")})),
			testWorkspace.Has("clusters", texts("worker-1", "worker-2")),
			testWorkspace.Has("username", "")),
		suite.Step(teamA("")),
		suite.Step(teamA("delete_api_keys = true"), testWorkspace.Updates),
		// EGS does not return the username, so the import did not save it. If the configuration then changes the username, the
		// plan has no changes.
		suite.Step(strings.ReplaceAll(teamA("delete_api_keys = true"), `"rosa"`, `"otto"`), suite.Unchanged),
		// A replacement uses the username and the email of the configuration.
		suite.Step(teamAOn(`"worker-2"`, ""), testWorkspace.Replaces(), testWorkspace.Has("username", "rosa"),
			testWorkspace.Has("email", "rosa@example.com")),
	)
	c.wantWorkspaces()
}

// TestAccWorkspaceResource_importMinimal imports a workspace that has no namespaces. EGS may list its namespaces as null. The
// configuration has an empty list of namespaces, and lacks username and email. Only a replacement requires these three values.
func TestAccWorkspaceResource_importMinimal(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	c.AddWorkspace(egssim.Workspace{Name: "team-a", Clusters: []string{"worker-1"}})
	minimal := func(cluster string) string {
		return fmt.Sprintf("resource \"egs_workspace\" \"test\" {\n  name = \"team-a\"\n  clusters = [%q]\n  namespaces = []\n}\n", cluster)
	}
	d := c.Driver(minimal("worker-1"))
	d.Must(d.Import(string(testWorkspace), "team-a"))
	suite.WantEmptyPlan(t, d)
	d.Config = minimal("worker-2")
	output := d.Fails(d.Plan(driver.Options{}))
	for _, missing := range []string{"Missing username", "Missing email", "Missing namespaces"} {
		acctest.WantText(t, output, missing, 1)
	}
	d.Config = minimal("worker-1")
	d.Must(d.Destroy())
	c.wantWorkspaces()
}

func TestAccWorkspaceResource_alreadyExists(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	first := "lifecycle {\n    create_before_destroy = true\n  }"
	d := c.Applied(teamAOn(`"worker-1"`, first))
	d.Config = teamAOn(`"worker-2"`, first)
	output := d.Fails(d.Apply(driver.Options{}))
	at := 0
	for _, text := range []string{
		`Error: EGS workspace "team-a" already exists`, "Possible causes:", "- Terraform replaces the workspace and creates the new one first",
		"create_before_destroy", "- Another configuration, a user, or an earlier run",
		"if nothing else manages it: terraform import ADDRESS team-a", "- EGS has not finished deleting it", "troubleshooting guide",
	} {
		next := strings.Index(output[at:], text)
		if next < 0 {
			t.Fatalf("%q is missing, or not in this order:\n%s", text, output)
		}
		at += next
	}
	c.wantWorkspaces("team-a")
	d.Must(d.Destroy())
}

// TestAccWorkspaceResource_slowDeletion replaces a workspace. EGS still shows the deleted workspace in the next three lists.
func TestAccWorkspaceResource_slowDeletion(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{WorkspaceListsUntilDeleted: 3})
	c.Run(
		suite.Step(teamA("")),
		suite.Step(teamAOn(`"worker-2"`, ""), testWorkspace.Replaces()),
	)
	c.wantWorkspaces()
}

// TestAccWorkspaceResource_activeGPRs checks that EGS refuses to delete a workspace with GPU requests. The message of EGS is a
// question. The error must contain this question.
func TestAccWorkspaceResource_activeGPRs(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	c.AddWorkspace(egssim.Workspace{Name: "team-a", Clusters: []string{"worker-1"}, Namespaces: []string{"a-training", "a-serving"}, ActiveGPRs: true})
	d := c.Driver(teamAOn(`"worker-1"`, ""))
	d.Must(d.Import(string(testWorkspace), "team-a"))
	output := d.Fails(d.Destroy())
	acctest.WantText(t, output, "delete active GPRs and workspace? The service refused", 1)
	acctest.WantText(t, output, "active GPU provisioning requests (GPRs): end them first.", 1)
	wantResources(t, d, testWorkspace)
}

// TestAccWorkspaceResource_deletedButListed checks that a workspace stays in the state while EGS still lists it, even though EGS
// reported that it deleted the workspace.
func TestAccWorkspaceResource_deletedButListed(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDeletionDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Applied(teamA("timeouts {\n    delete = \"30m\"\n  }"))
		start := time.Now()
		output := d.Fails(d.Destroy())
		acctest.WantText(t, output, `EGS reported that the workspace "team-a" was deleted, but still lists it`, 1)
		acctest.WantText(t, output, "If EGS often takes longer than 30m0s, increase delete in the timeouts block", 1)
		wantElapsed(t, start, 30*time.Minute)
		wantResources(t, d, testWorkspace)
		c.Clock.Advance(2 * time.Hour)
		d.Must(d.Destroy())
		wantResources(t, d)
		c.wantWorkspaces()
	})
}

// wantElapsed checks that exactly the duration want has passed since start, in simulated time.
func wantElapsed(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("%s passed, want %s", got, want)
	}
}

// slowWorkspace returns the configuration of a workspace with a create timeout of 30 minutes. With a WorkspaceDelay of one hour,
// EGS does not list the workspace within this timeout.
func slowWorkspace() string { return teamA("timeouts {\n    create = \"30m\"\n  }") }

// TestAccWorkspaceResource_slow creates a workspace that EGS does not list within the create timeout. The state keeps the
// workspace. Terraform neither taints the workspace nor creates it again.
func TestAccWorkspaceResource_slow(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(slowWorkspace())
		start := time.Now()
		output := d.Must(d.Apply(driver.Options{})).Text()
		acctest.WantText(t, output, `Warning: EGS workspace "team-a" was created and may not be ready yet`, 1)
		acctest.WantText(t, output, "If EGS often takes longer than 30m0s, increase create in the timeouts block", 1)
		wantElapsed(t, start, 30*time.Minute)
		planned := d.Must(d.Plan(driver.Options{}))
		acctest.WantText(t, planned.Text(), `Warning: EGS workspace "team-a" is not listed yet`, 1)
		if !planned.Plan.Empty() {
			t.Errorf("the plan changes the workspace that is not listed yet:\n%s", planned.Plan)
		}

		c.Clock.Advance(2 * time.Hour)
		applied := d.Must(d.Apply(driver.Options{}))
		acctest.WantText(t, applied.Text(), "Warning: EGS", 0)
		if !applied.Plan.Empty() {
			t.Errorf("the plan changes the listed workspace:\n%s", applied.Plan)
		}

		// EGS has listed the workspace. From then on, a list without the workspace proves that it was deleted.
		c.DeleteWorkspace("team-a")
		suite.WantPlan(t, d, string(testWorkspace)+": create")
	})
}

// TestAccWorkspaceResource_neverListed destroys a workspace that was deleted outside Terraform before EGS listed it.
func TestAccWorkspaceResource_neverListed(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Applied(slowWorkspace())
		c.DeleteWorkspace("team-a")
		acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), `Warning: EGS workspace "team-a" is not listed yet`, 1)
		d.Must(d.Destroy())
		wantResources(t, d)
	})
}

// The delete fails, and no list has shown the workspace before. A list without the workspace then does not prove that it was
// deleted, so it stays in the state.
func TestAccWorkspaceResource_slowAndNotDeleted(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Applied(slowWorkspace())
		c.FailAt(suite.Status(502), deleteWorkspace)
		d.Fails(d.Destroy())
		c.wantWorkspaces("team-a")
		wantResources(t, d, testWorkspace)
		c.Fail()
		d.Must(d.Destroy())
		c.wantWorkspaces()
	})
}

func TestAccWorkspaceResource_keysStopDestroy(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	config := func(more string) string { return teamA(more) + keyOfTeamA } // Terraform deletes the key of keyOfTeamA first.
	d := c.Applied(config(""))
	one, oneSecret := c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
	two, twoSecret := c.issue(egssim.Key{Name: "owner", Role: "Owner", WorkspaceName: "team-a", Validity: "2027-01-01"})
	output := d.Fails(d.Destroy())
	for _, text := range []string{
		`EGS workspace "team-a" still has 2 API keys`, "- by-hand (Viewer, id " + one + ")", "- owner (Owner, id " + two + ")",
		"egs_revoke_api_keys", "Set delete_api_keys = true, apply", "terraform state rm",
	} {
		acctest.WantText(t, output, text, 1)
	}
	if strings.Contains(output, oneSecret) || strings.Contains(output, twoSecret) {
		t.Error("a secret was shown")
	}
	c.wantWorkspaces("team-a")
	wantResources(t, d, testWorkspace)

	d.Config = config("delete_api_keys = true")
	d.Must(d.Apply(driver.Options{}))
	d.Must(d.Destroy())
	c.wantWorkspaces()
	if keys := c.Keys(); len(keys) != 1 {
		t.Errorf("%d keys are left, want the provider's own", len(keys))
	}
}

// workspaceDeletions describes what EGS does with the keys of a workspace if the workspace is deleted.
var workspaceDeletions = map[egssim.WorkspaceDeletion]string{
	egssim.WorkspaceDeletionKeepsKeys:       "keys remain",
	egssim.WorkspaceDeletionRefusedWithKeys: "keys prevent the deletion",
	egssim.WorkspaceDeletionRemovesKeys:     "keys are deleted",
}

// TestAccWorkspaceResource_keysOfTheWorkspace creates, replaces and destroys a workspace and its keys. One of the keys was created
// outside Terraform.
func TestAccWorkspaceResource_keysOfTheWorkspace(t *testing.T) {
	t.Parallel()
	for deletion, name := range workspaceDeletions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{WorkspaceDeletion: deletion})
			config := func(clusters string) string {
				return teamAOn(clusters, "delete_api_keys = true") + `
resource "egs_api_key" "test" {
  count          = 3
  name           = "managed-${count.index}"
  role           = "Editor"
  workspace_name = egs_workspace.test.id
  valid_until    = "2027-03-31"
}`
			}
			d := c.Applied(config(`"worker-1"`))
			c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
			d.Config = config(`"worker-2"`)
			d.Must(d.Apply(driver.Options{}))
			suite.WantEmptyPlan(t, d)
			if got := len(c.Keys()); got != 4 {
				t.Errorf("there are %d keys, want the three of the configuration and the provider's own", got)
			}
			d.Must(d.Destroy())
			c.wantWorkspaces()
			if got := len(c.Keys()); got != 1 {
				t.Errorf("%d keys are left, want the provider's own", got)
			}
		})
	}
}

func TestAccWorkspaceResource_keysThatCannotBeDeleted(t *testing.T) {
	t.Parallel()
	const config = `delete_api_keys = true`
	t.Run("hidden", func(t *testing.T) {
		t.Parallel()
		c := simulateEmpty(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
		var id string
		c.Run(
			suite.Step(teamA(config)),
			suite.Step(teamA(config), suite.Before(func() {
				id, _ = c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
			}), suite.Destroys, suite.Fails(`1 API key that Terraform cannot delete.*by-hand`)),
			suite.Step(teamA(config), suite.Before(func() {
				if !c.DeleteKey(id) {
					t.Error("the key was deleted")
				}
			}), suite.Unchanged),
		)
	})
	t.Run("own", func(t *testing.T) {
		t.Parallel()
		c := simulateEmpty(t, egssim.Options{})
		c.Run(
			suite.Step(teamA(config)),
			suite.Step(teamA(config), suite.Before(func() {
				_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "deploy", Role: "Owner", WorkspaceName: "team-a", Validity: "2027-01-01"})
			}), suite.Destroys, suite.Fails(`the provider itself logs in with.*deploy`)),
			suite.Step(teamA(config), suite.Before(func() { c.Environment["EGS_API_KEY"] = c.OwnerKey() }), suite.Unchanged),
		)
		c.wantWorkspaces()
	})
}

// EGS neither returns nor changes the username and the email. So a change in the configuration updates only the state, with a
// warning.
func TestAccWorkspaceResource_warningsOfChanges(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	d := c.Applied(teamA(""))
	c.ResetJournal()
	d.Config = strings.NewReplacer(`"rosa"`, `"otto"`, "rosa@", "otto@").Replace(teamA(""))
	output := d.Must(d.Plan(driver.Options{})).Text()
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, output, `Warning: The username of EGS workspace "team-a" changes only in the state`, 1)
	acctest.WantText(t, output, `The apply changes only the state, from "rosa@example.com" to "otto@example.com"`, 1)
	if c.Requests(deleteWorkspace)+c.Requests(createWorkspace) != 0 {
		t.Error("the workspace was replaced")
	}
	suite.WantEmptyPlan(t, d)

	// The plan of a replacement says what happens to the keys of the workspace. What happens depends on the value of
	// delete_api_keys in the state, and not on the planned value.
	for before, want := range map[string]string{
		"":                       "If the workspace has other API keys, the apply fails",
		"delete_api_keys = true": "All API keys of the workspace are deleted",
	} {
		d.Config = teamA(before)
		d.Must(d.Apply(driver.Options{}))
		d.Config = teamAOn(`"worker-1"`, "delete_api_keys = true")
		output = d.Must(d.Plan(driver.Options{})).Text()
		acctest.WantText(t, output, `Warning: EGS workspace "team-a" will be replaced`, 1)
		acctest.WantText(t, output, want, 1)
		acctest.WantText(t, output, "are deleted", strings.Count(want, "are deleted"))
	}
	d.Must(d.Destroy())
}

// If deletion_protection is true in the state, a plan that destroys or replaces the workspace fails.
func TestAccWorkspaceResource_deletionProtection(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	d := c.Applied(teamAOn(`"worker-1"`, "deletion_protection = true"))
	suite.WantEmptyPlan(t, d)
	acctest.WantText(t, d.Fails(d.Destroy()), `Error: EGS workspace "team-a" is protected`, 1)
	d.Config = teamAOn(`"worker-2"`, "deletion_protection = false")
	output := d.Fails(d.Plan(driver.Options{}))
	acctest.WantText(t, output, `Error: EGS workspace "team-a" is protected`, 1)
	acctest.WantText(t, output, "Warning:", 0)

	// In the plan, the provider cannot detect a replacement that is forced by -replace, replace_triggered_by or terraform taint.
	// So the apply fails instead of the plan.
	d.Config = teamAOn(`"worker-1"`, "deletion_protection = true")
	c.ResetJournal()
	output = d.Fails(d.Apply(driver.Options{Replace: []string{string(testWorkspace)}}))
	acctest.WantText(t, output, `Error: EGS workspace "team-a" is protected`, 1)
	acctest.WantText(t, output, "terraform untaint", 1)
	c.WantCost("a forced replacement", map[string]int{logIn: 1, listWorkspaces: 1}) // Only the requests of the refresh.
	c.wantWorkspaces("team-a")
	suite.WantEmptyPlan(t, d)
	d.Config = teamAOn(`"worker-1"`, "deletion_protection = false")
	d.Must(d.Apply(driver.Options{}))
	d.Must(d.Destroy())
	c.wantWorkspaces()
}
