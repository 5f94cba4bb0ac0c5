// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Requests, as the journal and faults name them.
const (
	logIn           = "POST /api/v1/auth"
	listKeys        = "GET /api/v1/api-key/list"
	createKey       = "POST /api/v1/api-key"
	deleteKey       = "DELETE /api/v1/api-key"
	listWorkspaces  = "GET /api/v1/slice-workspace/list"
	createWorkspace = "POST /api/v1/slice-workspace"
	deleteWorkspace = "DELETE /api/v1/slice-workspace"
	getKubeConfig   = "POST /api/v1/slice-workspace/kube-config"
)

const (
	testKey       suite.Resource = "egs_api_key.test"
	testWorkspace suite.Resource = "egs_workspace.test"
)

func TestMain(m *testing.M) { suite.Main(m) }

// controller is a simulated EGS of one test, and the Terraform that is pointed at
// it.
type controller struct {
	*egssim.Simulator
	*suite.Service
}

// simulate starts a controller at noon of 2026-11-21.
func simulate(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	return simulateOn(t, nil, options)
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

// simulateOn is simulate with a controller that is served on the network; nil means TCP.
func simulateOn(t *testing.T, network *simulation.Network, options egssim.Options) *controller {
	t.Helper()
	clock := acctest.NewClock()
	options.Now = clock.Now
	c := &controller{Simulator: egssim.New(options)}
	c.Service = suite.Serve(t, suite.Site{
		Simulator: c.Simulator, Clock: clock, Network: network, Creates: createKey,
		Endpoint: "EGS_ENDPOINT", Settings: map[string]string{"EGS_API_KEY": c.OwnerKey()},
		IDs: func() (ids []string) {
			for _, key := range c.Keys() {
				ids = append(ids, key.ID)
			}
			for _, w := range c.Workspaces() {
				ids = append(ids, w.Name)
			}
			return ids
		},
	})
	return c
}

// onSimulatedTime runs a test on the driver in a bubble in which pauses and timeouts take no time.
func onSimulatedTime(t *testing.T, options egssim.Options, test func(*testing.T, *controller)) {
	t.Helper()
	suite.OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
		t.Helper()
		test(t, simulateOn(t, network, options))
	})
}

// forEachDialect runs a test against each kind of controller.
func forEachDialect(t *testing.T, options egssim.Options, test func(*testing.T, *controller)) {
	t.Helper()
	for _, dialect := range []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			options := options
			options.Dialect = dialect
			test(t, simulate(t, options))
		})
	}
}

// of is the controller of a subject.
func of(s *suite.Subject) *controller {
	simulator, _ := s.Simulator().(*egssim.Simulator)
	return &controller{Simulator: simulator, Service: s.Service}
}

// odd is a list of which an entry cannot be read.
func odd(entries string) string {
	return `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{` + entries + `}}`
}

const duplicateWarning = `Warning: Another EGS API key is equal to "ci"`

// ownKey is the provider's own key.
func ownKey(description string) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  name        = "simulator"
  role        = "Owner"
  valid_until = "2999-12-31"
  user_name   = "admin"
  description = %q
}`, description)
}

// Arguments of keys, for values that are unknown at plan.
const (
	fixed  = "name = \"ci\"\nrole = \"Owner\"\nvalid_until = \"2027-03-31\"\n"
	period = "name = \"ci\"\nrole = \"Owner\"\nvalidity_period_days = 90\n"
)

// apiKeys are the tests that every resource runs, for egs_api_key.
var apiKeys = suite.Suite{
	Type: "egs_api_key", ID: "id", Secret: "api_key", A: "An", Noun: "EGS API key", Name: `"ci" of workspace "red"`,
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag}, Keys: o.There}
		if o.Uncertain {
			options.ListedSecrets = egssim.SecretsMasked
		}
		c := simulateOn(t, o.Network, options)
		return &suite.Subject{
			Service: c.Service, Remove: func(id string) { c.DeleteKey(id) }, Secret: c.Secret,
			Issue: func() string {
				id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", UserName: "admin", Validity: "2027-03-31"})
				return id
			},
		}
	},
	Config:   viewerKeyOf,
	Updated:  func(label, more string) string { return viewerKeyOf(label, "store_api_key = false\n  "+more) },
	Replaced: func(label, more string) string { return viewerKeyOf(label, "description = \"successor\"\n  "+more) },
	Other: func(label, more string) string {
		return strings.Replace(viewerKeyOf(label, more), `"ci"`, `"other"`, 1)
	},
	Many: func(n int, _ bool) string {
		return fmt.Sprintf(`
resource "egs_api_key" "test" {
  count          = %d
  name           = "test-${count.index}"
  role           = "Editor"
  workspace_name = ["red", "green", "blue"][count.index %% 3]
  valid_until    = "2027-03-31"
}`, n)
	},
	Lookup: func(id string) string { return "data \"egs_api_key\" \"found\" {\n  id = " + id + "\n}\n" },
	// The service shows the user's name in a letter case of its own.
	Unread: []string{"user_name"},
	Imports: map[string]string{
		"030b514f342dcf5ac94f3f39726c247e":     `Cannot import non-existent remote object`,
		"45338461-ec42-49d2-aef3-ff39099950c5": `looks like the key's secret.*MD5`,
		"/030b514f342dcf5ac94f3f39726c247e":    `no workspace before the slash`,
	},
	ImportAs: func(id string) string { return "red/" + strings.ToUpper(id) },
	Invalid:  invalidKeys(),
	Replacing: map[string]string{
		"name":           strings.Replace(viewerKey(""), "ci", "cd", 1),
		"role":           strings.Replace(viewerKey(""), "Viewer", "Editor", 1),
		"workspace_name": strings.Replace(viewerKey(""), "red", "blue", 1),
		"valid_until":    strings.Replace(viewerKey(""), "2027-03-31", "2027-04-30", 1),
		"user_name":      viewerKey(`user_name = "grace"`),
		"description":    viewerKey(`description = "new"`),
	},
	Unknown: []acctest.UnknownValues{
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
	},
	UnknownDue: []acctest.UnknownValues{
		{Attribute: "early_renewal_days", Others: period, Values: []string{"14", "20"}},
		{Attribute: "description", Others: period + "early_renewal_days = 14\n", Values: []string{"null", `"for CI"`}},
		{Attribute: "store_api_key", Others: period + "early_renewal_days = 14\n", Values: []string{"null", "false"}},
	},
	Own: ownKey("Handed out by the simulator when it started"), Spared: map[string]string{
		ownKey("Handed out by the simulator when it started"): "another Owner key", ownKey("changed"): `Unable to delete the provider's own EGS API key`,
	},
	List: listKeys, Create: createKey, Delete: deleteKey, LogIn: logIn,
	Recognized: true, Odd: odd(`"data":[{"id":7}]`), Echo: echoed,
	Adopts: true, Named: []string{"and revoke it with the action egs_revoke_api_keys, or import it"},
	Look:    "look for the key in EGS (data source egs_api_keys, or terraform query)",
	Adopted: 3, Seen: 5, Unseen: 6, Exists: duplicateWarning,
}

// workspaces are the tests that every resource runs, for egs_workspace.
var workspaces = suite.Suite{
	Type: "egs_workspace", ID: "name", A: "An", Noun: "EGS workspace", Name: `"team-a"`, Unique: true, ImportID: "team-a",
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag}}
		if o.There == 0 {
			options = noWorkspaces(options)
		}
		if o.Uncertain {
			options.WorkspaceListsUntilReady = 12 // More than are searched for it.
		}
		c := simulateOn(t, o.Network, options)
		return &suite.Subject{Service: c.Service, Remove: func(name string) { c.DeleteWorkspace(name) }, Secret: c.Secret}
	},
	Config:   func(label, more string) string { return labelled(label, teamA(more)) },
	Updated:  func(label, more string) string { return labelled(label, teamA("delete_api_keys = true\n  "+more)) },
	Replaced: func(label, more string) string { return labelled(label, teamAOn(`"worker-1"`, more)) },
	Other: func(label, more string) string {
		return labelled(label, strings.ReplaceAll(teamA(more), "team-a", "other"))
	},
	Many: func(n int, _ bool) string {
		return fmt.Sprintf(`
resource "egs_workspace" "test" {
  count      = %d
  name       = "team-${count.index}"
  clusters   = ["worker-1"]
  namespaces = ["team-${count.index}"]
  username   = "rosa"
  email      = "rosa@example.com"
}`, n)
	},
	Waits: true,
	Lookup: func(name string) string {
		return "data \"egs_workspace\" \"found\" {\n  name = " + name + "\n  depends_on = [" + strings.TrimSuffix(name, ".name") + "]\n}\n"
	},
	Imports: map[string]string{
		"Team_A":                               "is not the name of a workspace",
		"nobody":                               "non-existent remote object",
		"45338461-ec42-49d2-aef3-ff39099950c5": "secret",
	},
	Invalid: map[string]string{
		strings.Replace(teamA(""), `"team-a"`, `"Team_A"`, 1):                                              `must be at most 63\s+lower-case\s+letters`,
		strings.Replace(teamA(""), `"team-a"`, `"`+strings.Repeat("a", 64)+`"`, 1):                         `must be at most 63\s+lower-case\s+letters`,
		strings.Replace(teamA(""), `["worker-1", "worker-2"]`, `[]`, 1):                                    `at least 1 elements`,
		strings.Replace(teamA(""), `["worker-1", "worker-2"]`, `[""]`, 1):                                  `must not be empty`,
		strings.Replace(teamA(""), `["a-training", "a-serving"]`, `["a-training", "  "]`, 1):               `must not be empty`,
		strings.Replace(teamA(""), `["a-training", "a-serving"]`, `[]`, 1):                                 `namespaces set must contain at least 1`,
		strings.Replace(teamA(""), `"rosa"`, `""`, 1):                                                      `username must not be empty`,
		strings.Replace(teamA(""), `"rosa@example.com"`, `""`, 1):                                          `email must not be empty`,
		strings.Replace(teamA(""), `"rosa@example.com"`, "\"x\"\n  timeouts {\n create = \"soon\"\n }", 1): `soon`,
		strings.Replace(teamA(""), `"rosa@example.com"`, "\"x\"\n  timeouts {\n delete = \"0s\"\n }", 1):   `delete is "0s". Set it to a positive`,
	},
	Unknown: func() (all []acctest.UnknownValues) {
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
			others := ""
			for name, value := range arguments {
				if name != attribute {
					others += name + " = " + value + "\n"
				}
			}
			all = append(all, acctest.UnknownValues{Attribute: attribute, Others: others, Values: values})
		}
		return all
	}(),
	List: listWorkspaces, Create: createWorkspace, Delete: deleteWorkspace, Further: []string{getKubeConfig}, LogIn: logIn,
	Odd: odd(`"workspaces":[{"name":7}]`), Echo: echoed,
	Adopts: true, Named: []string{"look for the workspace", "terraform import egs_workspace.NAME team-a"},
	Look:    "terraform import egs_workspace.NAME team-a",
	Adopted: 7, Seen: 9, Exists: `Error: EGS workspace "team-a" exists already`,
}

func TestAccAPIKeyResource(t *testing.T) {
	t.Parallel()
	apiKeys.Run(t)
}

func TestAccAPIKeyResource_renewal(t *testing.T) {
	t.Parallel()
	apiKeys.RunRenewal(t, suite.Renewal{
		Renewed: redViewer("validity_period_days = 90\n  early_renewal_days = 14"), Renews: testKey.Replaces("ready_for_renewal"),
		Renewals: suite.All(testKey.Has("valid_until", "2027-05-06"), testKey.Has("ready_for_renewal", false)),
		// A date that is past for the runner only.
		Then:     []resource.TestStep{suite.Step(redViewer(`valid_until = "2027-03-31"`), testKey.Has("valid_until", "2027-03-31"))},
		Expiring: viewerKey("") + "resource \"egs_api_key\" \"renewed\" {\n  name = \"renewed\"\n  role = \"Owner\"\n  validity_period_days = 130\n}",
		Advice:   "Set a later valid_until to replace the key",
	})
}

func TestAccWorkspaceResource(t *testing.T) {
	t.Parallel()
	workspaces.Run(t)
}

func TestAccAPIKeyListResource(t *testing.T) {
	t.Parallel()
	apiKeys.RunList(t, suite.List{
		Populate: func(s *suite.Subject) {
			of(s).populate()
			of(s).issue(egssim.Key{Name: "old", Role: "Owner", UserName: "grace", Validity: "2026-11-20"})
			of(s).issue(egssim.Key{Name: "soon", Role: "Owner", UserName: "grace", Validity: "2026-12-01"})
		},
		Filters: map[string]int{
			``: 7, `workspace_name = "red"`: 3, `role = "Editor"`: 2, `user_name = "GRACE"`: 5, `name = "a"`: 2, `expired = true`: 1,
			`expired = false`: 6, `expiring_within_days = 9`: 0, `expiring_within_days = 10`: 1,
			"workspace_name = \"red\"\nuser_name = \"grace\"\nrole=\"Editor\"": 1,
		},
		Invalid: map[string]string{`role = "owner"`: `role.*Owner`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			return s.Issue(), "ci (Viewer of workspace red, user Admin, valid until 2027-03-31)",
				map[string]any{"name": "ci", "workspace_name": "red", "valid_until": "2027-03-31"}
		},
		One: odd(`"data":[{"id":7},{"id":"030b514f342dcf5ac94f3f39726c247e","name":"a","role":"Owner","userName":"Admin","validity":"2027-01-01"}]`),
	})
}

func TestAccWorkspaceListResource(t *testing.T) {
	t.Parallel()
	workspaces.RunList(t, suite.List{
		Populate: func(s *suite.Subject) { of(s).addTeamA("worker-2") },
		Filters:  map[string]int{``: 1, `cluster = "worker-2"`: 1, `cluster = "worker-9"`: 0},
		Invalid:  map[string]string{`cluster = ""`: `cluster`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			of(s).addTeamA("worker-2")
			return "team-a", "team-a (clusters worker-2)", map[string]any{
				"clusters": texts("worker-2"), "namespaces": texts("a-serving", "a-training"), "username": nil,
			}
		},
		One: listUnreadable,
	})
}

// revocation is the action that revokes keys.
var revocation = suite.Action{
	Type: "egs_revoke_api_keys", Verb: "revoke", Done: "Revoked", Request: deleteKey,
	Issue: func(s *suite.Subject, name string) string {
		id, _ := of(s).issue(egssim.Key{Name: name, Role: "Viewer", WorkspaceName: "red", Validity: "2027-01-01"})
		return id
	},
	Group: `workspace_name = "red"`, Own: `expired = false`, Names: func(s *suite.Subject) string { return of(s).names() }, Shown: "Viewer of workspace red",
	Filters: func(s *suite.Subject) [][2]string {
		c, ids := of(s), map[string]string{}
		for i, workspace := range []string{"red", "red", "blue", "green", "green"} {
			name := string(rune('a' + i))
			ids[name], _ = c.issue(egssim.Key{Name: name, Role: "Viewer", WorkspaceName: workspace, Validity: "2027-01-01"})
		}
		c.issue(egssim.Key{Name: "old", Role: "Owner", Validity: "2026-01-01"})
		return [][2]string{
			{"workspace_name = \"red\"\n    dry_run = true", "a b c d e old"},
			{`workspace_name = "red"`, "c d e old"},
			{`expired = true`, "c d e"},
			{fmt.Sprintf("ids = [%q, %q]", ids["c"], ids["a"]), "d e"}, // One was revoked already.
		}
	},
	Spared:  `- simulator \(Owner.*logs in with\s+this\s+key`,
	Unknown: "00000000000000000000000000000000",
	Invalid: map[string]string{
		``:               `At least one of these attributes must be configured`,
		`dry_run = true`: `At least one of these attributes must be configured`,
		"ids = [\"030b514f342dcf5ac94f3f39726c247e\"]\nname = \"a\"": `cannot be configured together`,
		`ids = []`: `ids.*at least 1`,
		`ids = ["45338461-ec42-49d2-aef3-ff39099950c5"]`: `Invalid API key id.*looks like\s+an\s+API\s+key\s+itself`,
		`ids = ["030B514F342DCF5AC94F3F39726C247E"]`:     `Invalid API key id.*lower\s+case`,
	},
}

func TestAccRevokeAPIKeysAction(t *testing.T) {
	t.Parallel()
	apiKeys.RunAction(t, revocation)
}

// temporaryKey has the tests of egs_temporary_api_key.
var temporaryKey = suite.Temporary{
	Type: "egs_temporary_api_key", Arguments: "name = \"smoke-test\"\n  role = \"Owner\"",
	Failing: func(dependsOn string) string {
		return "data \"egs_api_key\" \"test\" {\n  id = \"00000000000000000000000000000000\"\n  " + dependsOn + "\n}"
	},
	IssueEqual: func(s *suite.Subject) string {
		id, _ := of(s).issue(egssim.Key{Name: "smoke-test-terraform-temporary", Role: "Owner", UserName: "admin", Validity: "2026-11-22"})
		return id
	},
	Finds: func(dependsOn string) (config string, check suite.Option) {
		return "data \"egs_api_keys\" \"test\" {\n  name = \"smoke-test-terraform-temporary\"\n  " + dependsOn + "\n}",
			testKeys.Has("api_keys", knownvalue.ListSizeExact(1))
	},
	Attributes: map[string]any{"valid_until": "2026-11-22", "id": regexp.MustCompile(`^[0-9a-f]{32}$`)},
	Invalid:    map[string]string{"name = \"x\"\n  role = \"Editor\"": `Missing workspace`},
}

func TestAccTemporaryAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	apiKeys.RunTemporary(t, temporaryKey)
}

// temporary is a configuration of a temporary key, which what follows can depend on.
var temporary = temporaryKey.Config()

// issue adds a key that somebody else made, and returns its id and secret.
func (c *controller) issue(key egssim.Key) (id, secret string) {
	secret = c.AddKey(key)
	keys := c.Keys()
	id = keys[len(keys)-1].ID
	c.Foreign[id] = true
	return id, secret
}

// managed returns the only key of the name.
func (c *controller) managed(name string) egssim.ListedKey {
	c.T.Helper()
	var found []egssim.ListedKey
	for _, key := range c.Keys() {
		if key.Name == name {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		c.T.Fatalf("there are %d keys of the name %q, want 1", len(found), name)
	}
	return found[0]
}

// change changes a key as if somebody else did.
func (c *controller) change(name, member, value string) {
	c.T.Helper()
	if err := c.ChangeKey(c.managed(name).ID, map[string]string{member: value}); err != nil {
		c.T.Fatal(err)
	}
}

// names are the names of all keys but the simulator's own.
func (c *controller) names() string {
	var names []string
	for _, key := range c.Keys()[1:] {
		names = append(names, key.Name)
	}
	return strings.Join(names, " ")
}

// addTeamA adds the workspace as if somebody else had made it.
func (c *controller) addTeamA(clusters ...string) {
	c.T.Helper()
	c.Foreign["team-a"] = true
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

// wantResources checks which resources the state holds.
func wantResources(t *testing.T, d *driver.Driver, addresses ...suite.Resource) {
	t.Helper()
	got := []suite.Resource{}
	for _, saved := range d.State().Values.RootModule.Resources {
		got = append(got, suite.Resource(saved.Address))
	}
	if fmt.Sprint(got) != fmt.Sprint(addresses) {
		t.Errorf("the state holds %v, want %v", got, addresses)
	}
}

// holdsSecret checks that the state holds the secret of the key.
func (c *controller) holdsSecret(s *terraform.State) error {
	id := s.RootModule().Resources[string(testKey)].Primary.Attributes["id"]
	return suite.Holds(string(testKey), "api_key", c.Secret(id))(s)
}

// viewerKey is the configuration of a Viewer key of the workspace red with more arguments.
func viewerKey(more string) string { return viewerKeyOf("test", more) }

func viewerKeyOf(label, more string) string {
	return fmt.Sprintf(`
resource "egs_api_key" %q {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "red"
  valid_until    = "2027-03-31"
  %s
}
`, label, more)
}

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
}
`, clusters, more)
}

func labelled(label, config string) string {
	return strings.Replace(config, `"test"`, `"`+label+`"`, 1)
}
