// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const testWorkspace = "egs_workspace.test"

// teamA is the configuration of the workspace team-a with more arguments.
func teamA(more string) string { return teamAOn(`"worker-1", "worker-2"`, more) }

func teamAOn(clusters, more string) string {
	return fmt.Sprintf(`
resource "egs_workspace" "test" {
  name       = "team-a"
  clusters   = [%s]
  namespaces = ["a-training", "a-serving"]
  username   = "rosa"
  email      = "rosa@example.com"
  %s
}`, clusters, more)
}

// simulateEmpty starts a controller without workspaces.
func simulateEmpty(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	return simulate(t, noWorkspaces(options))
}

// noWorkspaces are the options of simulateEmpty.
func noWorkspaces(options egssim.Options) egssim.Options {
	options.Workspaces = []string{}
	return options
}

// addTeamA adds the workspace as if somebody else had made it.
func (c *controller) addTeamA(clusters ...string) {
	c.T.Helper()
	if !c.AddWorkspace(egssim.Workspace{Name: "team-a", Clusters: clusters, Namespaces: []string{"a-serving", "a-training"}, UserName: "grace"}) {
		c.T.Fatal("the workspace is there already")
	}
}

// wantWorkspaces checks which workspaces there are.
func (c *controller) wantWorkspaces(names ...string) {
	c.T.Helper()
	got := []string{}
	for _, w := range c.Workspaces() {
		got = append(got, w.Name)
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		c.T.Errorf("got the workspaces %v, want %v", got, names)
	}
}

func expectWorkspaceAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(testWorkspace, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

func expectOfWorkspace(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(testWorkspace, tfjsonpath.New(attribute), value)
}

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
			resource.TestStep{
				Config: teamA(""),
				ConfigStateChecks: []statecheck.StateCheck{
					expectOfWorkspace("overlay_network_deployment_mode", knownvalue.StringExact("no-network")),
					expectOfWorkspace("max_clusters", knownvalue.Int64Exact(16)),
					expectOfWorkspace("description", knownvalue.StringExact("Created via slice workspace API")),
					expectOfWorkspace("namespace_clusters", knownvalue.MapExact(map[string]knownvalue.Check{
						"a-training": texts("worker-1", "worker-2"),
						"a-serving":  texts("worker-1", "worker-2"),
					})),
					expectOfWorkspace("username", knownvalue.StringExact("rosa")),
				},
			},
			resource.TestStep{Config: teamAOn(`"worker-2", "worker-1"`, ""), ConfigPlanChecks: expectEmptyPlan()},
			resource.TestStep{
				Config:           teamA("delete_api_keys = true\n  timeouts {\n    delete = \"5m\"\n  }"),
				ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionUpdate),
			},
			resource.TestStep{
				PreConfig:        func() { c.DeleteWorkspace("team-a") },
				Config:           teamA(""),
				ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionCreate),
			},
			resource.TestStep{
				PreConfig: func() {
					c.DeleteWorkspace("team-a")
					c.addTeamA("worker-2")
				},
				Config:           teamA(""),
				ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionReplace),
				Check: func(*terraform.State) error {
					if got := c.Workspaces()[0]; len(got.Clusters) != 2 || got.UserName != "rosa" {
						return fmt.Errorf("got %v", got)
					}
					return nil
				},
			},
			resource.TestStep{
				Config:           strings.ReplaceAll(teamA(""), `"rosa"`, `"grace"`),
				ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionUpdate),
			},
		)
		c.wantWorkspaces()
	})
}

func TestAccWorkspaceResource_import(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	c.addTeamA("worker-1", "worker-2")
	imported := "import {\n  to = egs_workspace.test\n  id = \"team-a\"\n}\n"
	c.RunFrom(tfversion.Version1_12_0,
		resource.TestStep{
			Config:           imported + teamA(""),
			ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentity(testWorkspace, map[string]knownvalue.Check{"name": knownvalue.StringExact("team-a")}),
				expectOfWorkspace("clusters", texts("worker-1", "worker-2")),
				expectOfWorkspace("max_clusters", knownvalue.Int64Exact(16)),
				expectOfWorkspace("username", knownvalue.StringExact("")),
			},
		},
		resource.TestStep{Config: teamA("")},
		resource.TestStep{ResourceName: testWorkspace, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "team-a"},
		resource.TestStep{ResourceName: testWorkspace, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			Config:           teamA("delete_api_keys = true"),
			ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionUpdate),
		},
		resource.TestStep{
			// A replacement has what the configuration says.
			Config:           teamAOn(`"worker-2"`, ""),
			ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionReplace),
			ConfigStateChecks: []statecheck.StateCheck{
				expectOfWorkspace("username", knownvalue.StringExact("rosa")),
				expectOfWorkspace("email", knownvalue.StringExact("rosa@example.com")),
			},
		},
	)
	c.wantWorkspaces()
}

func TestAccWorkspaceResource_importErrors(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	for id, want := range map[string]string{
		"Team_A":                               "is not the name of a workspace",
		"nobody":                               "non-existent remote object",
		"45338461-ec42-49d2-aef3-ff39099950c5": "secret",
	} {
		d := c.Driver(teamA(""))
		if told := d.Fails(d.Import(testWorkspace, id)); !strings.Contains(told, want) {
			t.Errorf("import of %s: got %s, want %s", id, told, want)
		}
	}
}

func TestAccWorkspaceResource_existsAlready(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	c.addTeamA("worker-1")
	c.Run(resource.TestStep{
		Config:      teamA(""),
		ExpectError: regexp.MustCompile(`(?s)EGS workspace "team-a" exists already.*terraform import egs_workspace.NAME\s+team-a.*import \{.*id = "team-a"`),
	})
	c.wantWorkspaces("team-a")
}

func TestAccWorkspaceResource_validation(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	for replace, want := range map[[2]string]string{
		{`"team-a"`, `"Team_A"`}:                                              `must be at most 63\s+lower-case\s+letters`,
		{`"team-a"`, `"` + strings.Repeat("a", 64) + `"`}:                     `must be at most 63\s+lower-case\s+letters`,
		{`["worker-1", "worker-2"]`, `[]`}:                                    `at least 1 elements`,
		{`["worker-1", "worker-2"]`, `[""]`}:                                  `must not be empty`,
		{`["a-training", "a-serving"]`, `["a-training", "  "]`}:               `must not be empty`,
		{`["a-training", "a-serving"]`, `[]`}:                                 `namespaces set must contain at least 1`,
		{`"rosa"`, `""`}:                                                      `username must not be empty`,
		{`"rosa@example.com"`, `""`}:                                          `email must not be empty`,
		{`"rosa@example.com"`, "\"x\"\n  timeouts {\n create = \"soon\"\n }"}: `soon`,
		{`"rosa@example.com"`, "\"x\"\n  timeouts {\n delete = \"0s\"\n }"}:   `delete is "0s". Set it to a positive`,
	} {
		c.Run(resource.TestStep{
			Config:      strings.Replace(teamA(""), replace[0], replace[1], 1),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)` + want),
		})
	}
}

// TestAccWorkspaceResource_slowToGo replaces a workspace that EGS lists for a while
// after it was deleted.
func TestAccWorkspaceResource_slowToGo(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{WorkspaceListsUntilGone: 3})
	c.Run(
		resource.TestStep{Config: teamA("")},
		resource.TestStep{
			Config:           teamAOn(`"worker-2"`, ""),
			ConfigPlanChecks: expectWorkspaceAction(plancheck.ResourceActionReplace),
		},
	)
	c.wantWorkspaces()
}

// TestAccWorkspaceResource_neverGone keeps what EGS said it deleted and lists still.
func TestAccWorkspaceResource_neverGone(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceGoneDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(teamA("timeouts {\n    delete = \"30m\"\n  }"))
		d.Must(d.Apply(driver.Options{}))
		start := time.Now()
		told := d.Fails(d.Destroy())
		acctest.WantText(t, told, `EGS said that the workspace "team-a" was deleted, and still lists it`, 1)
		acctest.WantText(t, told, "If EGS often takes longer than 30m0s, raise delete in the timeouts block", 1)
		wantElapsed(t, start, 30*time.Minute)
		wantResources(t, d, testWorkspace)
		c.Clock.Advance(2 * time.Hour)
		d.Must(d.Destroy())
		wantResources(t, d)
		c.wantWorkspaces()
	})
}

// wantElapsed checks how much simulated time has passed.
func wantElapsed(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("it took %s, want %s", got, want)
	}
}

// wantResources checks which resources the state holds.
func wantResources(t *testing.T, d *driver.Driver, addresses ...string) {
	t.Helper()
	got := []string{}
	for _, saved := range d.State().Values.RootModule.Resources {
		got = append(got, saved.Address)
	}
	if strings.Join(got, " ") != strings.Join(addresses, " ") {
		t.Errorf("the state holds %v, want %v", got, addresses)
	}
}

// Requests, as faults name them.
const (
	listWorkspaces  = "GET /api/v1/slice-workspace/list"
	createWorkspace = "POST /api/v1/slice-workspace"
)

// TestAccWorkspaceResource_faultsThatPass has each fault once in each kind of request:
// an apply and a destroy come through, and nothing is left over.
func TestAccWorkspaceResource_faultsThatPass(t *testing.T) {
	t.Parallel()
	passing := append([]simulation.Fault{{Kind: simulation.FaultExpireToken}}, acctest.HarmlessFaults...)
	passing = append(passing, acctest.LostResponses...)
	for _, fault := range append(passing, acctest.UnknownOutcomes...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{})
			requests := []string{logIn, listWorkspaces, "POST /api/v1/slice-workspace/kube-config", "DELETE /api/v1/slice-workspace"}
			if slices.Contains(passing, fault) {
				requests = append(requests, createWorkspace)
			}
			everywhere := func() { c.fault(acctest.FaultsAt(fault, requests...)...) }
			c.Run(
				resource.TestStep{PreConfig: everywhere, Config: teamA("")},
				resource.TestStep{PreConfig: everywhere, Config: teamAOn(`"worker-1"`, "")},
				resource.TestStep{PreConfig: everywhere, Config: teamAOn(`"worker-1"`, ""), Destroy: true},
			)
			c.wantWorkspaces()
		})
	}
}

// TestAccWorkspaceResource_uncertainCreate loses the answer where the list before it
// proves nothing.
func TestAccWorkspaceResource_uncertainCreate(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{EmptyWorkspaceList: egssim.EmptyWorkspacesNull})
	c.Run(resource.TestStep{
		PreConfig: func() {
			c.fault(simulation.Fault{Method: http.MethodPost, Path: "/api/v1/slice-workspace", Kind: simulation.FaultDropAfterCommit})
		},
		Config: teamA(""),
		ExpectError: regexp.MustCompile(`(?s)An EGS workspace may have been created.*look\s+for\s+the\s+workspace.*` +
			`terraform import egs_workspace.NAME\s+team-a`),
	}, resource.TestStep{
		PreConfig: func() {
			c.wantWorkspaces("team-a")
			c.DeleteWorkspace("team-a")
		},
		Config: teamA(""),
	})
}

// slowToCome is a configuration of a workspace that EGS lists later than within its timeout.
func slowToCome() string { return teamA("timeouts {\n    create = \"30m\"\n  }") }

// TestAccWorkspaceResource_slow creates a workspace that is not listed within the
// timeout: it is kept, and neither tainted nor created again.
func TestAccWorkspaceResource_slow(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(slowToCome())
		start := time.Now()
		told := d.Must(d.Apply(driver.Options{})).Text()
		acctest.WantText(t, told, `Warning: EGS workspace "team-a" was created and may not be ready yet`, 1)
		acctest.WantText(t, told, "If EGS often takes longer than 30m0s, raise create in the timeouts block", 1)
		wantElapsed(t, start, 30*time.Minute)
		planned := d.Must(d.Plan(driver.Options{}))
		acctest.WantText(t, planned.Text(), `Warning: EGS workspace "team-a" is not listed yet`, 1)
		if !planned.Plan.Empty() {
			t.Errorf("what EGS is at is planned again:\n%s", planned.Plan)
		}

		c.Clock.Advance(2 * time.Hour)
		applied := d.Must(d.Apply(driver.Options{}))
		acctest.WantText(t, applied.Text(), "Warning: EGS", 0)
		if !applied.Plan.Empty() {
			t.Errorf("what EGS lists now is planned again:\n%s", applied.Plan)
		}
		if got := d.State().Values.RootModule.Resources[0].AttributeValues["overlay_network_deployment_mode"]; got != "no-network" {
			t.Errorf("the state holds the mode %v", got)
		}

		// From now on a list without it proves that it is gone.
		c.DeleteWorkspace("team-a")
		if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != testWorkspace+": create" {
			t.Errorf("the plan is %q", got)
		}
	})
}

// TestAccWorkspaceResource_neverListed takes a workspace out that was deleted before
// EGS listed it.
func TestAccWorkspaceResource_neverListed(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(slowToCome())
		d.Must(d.Apply(driver.Options{}))
		c.DeleteWorkspace("team-a")
		acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), `Warning: EGS workspace "team-a" is not listed yet`, 1)
		d.Must(d.Destroy())
		wantResources(t, d)
	})
}

// A delete that failed is not proven by a list that never showed the workspace.
func TestAccWorkspaceResource_slowAndNotDeleted(t *testing.T) {
	t.Parallel()
	onSimulatedTime(t, noWorkspaces(egssim.Options{WorkspaceDelay: time.Hour}), func(t *testing.T, c *controller) {
		t.Helper()
		d := c.Driver(slowToCome())
		d.Must(d.Apply(driver.Options{}))
		c.fault(simulation.Fault{Method: "DELETE", Path: "/api/v1/slice-workspace", Kind: simulation.FaultStatus, Status: 502, Times: 100})
		d.Fails(d.Destroy())
		c.wantWorkspaces("team-a")
		wantResources(t, d, testWorkspace)
		c.fault()
		d.Must(d.Destroy())
		c.wantWorkspaces()
	})
}

func TestAccWorkspaceResource_keysStopDestroy(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	// A key of the same configuration goes first.
	config := func(more string) string {
		return teamA(more) + `
resource "egs_api_key" "test" {
  name           = "managed"
  role           = "Viewer"
  workspace_name = egs_workspace.test.name
  valid_until    = "2027-03-31"
}`
	}
	d := c.Driver(config(""))
	d.Must(d.Apply(driver.Options{}))
	one, oneSecret := c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
	two, twoSecret := c.issue(egssim.Key{Name: "owner", Role: "Owner", WorkspaceName: "team-a", Validity: "2027-01-01"})
	told := d.Fails(d.Destroy())
	for _, text := range []string{
		`EGS workspace "team-a" still has 2 API keys`, "- by-hand (Viewer, id " + one + ")", "- owner (Owner, id " + two + ")",
		"egs_revoke_api_keys", "delete_api_keys = true, apply that", "terraform state rm",
	} {
		acctest.WantText(t, told, text, 1)
	}
	if strings.Contains(told, oneSecret) || strings.Contains(told, twoSecret) {
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

// workspaceDeletions are what deleting a workspace may do to its keys.
var workspaceDeletions = map[egssim.WorkspaceDeletion]string{
	egssim.WorkspaceDeletionKeepsKeys:       "keys outlive their workspace",
	egssim.WorkspaceDeletionRefusedWithKeys: "keys hold their workspace",
	egssim.WorkspaceDeletionRemovesKeys:     "keys go with their workspace",
}

// TestAccWorkspaceResource_keysOfTheWorkspace creates, replaces and destroys a workspace and its
// keys, of which one came to be outside Terraform.
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
			d := c.Driver(config(`"worker-1"`))
			d.Must(d.Apply(driver.Options{}))
			c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
			d.Config = config(`"worker-2"`)
			d.Must(d.Apply(driver.Options{}))
			if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
				t.Errorf("the plan is not empty:\n%s", planned.Plan)
			}
			if got := len(c.Keys()); got != 4 {
				t.Errorf("there are %d keys, want those three of the configuration and the provider's own", got)
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
			resource.TestStep{Config: teamA(config)},
			resource.TestStep{
				PreConfig: func() {
					id, _ = c.issue(egssim.Key{Name: "by-hand", Role: "Viewer", WorkspaceName: "team-a", Validity: "2027-01-01"})
				},
				Config:      teamA(config),
				Destroy:     true,
				ExpectError: regexp.MustCompile(`(?s)1 API key that Terraform cannot delete.*by-hand`),
			},
			resource.TestStep{
				PreConfig: func() {
					if !c.DeleteWorkspace("team-a") || c.Secret(id) == "" {
						t.Error("something was deleted")
					}
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
			},
		)
	})
	t.Run("own", func(t *testing.T) {
		t.Parallel()
		c := simulateEmpty(t, egssim.Options{})
		c.Run(
			resource.TestStep{Config: teamA(config)},
			resource.TestStep{
				PreConfig: func() {
					_, c.Environment["EGS_API_KEY"] = c.issue(egssim.Key{Name: "deploy", Role: "Owner", WorkspaceName: "team-a", Validity: "2027-01-01"})
				},
				Config:      teamA(config),
				Destroy:     true,
				ExpectError: regexp.MustCompile(`(?s)the provider itself logs in with.*deploy`),
			},
			resource.TestStep{
				PreConfig: func() { c.Environment["EGS_API_KEY"] = c.OwnerKey() },
				Config:    teamA(config), ConfigPlanChecks: expectEmptyPlan(),
			},
		)
		c.wantWorkspaces()
	})
}

// TestAccWorkspaceResource_requests refreshes thirty workspaces with one list.
func TestAccWorkspaceResource_requests(t *testing.T) {
	t.Parallel()
	const config = `
resource "egs_workspace" "test" {
  count      = 30
  name       = "team-${count.index}"
  clusters   = ["worker-1"]
  namespaces = ["team-${count.index}"]
  username   = "rosa"
  email      = "rosa@example.com"
}`
	c := simulateEmpty(t, egssim.Options{})
	d := c.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	c.ResetJournal()
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is not empty:\n%s", planned.Plan)
	}
	if logins, lists := c.requests(http.MethodPost, "/api/v1/auth"), c.requests(http.MethodGet, "/api/v1/slice-workspace/list"); logins != 1 ||
		lists != 1 || len(c.Journal()) != 2 {
		t.Errorf("got %d log-ins and %d lists of %d requests, want one each", logins, lists, len(c.Journal()))
	}
}

// TestAccWorkspaceResource_absenceNeedsProof keeps what a list that failed or could
// not be read does not show.
func TestAccWorkspaceResource_absenceNeedsProof(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	const list = "/api/v1/slice-workspace/list"
	steps := []resource.TestStep{{Config: teamA("")}}
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultStatus, Status: 404, Body: "{}"},
		{Kind: simulation.FaultStatus, Status: 500},
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultHTML},
		{
			Kind: simulation.FaultStatus, Status: 200,
			Body: `{"statusCode":200,"status":"OK","message":"Success","data":{"workspaces":[{"name":7}]},"error":null}`,
		},
	} {
		fault.Method, fault.Path, fault.Times = http.MethodGet, list, 99
		steps = append(steps, resource.TestStep{
			PreConfig:   func() { c.fault(fault) },
			Config:      teamA(""),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`Unable to read EGS workspace`),
		})
	}
	steps = append(steps, resource.TestStep{PreConfig: func() { c.fault() }, Config: teamA(""), ConfigPlanChecks: expectEmptyPlan()})
	c.Run(steps...)
	c.wantWorkspaces()
}
