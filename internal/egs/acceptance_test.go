// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const duplicateWarning = `Warning: Duplicate of EGS API key "ci"`

// ownKey returns the configuration of the key that the provider logs in with. The key has the given description.
func ownKey(description string) string {
	return fmt.Sprintf(`
resource "egs_api_key" "test" {
  name        = "simulator"
  role        = "Owner"
  valid_until = "2999-12-31"
  username    = "admin"
  description = %q
}`, description)
}

// Arguments of egs_api_key for the tests of unknown values.
const (
	owner  = "name = \"ci\"\nrole = \"Owner\"\n"
	fixed  = owner + "valid_until = \"2027-03-31\"\n"
	period = owner + "validity_period_days = 90\n"
	due    = period + "early_renewal_days = 14\n"
)

var apiKeys = suite.Suite{
	Type: "egs_api_key", ID: "id", Secret: "api_key", A: "An", Noun: "EGS API key", Name: `"ci" of workspace "red"`,
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag, StoredName: o.StoredName, LogInsUntilAccepted: o.LogInsUntilAccepted}, Keys: o.Existing}
		if o.Uncertain {
			options.ListedSecrets = egssim.SecretsMasked
		}
		c := simulateOn(t, o.Network, options)
		if o.OtherCredentials {
			delete(c.Environment, "EGS_API_KEY")
			c.Environment["EGS_ACCESS_TOKEN"] = c.Token(c.OwnerKey())
		}
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
	// EGS returns the username with different capitalization.
	Unread: []string{"username"},
	Imports: map[string]string{
		"030b514f342dcf5ac94f3f39726c247e":     `Cannot import non-existent remote object`,
		"45338461-ec42-49d2-aef3-ff39099950c5": `looks like the secret of a key.*MD5`,
		"/030b514f342dcf5ac94f3f39726c247e":    `no workspace before the slash`,
	},
	ImportAs: func(id string) string { return "red/" + strings.ToUpper(id) },
	Invalid:  invalidKeys(),
	Replacing: map[string]string{
		"name":           strings.Replace(viewerKey(""), "ci", "cd", 1),
		"role":           strings.Replace(viewerKey(""), "Viewer", "Editor", 1),
		"workspace_name": strings.Replace(viewerKey(""), "red", "blue", 1),
		"valid_until":    strings.Replace(viewerKey(""), "2027-03-31", "2027-04-30", 1),
		"username":       viewerKey(`username = "grace"`),
		"description":    viewerKey(`description = "new"`),
	},
	Unknown: []acctest.UnknownValues{
		{Attribute: "name", Others: "role = \"Owner\"\nvalid_until = \"2027-03-31\"\n", Values: []string{`"ci"`, `"cd"`}},
		{Attribute: "role", Others: "name = \"ci\"\nworkspace_name = \"red\"\nvalid_until = \"2027-03-31\"\n", Values: []string{`"Owner"`, `"Viewer"`}},
		{Attribute: "workspace_name", Others: fixed, Values: []string{"null", `"red"`, `"green"`}},
		{Attribute: "username", Others: fixed, Values: []string{"null", `"admin"`, `"Admin"`, `"rosa"`}},
		{Attribute: "description", Others: fixed, Values: []string{"null", `""`, `"for CI"`, `"for CD"`}},
		{Attribute: "valid_until", Others: owner, Values: []string{`"2027-03-31"`, `"2027-04-30"`}},
		{Attribute: "validity_period_days", Others: owner, Values: []string{"90", "91"}},
		{Attribute: "early_renewal_days", Others: period, Values: []string{"null", "14", "20"}},
		{Attribute: "rotate_when_changed", Others: fixed, Values: []string{"null", "{}", `{ a = "1" }`, `{ a = "2" }`}},
		{Attribute: "rotate_when_changed", Others: fixed + "overlap_days = 7\n", Values: []string{"null", `{ a = "1" }`, `{ a = "2" }`}},
		{Attribute: "overlap_days", Others: fixed, Values: []string{"null", "7", "14"}},
		{Attribute: "store_api_key", Others: fixed, Values: []string{"null", "true", "false"}},
		{Attribute: "rotate_when_changed = { a = %[1]s }", Others: fixed, Values: []string{"null", `"1"`, `"2"`}},
		{
			Attribute: "rotate_when_changed = { a = %[1]s, b = \"1\" }", Others: fixed,
			Before: []string{"", "rotate_when_changed = { a = \"1\" }"}, Then: []string{`"1"`, `"2"`},
		},
		{Attribute: "delete_on_destroy", Others: fixed, Values: []string{"null", "true", "false"}, Release: "true"},
		{
			Attribute: "valid_until", Others: owner,
			Before: []string{"validity_period_days = 90"}, Then: []string{`"2027-02-19"`, `"2027-04-30"`},
		},
		{Attribute: "validity_period_days", Others: owner, Before: []string{`valid_until = "2027-02-19"`}, Then: []string{"90", "120"}},
		{
			Attribute: "valid_until = %[1]s[0]\nvalidity_period_days = %[1]s[1]", Others: owner,
			Values: []string{`["2027-02-19", null]`, "[null, 90]", "[null, 120]"},
		},
		{
			Attribute: "validity_period_days = %[1]s[0]\nearly_renewal_days = %[1]s[1]", Others: owner,
			Values: []string{"[90, null]", "[91, 14]"},
		},
		{
			Attribute: "name = %[1]s\ndescription = %[1]s", Others: strings.Replace(fixed, `name = "ci"`, "", 1),
			Values: []string{`"ci"`, `"cd"`},
		},
		{
			Attribute: "description = %[1]s[0]\nstore_api_key = %[1]s[1]", Others: fixed,
			Values: []string{`["a", false]`, `["a", true]`, `["b", null]`},
		},
	},
	UnknownDue: []acctest.UnknownValues{
		{Attribute: "early_renewal_days", Others: period, Values: []string{"14", "20"}},
		{
			Attribute: "early_renewal_days", Others: period + "overlap_days = 7\n",
			Values: []string{"14", "20"}, Then: []string{"7", "14", "20"},
		},
		{Attribute: "description", Others: due, Values: []string{"null", `"for CI"`}},
		{Attribute: "store_api_key", Others: due, Values: []string{"null", "false"}},
		{
			Attribute: "validity_period_days", Others: owner + "early_renewal_days = 14\n",
			Values: []string{"90", "120"}, Then: []string{"60", "90", "120"},
		},
		{
			Attribute: "valid_until", Others: owner, Before: []string{"validity_period_days = 90\nearly_renewal_days = 14"},
			Then: []string{`"2027-02-19"`, `"2027-04-30"`},
		},
		{
			Attribute: "validity_period_days = %[1]s[0]\nearly_renewal_days = %[1]s[1]", Others: owner,
			Values: []string{"[90, 14]", "[60, null]", "[120, 20]"},
		},
		{
			Attribute: "validity_period_days", Others: owner + "early_renewal_days = 14\noverlap_days = 7\n",
			Values: []string{"90"}, Then: []string{"60", "90", "120"},
		},
		{
			Attribute: "valid_until", Others: owner + "overlap_days = 7\n", Before: []string{"validity_period_days = 90\nearly_renewal_days = 14"},
			Then: []string{`"2027-02-19"`, `"2027-04-30"`},
		},
		{Attribute: "rotate_when_changed = { a = %[1]s }", Others: due, Values: []string{`"1"`, `"2"`}},
	},
	OwnKeyConfig: ownKey("Handed out by the simulator when it started"), OwnKeyErrors: map[string]string{
		ownKey("Handed out by the simulator when it started"): "another Owner key", ownKey("changed"): `Unable to delete the provider's own EGS API key`,
	},
	LogsIn: "api_key = %s", Recovers: "terraform apply -refresh-only",
	List: listKeys, Create: createKey, Delete: deleteKey, LogIn: logIn,
	Recognized: true, UnreadableList: successBody(`"data":[{"id":7}]`), Echo: echoed,
	Adopts: true, CandidateTexts: []string{"revoke it with the action egs_revoke_api_keys, or import it"},
	NoCandidateAdvice: "look for the key in EGS (data source egs_api_keys, or terraform query)",
	AdoptedAfter:      3, ListedAfter: 5, UnlistedAfter: 6, Exists: duplicateWarning,
}

var workspaces = suite.Suite{
	Type: "egs_workspace", ID: "name", A: "An", Noun: "EGS workspace", Name: `"team-a"`, Unique: true, ImportID: "team-a",
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag}}
		if o.Existing == 0 {
			options = noWorkspaces(options)
		}
		if o.Uncertain {
			options.WorkspaceListsUntilReady = 12 // The provider gives up after fewer lists.
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
		"Team_A":                               "is not a valid name of a workspace",
		"missing":                              "non-existent remote object",
		"45338461-ec42-49d2-aef3-ff39099950c5": "secret",
	},
	Invalid: map[string]string{
		strings.Replace(teamA(""), `"team-a"`, `"Team_A"`, 1):                                              `must be at most 63\s+lowercase\s+letters`,
		strings.Replace(teamA(""), `"team-a"`, `"`+strings.Repeat("a", 64)+`"`, 1):                         `must be at most 63\s+lowercase\s+letters`,
		strings.Replace(teamA(""), `["worker-1", "worker-2"]`, `[]`, 1):                                    `at least 1 elements`,
		strings.Replace(teamA(""), `["worker-1", "worker-2"]`, `[""]`, 1):                                  `must not be empty`,
		strings.Replace(teamA(""), `["a-training", "a-serving"]`, `["a-training", "  "]`, 1):               `must not be empty`,
		strings.Replace(teamA(""), `["a-training", "a-serving"]`, `["a-training", null]`, 1):               `Null`,
		strings.Replace(teamA(""), `["worker-1", "worker-2"]`, `["worker-1", null]`, 1):                    `Null`,
		strings.Replace(teamA(""), `["a-training", "a-serving"]`, `[]`, 1):                                 `requires at least one namespace`,
		strings.Replace(teamA(""), `username   = "rosa"`, ``, 1):                                           `Missing username.*requires username`,
		strings.Replace(teamA(""), `email      = "rosa@example.com"`, ``, 1):                               `Missing email.*requires email`,
		strings.Replace(teamA(""), `"rosa"`, `""`, 1):                                                      `username must not be empty`,
		strings.Replace(teamA(""), `"rosa@example.com"`, `""`, 1):                                          `email must not be empty`,
		strings.Replace(teamA(""), `"rosa@example.com"`, "\"x\"\n  timeouts {\n create = \"soon\"\n }", 1): `soon`,
		strings.Replace(teamA(""), `"rosa@example.com"`, "\"x\"\n  timeouts {\n delete = \"0s\"\n }", 1):   `delete is "0s". Set it to a positive`,
	},
	Unknown: func() (all []acctest.UnknownValues) {
		arguments := map[string]string{
			"name": `"team"`, "clusters": `["worker-1"]`, "namespaces": `["a"]`, "username": `"rosa"`, "email": `"rosa@example.com"`,
		}
		for _, row := range []acctest.UnknownValues{
			{Attribute: "name", Values: []string{`"team"`, `"squad"`}},
			{Attribute: "clusters", Values: []string{`["worker-1"]`, `["worker-1", "worker-2"]`}},
			{Attribute: "namespaces", Values: []string{`["a"]`, `["a", "b"]`}},
			{Attribute: "namespaces = [%[1]s, \"a\"]", Values: []string{`"a"`, `"b"`}},
			{Attribute: "username", Values: []string{`"rosa"`, `"otto"`}},
			{Attribute: "email", Values: []string{`"rosa@example.com"`, `"otto@example.com"`}},
			{Attribute: "username = %[1]s\nemail = %[1]s", Values: []string{`"rosa"`, `"otto"`}},
			{
				Attribute: "name = %[1]s[0]\nusername = %[1]s[1]",
				Values:    []string{`["team", "rosa"]`, `["team", "otto"]`, `["squad", "otto"]`},
			},
			{Attribute: "delete_api_keys", Values: []string{"null", "true", "false"}},
			{Attribute: "deletion_protection", Values: []string{"null", "true", "false"}, Release: "false"},
			{Attribute: "name = %[1]s[0]\ndeletion_protection = %[1]s[1]", Values: []string{`["team", null]`, `["squad", false]`}},
			{Attribute: "timeouts { create = %[1]s }", Values: []string{"null", `"5m"`, `"10m"`}},
			{Attribute: "timeouts { delete = %[1]s }", Values: []string{"null", `"5m"`, `"10m"`}},
		} {
			for name, value := range arguments {
				if !strings.Contains("\n"+row.Attribute+" ", "\n"+name+" ") {
					row.Others += name + " = " + value + "\n"
				}
			}
			all = append(all, row)
		}
		return all
	}(),
	List: listWorkspaces, Create: createWorkspace, Delete: deleteWorkspace, Further: []string{getKubeConfig}, LogIn: logIn,
	UnreadableList: successBody(`"workspaces":[{"name":7}]`), Echo: echoed,
	Adopts: true, CandidateTexts: []string{"look for the workspace", "terraform import ADDRESS team-a"},
	NoCandidateAdvice: "terraform import ADDRESS team-a",
	AdoptedAfter:      7, ListedAfter: 9, Exists: `Error: EGS workspace "team-a" already exists`,
}

func TestAccAPIKeyResource(t *testing.T) {
	t.Parallel()
	apiKeys.Run(t)
}

func TestAccAPIKeyResource_names(t *testing.T) {
	t.Parallel()
	apiKeys.RunNames(t)
}

func TestAccAPIKeyResource_renewal(t *testing.T) {
	t.Parallel()
	apiKeys.RunRenewal(t, suite.Renewal{
		Renewed: redViewer("validity_period_days = 90\n  early_renewal_days = 14"), Renews: testKey.Replaces("ready_for_renewal"),
		Renewals: suite.All(testKey.Has("valid_until", "2027-05-06"), testKey.Has("ready_for_renewal", false)),
		// This date is in the future by the clock of EGS. It can be in the past by a local clock that is fast.
		Then:     []resource.TestStep{suite.Step(redViewer(`valid_until = "2027-03-31"`), testKey.Has("valid_until", "2027-03-31"))},
		Expiring: viewerKey("") + "resource \"egs_api_key\" \"renewed\" {\n  name = \"renewed\"\n  role = \"Owner\"\n  validity_period_days = 130\n}",
		Advice:   "Set a later valid_until to replace the key",
	})
}

func TestAccWorkspaceResource(t *testing.T) {
	t.Parallel()
	workspaces.Run(t)
}

func TestAccAPIKeys_own(t *testing.T) {
	t.Parallel()
	apiKeys.RunOwnKey(t)
}

func TestAccAPIKeys_importsOutput(t *testing.T) {
	t.Parallel()
	s, names := apiKeys.Start(t, suite.Options{}), map[string]string{}
	for _, key := range []struct{ name, workspace, label string }{
		{"ci", "red", "key_ci_red_"},
		{"ci", "red", "key_ci_red_"},
		{"ci red", "", "key_ci_red_"},
		{"7-up/x", "", "key_7_up_x_"},
		{"with \"quotes\" and ${dollars}", "blue", "key_with_quotes_and_dollars_blue_"},
		{"\u6e05", "green", "key_green_"},
	} {
		id, _ := of(s).issue(egssim.Key{Name: key.name, Role: "Owner", WorkspaceName: key.workspace, Validity: "2027-01-01"})
		names[id] = key.label + id[:8]
	}
	apiKeys.WantImports(t, apiKeys.ImportsOutput(s, "[key.name, key.workspace_name, substr(key.id, 0, 8)]"), names)
}

// TestImportGuide_files runs the commands of the guide "import" for keys whose secrets are in files.
func TestImportGuide_files(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a POSIX shell")
	}
	folder, names := t.TempDir(), map[string]string{}
	for workspace, label := range map[string]string{"red-1": "key_red_1_", "7": "key_7_", "with ${dollars}": "key_with___dollars__"} {
		id := egsapi.APIKeyID(label)
		names[id] = label + id[:8]
		if err := os.Mkdir(filepath.Join(folder, workspace), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, workspace, "apikey.txt"), []byte(label+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script, _, _ := strings.Cut(suite.ImportGuide(t, "apikey.txt"), "terraform plan")
	if runtime.GOOS == "darwin" {
		script = strings.Replace(script, "md5sum", "md5", 1)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-euc", script)
	shell.Dir = folder
	if output, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, output)
	}
	apiKeys.WantImports(t, readFile(t, filepath.Join(folder, "imports.tf")), names)
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
			``: 7, `workspace_name = "red"`: 3, `role = "Editor"`: 2, `username = "GRACE"`: 5, `name = "a"`: 2, `expired = true`: 1,
			`expired = false`: 6, `expiring_within_days = 9`: 0, `expiring_within_days = 10`: 1,
			"workspace_name = \"red\"\nusername = \"grace\"\nrole=\"Editor\"": 1,
		},
		Invalid: map[string]string{`role = "owner"`: `role.*Owner`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			return s.Issue(), "ci (Viewer of workspace red, user Admin, valid until 2027-03-31)",
				map[string]any{"name": "ci", "workspace_name": "red", "valid_until": "2027-03-31"}
		},
		One: successBody(`"data":[{"id":7},{"id":"030b514f342dcf5ac94f3f39726c247e","name":"a","role":"Owner","userName":"Admin","validity":"2027-01-01"}]`),
	})
}

func TestAccWorkspaceListResource(t *testing.T) {
	t.Parallel()
	workspaces.RunList(t, suite.List{
		Populate: func(s *suite.Subject) { of(s).addTeamA("worker-2") },
		Filters:  map[string]int{``: 1, `cluster_name = "worker-2"`: 1, `cluster_name = "worker-9"`: 0},
		Invalid:  map[string]string{`cluster_name = ""`: `cluster_name`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			of(s).addTeamA("worker-2")
			return "team-a", "team-a (clusters worker-2)", map[string]any{
				"clusters": texts("worker-2"), "namespaces": texts("a-serving", "a-training"), "username": nil,
			}
		},
		One: listUnreadable,
	})
}

// revocation configures the tests of the action egs_revoke_api_keys.
var revocation = suite.Action{
	Type: "egs_revoke_api_keys", Verb: "revoke", Done: "Revoked", Request: deleteKey,
	Issue: func(s *suite.Subject, name string) string {
		id, _ := of(s).issue(egssim.Key{Name: name, Role: "Viewer", WorkspaceName: "red", Validity: "2027-01-01"})
		return id
	},
	Group: `workspace_name = "red"`, OwnKeyFilter: `expired = false`, Names: func(s *suite.Subject) string { return of(s).names() }, Shown: "Viewer of workspace red",
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
			{fmt.Sprintf("ids = [%q]", ids["c"]), "d e"},
			{"used_by_provider = false\n    username = \"admin\"", ""},
		}
	},
	OwnKeyError: `- simulator \(Owner.*logs in with\s+this\s+key`,
	Unknown:     "00000000000000000000000000000000",
	Invalid: map[string]string{
		``:               `At least one of these attributes must be configured`,
		`dry_run = true`: `At least one of these attributes must be configured`,
		"ids = [\"030b514f342dcf5ac94f3f39726c247e\"]\nname = \"a\"": `cannot be configured together`,
		`ids = []`:     `ids.*at least 1`,
		`ids = [null]`: `Null`,
		`ids = ["45338461-ec42-49d2-aef3-ff39099950c5"]`: `Invalid API key id.*looks like\s+an\s+API\s+key\s+itself`,
		`ids = ["030B514F342DCF5AC94F3F39726C247E"]`:     `Invalid API key id.*lowercase`,
	},
}

func TestAccRevokeAPIKeysAction(t *testing.T) {
	t.Parallel()
	apiKeys.RunAction(t, revocation)
}

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

// temporary is the configuration of a temporary key. Other resources can depend on the key.
var temporary = temporaryKey.Config()
