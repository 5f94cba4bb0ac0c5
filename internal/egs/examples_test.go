// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestCLIExamples_orphanedKeys runs the example of "Orphaned keys" in the troubleshooting guide.
func TestCLIExamples_orphanedKeys(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.Environment["EGS_MAX_CLOCK_SKEW"] = "0"
	w := c.WorkingDir("1.11.0", "")
	w.Write("main.tf", readFile(t, "../../examples/orphaned-keys/main.tf"))
	// A key exists in EGS but not in the state, as after a crash.
	other, _ := c.issue(egssim.Key{Name: "red-editor", Role: "Editor", WorkspaceName: "red", Validity: "2027-01-01"})
	output := w.Run("apply", "-auto-approve", "-no-color")
	acctest.WantText(t, output, fmt.Sprintf("Keys of workspace red that Terraform does not manage: %s (red-editor)", other), 1)
	acctest.WantText(t, output, "- "+other, 1) // In the warning about a duplicate.
	// The check fails, but the exit code is 0, because the plan contains no changes.
	acctest.WantText(t, w.Run("plan", "-no-color", "-detailed-exitcode"), fmt.Sprintf("Keys of workspace red that Terraform does not manage: %s (red-editor)", other), 1)
	// During the overlap after the rotation of red-viewer, Terraform also manages the previous key. The check does not name it.
	previous := c.managed("red-viewer").ID
	c.SetClock(c.Now().AddDate(0, 0, 76))
	w.Run("apply", "-auto-approve", "-no-color")
	plan := w.Run("plan", "-no-color", "-detailed-exitcode")
	acctest.WantText(t, plan, fmt.Sprintf("does not manage: %s (red-editor)", other), 1)
	acctest.WantText(t, plan, previous, 0)
	w.Run("destroy", "-auto-approve", "-no-color")
}

// team is an element of the variable teams in the example workspace-bootstrap.
type team struct {
	Clusters   []string `json:"clusters"`
	Namespaces []string `json:"namespaces"`
	UserName   string   `json:"username"`
	Email      string   `json:"email"`
	// Roles are the roles that get a key. The default is Editor and Viewer.
	Roles []string `json:"roles,omitempty"`
	GPUs  *gpus    `json:"gpus,omitempty"`
}

// gpus is the GPU request of a team. The example has a default for each nil field.
type gpus struct {
	Priority *int           `json:"priority"`
	Idle     *bool          `json:"enforce_idle_timeout,omitempty"`
	Eviction *bool          `json:"enable_eviction,omitempty"`
	Requeue  *bool          `json:"requeue_on_failure,omitempty"`
	Nodes    map[string]any `json:"nodes,omitempty"`
}

var allRoles = []string{"Owner", "Editor", "Viewer"}

func (t team) roles() []string {
	if t.Roles == nil {
		return allRoles[1:]
	}
	return t.Roles
}

const teamsFile = "teams.auto.tfvars.json"

// bootstrap creates a folder with a copy of the example workspace-bootstrap and sets the variables of the example. The commands
// that hand over keys and kubeconfigs write them to the folder "handed".
func (c *controller) bootstrap(teams map[string]team) *acctest.WorkingDir {
	c.T.Helper()
	if runtime.GOOS == "windows" {
		c.T.Skip("the commands that hand secrets over are for a POSIX shell")
	}
	w := c.WorkingDir("1.11.0", "")
	files, err := filepath.Glob("../../examples/workspace-bootstrap/*.tf")
	if err != nil || len(files) == 0 {
		c.T.Fatal("the example has no files: ", err)
	}
	for _, file := range files {
		w.Write(filepath.Base(file), readFile(c.T, file))
	}
	if err := os.Mkdir(filepath.Join(w.Path, "handed"), 0o700); err != nil {
		c.T.Fatal(err)
	}
	w.Write("hand-over.auto.tfvars", `
hand_over            = "printenv API_KEY >handed/$WORKSPACE.$ROLE && printenv KEY_ID >handed/$WORKSPACE.$ROLE.id"
hand_over_kubeconfig = "printenv KUBECONFIG_YAML >handed/$WORKSPACE.$CLUSTER.yaml"
`)
	w.Write(teamsFile, suite.JSON(map[string]any{"teams": teams}))
	return w
}

// wantHandedOver checks that every key and kubeconfig was handed over. It also checks that neither the state nor the parameter
// printed contains a secret.
func (c *controller) wantHandedOver(w *acctest.WorkingDir, teams map[string]team, printed string) {
	c.T.Helper()
	holders := map[string]string{"the output": printed}
	states, err := filepath.Glob(filepath.Join(w.Path, "terraform.tfstate*"))
	if err != nil || len(states) == 0 {
		c.T.Fatal("there is no state: ", err)
	}
	for _, state := range states {
		holders[filepath.Base(state)] = readFile(c.T, state)
	}
	for holder, text := range holders {
		text = suite.PrivateShown(text)
		for _, key := range c.Keys() {
			if strings.Contains(text, c.Secret(key.ID)) {
				c.T.Errorf("%s holds the secret of %s", holder, key.Name)
			}
		}
		// A token is a JSON Web Token. It begins with "eyJ", also within a kubeconfig.
		if strings.Contains(text, "eyJ") || strings.Contains(text, "current-context") {
			c.T.Errorf("%s holds a token or kubeconfig", holder)
		}
	}
	wantHanded := func(file, want string) {
		c.T.Helper()
		if strings.TrimSpace(w.Read(filepath.Join("handed", file))) != strings.TrimSpace(want) {
			c.T.Errorf("%s has the wrong content", file)
		}
	}
	for name, team := range teams {
		for _, role := range team.roles() {
			key := c.managed(name + "-" + strings.ToLower(role))
			if key.Role != role || key.WorkspaceName != name || key.UserName != team.UserName {
				c.T.Errorf("the %s key of %s is %+v", role, name, key)
			}
			wantHanded(name+"."+role, c.Secret(key.ID))
			wantHanded(name+"."+role+".id", key.ID)
		}
		for _, cluster := range team.Clusters {
			wantHanded(name+"."+cluster+".yaml", c.KubeConfig(name, cluster))
		}
	}
}

// TestCLIExamples_workspaceBootstrap creates the workspaces, keys and GPU requests of several teams in one apply. Then objects
// change outside Terraform, one team changes its configuration, one workspace is replaced, and everything is destroyed. With
// TEST_FULL=1, the test has more teams and runs once for each egssim.WorkspaceDeletion.
func TestCLIExamples_workspaceBootstrap(t *testing.T) {
	t.Parallel()
	kinds := map[egssim.WorkspaceDeletion]int{egssim.WorkspaceDeletionRefusedWithKeys: 3}
	if os.Getenv("TEST_FULL") == "1" {
		kinds = map[egssim.WorkspaceDeletion]int{
			egssim.WorkspaceDeletionRefusedWithKeys: 20, egssim.WorkspaceDeletionKeepsKeys: 5, egssim.WorkspaceDeletionRemovesKeys: 5,
		}
	}
	for deletion, n := range kinds {
		t.Run(workspaceDeletions[deletion], func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{
				Workspaces: []string{}, WorkspaceDeletion: deletion, UserNameCase: egssim.UserNameAsSent,
				WorkspaceListsUntilReady: 1, KubeConfigsUntilReady: 1, TemplateInUseStatus: 500, NormalizeDurations: true,
			})
			teams, resources := map[string]team{}, 0
			for i := range n {
				name := fmt.Sprintf("team-%02d", i)
				of := team{
					Clusters: []string{"worker-1", "worker-2"}, Namespaces: []string{name + "-serving", name + "-training"},
					UserName: fmt.Sprintf("lead-%02d", i), Email: fmt.Sprintf("lead-%02d@example.com", i), GPUs: &gpus{},
				}
				if i < 2 {
					of.Roles = allRoles
				}
				teams[name] = of
				// A team has one workspace and one binding. Each role adds a key and its hand-over. Each cluster adds a template
				// and the hand-over of a kubeconfig.
				resources += 1 + 2*len(of.roles()) + 2*len(of.Clusters) + 1
			}
			w := c.bootstrap(teams)

			apply := func() string {
				t.Helper()
				output := w.Run("apply", "-auto-approve", "-no-color")
				c.wantHandedOver(w, teams, output)
				w.Run("plan", "-detailed-exitcode", "-no-color")
				c.SetClock(c.Clock.Now().Add(time.Hour)) // After one hour, a single list proves a deletion.
				return output
			}
			acctest.WantText(t, apply(), fmt.Sprintf("Apply complete! Resources: %d added, 0 changed, 0 destroyed.", resources), 1)
			if got := c.Requests(createWorkspace); got != len(teams) {
				t.Errorf("%d creates of workspaces, want %d", got, len(teams))
			}

			wantTemplate := func(name string, priority int64) {
				t.Helper()
				got := suite.One(t, c.GPRTemplates(), func(t egssim.GPRTemplate) string { return t.Name }, name)
				want := egssim.GPRTemplate{
					Name: name, ClusterName: name[len("team-00-"):], GPUs: 2, GPUNodes: 1, MemoryPerGPU: 40, GPUShape: "A100",
					InstanceType: "a2-highgpu-2g", ExitDuration: "5m", Priority: priority, EnforceIdle: true, Eviction: true, Requeue: true,
					IdleDuration: "2m", Namespace: got.Namespace, GPUSharing: got.GPUSharing,
				}
				if got != want {
					t.Errorf("got the template %+v, want %+v", got, want)
				}
			}
			write := func() { w.Write(teamsFile, suite.JSON(map[string]any{"teams": teams})) }
			wantTemplate("team-02-worker-2", 201)

			// A priority changes in the configuration. Later, another priority changes outside Terraform.
			teams["team-02"].GPUs.Priority = new(100)
			write()
			acctest.WantText(t, apply(), "Resources: 0 added, 2 changed, 0 destroyed.", 1)
			wantTemplate("team-02-worker-1", 100)
			drifted := c.GPRTemplates()[0]
			drifted.Priority = 7
			if err := c.ChangeGPRTemplate(drifted.Name, drifted); err != nil {
				t.Fatal(err)
			}
			acctest.WantText(t, w.Exits(2, "plan", "-detailed-exitcode", "-no-color"), "~ priority = 7 -> ", 1)
			acctest.WantText(t, apply(), "Resources: 0 added, 1 changed, 0 destroyed.", 1)

			// A key and the workspace of another team are deleted outside Terraform. The next apply also creates the keys of
			// that workspace again.
			c.DeleteKey(c.managed("team-02-viewer").ID)
			before, orphan := c.managed("team-02-editor").ID, c.managed("team-00-owner").ID
			c.DeleteWorkspace("team-00")
			w.Exits(2, "plan", "-detailed-exitcode", "-no-color")
			apply()
			if c.managed("team-00-owner").ID == orphan {
				t.Error("the key of the deleted workspace was not created again")
			}

			// A team no longer uses the cluster worker-2. The apply replaces the workspace and the keys of this team, and
			// deletes its template on worker-2. Other teams do not change.
			replaced, of := c.managed("team-01-owner").ID, teams["team-01"]
			of.Clusters = []string{"worker-1"}
			teams["team-01"] = of
			write()
			apply()
			if slices.Contains(c.templateNames(), "team-01-worker-2") || len(c.GPRTemplates()) != 2*n-1 {
				t.Errorf("got the templates %v", c.templateNames())
			}
			if c.managed("team-01-owner").ID == replaced {
				t.Error("the key of the replaced workspace was not replaced")
			}
			if c.managed("team-02-editor").ID != before {
				t.Error("the key of another workspace was replaced")
			}

			// delete_api_keys takes effect only in a later destroy, so this apply creates and deletes nothing in EGS.
			c.ResetJournal()
			w.Run("apply", "-auto-approve", "-no-color", "-var=delete_api_keys=true")
			for _, request := range []string{createWorkspace, deleteWorkspace, createKey, deleteKey} {
				if c.Requests(request) > 0 {
					t.Errorf("delete_api_keys = true sent %s", request)
				}
			}
			w.Run("destroy", "-auto-approve", "-no-color")
			c.WantDestroyed()
			if len(c.GPRTemplates())+len(c.GPRBindings()) > 0 {
				t.Errorf("left %v, %v", c.GPRTemplates(), c.GPRBindings())
			}
		})
	}
}

// TestCLIExamples_workspaceBootstrapAndForeignKeys imports a workspace. A key that was created outside Terraform makes the destroy
// fail until delete_api_keys is applied.
func TestCLIExamples_workspaceBootstrapAndForeignKeys(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Workspaces: []string{}, WorkspaceDeletion: egssim.WorkspaceDeletionRefusedWithKeys})
	w := c.bootstrap(map[string]team{"red": {
		Clusters: []string{"worker-1"}, Namespaces: []string{"red"}, UserName: "rosa", Email: "rosa@example.com",
	}})
	c.AddWorkspace(egssim.Workspace{Name: "red", Clusters: []string{"worker-1"}, Namespaces: []string{"red"}})
	w.Write("import.tf", "import {\n  to = egs_workspace.team[\"red\"]\n  id = \"red\"\n}\n")
	acctest.WantText(t, w.Run("apply", "-auto-approve", "-no-color"), "Resources: 1 imported, 5 added, 0 changed, 0 destroyed.", 1)
	w.Run("plan", "-detailed-exitcode", "-no-color")
	other, _ := c.issue(egssim.Key{Name: "by-hand", Role: "Editor", WorkspaceName: "red", Validity: "2027-01-01"})
	if output := w.Exits(1, "destroy", "-auto-approve", "-no-color"); !strings.Contains(output, other) {
		t.Errorf("the destroy does not name the key %s\n%s", other, output)
	}
	w.Run("apply", "-auto-approve", "-no-color", "-var=delete_api_keys=true")
	w.Run("destroy", "-auto-approve", "-no-color", "-var=delete_api_keys=true")
	c.WantDestroyed()
	if slices.ContainsFunc(c.Keys(), func(key egssim.ListedKey) bool { return key.ID == other }) {
		t.Error("delete_api_keys left the key")
	}
}

// TestCLIExamples_workspaceBootstrapWithIncompleteInventory requests GPUs on three clusters. The inventory has complete data
// about one kind of node on worker-1, only incomplete data about worker-2, and no GPUs on worker-3. A destroy needs no complete
// inventory.
func TestCLIExamples_workspaceBootstrapWithIncompleteInventory(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{Clusters: []string{"worker-1", "worker-2", "worker-3"}, Nodes: []egssim.Node{
		{ClusterName: "worker-1", InstanceType: "a2-highgpu-2g", ModelName: "A100", GPUCount: 2},
		{ClusterName: "worker-1", InstanceType: "p5.48xlarge", ModelName: "H200", Memory: 141, GPUCount: 8},
		{ClusterName: "worker-2", InstanceType: "g2-standard-24", GPUCount: 2},
		{ClusterName: "worker-2", ModelName: "L40S", Memory: 48, GPUCount: 4},
	}})
	of := gpus{Idle: new(false), Eviction: new(false), Requeue: new(false)}
	teams := map[string]team{"red": {
		Clusters: []string{"worker-1", "worker-2", "worker-3"}, Namespaces: []string{"red"}, UserName: "rosa", Email: "rosa@example.com", GPUs: &of,
	}}
	w := c.bootstrap(teams)
	output := strings.Join(strings.Fields(strings.ReplaceAll(w.Exits(1, "apply", "-auto-approve", "-no-color"), "\u2502", "")), " ")
	for _, want := range []string{
		"workspace red on cluster worker-2: instance_type of L40S nodes; gpu_shape and memory_per_gpu of g2-standard-24 nodes.",
		"workspace red on cluster worker-3: EGS lists no nodes with GPUs.",
	} {
		acctest.WantText(t, output, want, 1)
	}
	acctest.WantText(t, output, "Error: ", 2)

	// The team sets the values that are missing in the inventory.
	of.Nodes = map[string]any{}
	for _, cluster := range []string{"worker-2", "worker-3"} {
		of.Nodes[cluster] = map[string]any{"instance_type": "g2-standard-24", "gpu_shape": "L4", "memory_per_gpu": 24, "gpus_per_node": 2}
	}
	w.Write(teamsFile, suite.JSON(map[string]any{"teams": teams}))
	w.Run("apply", "-auto-approve", "-no-color")
	w.Run("plan", "-detailed-exitcode", "-no-color")
	want := egssim.GPRTemplate{
		Name: "red-worker-1", ClusterName: "worker-1", GPUs: 8, GPUNodes: 1, MemoryPerGPU: 141, GPUShape: "H200",
		InstanceType: "p5.48xlarge", ExitDuration: "5m", Priority: 201,
	}
	got := suite.One(t, c.GPRTemplates(), func(t egssim.GPRTemplate) string { return t.Name }, want.Name)
	if want.Namespace, want.GPUSharing = got.Namespace, got.GPUSharing; got != want {
		t.Errorf("got the template %+v, want %+v", got, want)
	}

	of.Nodes = nil
	w.Write(teamsFile, suite.JSON(map[string]any{"teams": teams}))
	w.Run("destroy", "-auto-approve", "-no-color")
	c.WantDestroyed()
}

// TestCLIExamples_workspaceBootstrapVariables checks that each kind of invalid value in the variable teams causes one error with
// advice.
func TestCLIExamples_workspaceBootstrapVariables(t *testing.T) {
	t.Parallel()
	w := simulateEmpty(t, egssim.Options{}).bootstrap(nil)
	teams := map[string]any{"no-team": nil}
	add := func(name, member string, value any) {
		of := map[string]any{"clusters": []string{"worker-1"}, "namespaces": []string{"red"}, "username": "rosa", "email": "rosa@example.com"}
		of["gpus"], of[member] = map[string]any{}, value
		teams[name] = of
	}
	for _, member := range []string{"clusters", "namespaces", "username", "email"} {
		add("no-"+member, member, nil)
	}
	for _, member := range []string{"clusters", "namespaces"} {
		add("null-in-"+member, member, []any{nil})
	}
	node := map[string]any{"instance_type": "p5.48xlarge", "gpu_shape": "H100", "memory_per_gpu": 1.5, "gpus_per_node": 0}
	add("numbers", "gpus", map[string]any{"nodes": map[string]any{"worker-1": node}})
	add("nodes", "gpus", map[string]any{"nodes": map[string]any{"worker-1": nil}})
	add("duration", "gpus", map[string]any{"exit_duration": "."})
	w.Write(teamsFile, suite.JSON(map[string]any{"teams": teams}))
	output := strings.Join(strings.Fields(strings.ReplaceAll(w.Exits(1, "plan", "-no-color"), "\u2502", "")), " ")
	for _, want := range []string{
		"Each team must have clusters, namespaces, username and email, and none of them may be or contain null.",
		"Numbers in gpus must be whole numbers, and gpu_nodes, memory_per_gpu and gpus_per_node must be at least 1.",
		"Each entry of nodes must have instance_type, gpu_shape, memory_per_gpu and gpus_per_node, and none of them may be null.",
		"Durations in gpus must be positive, such as 5m, 1.5h or 1h30m.",
	} {
		acctest.WantText(t, output, want, 1)
	}
	acctest.WantText(t, output, "Error: ", 4)
}

// TestCLIExamples_failedHandOver sets commands for the hand-over that print secrets and fail, each in a different way. By
// default, Terraform shows the output of a failed command. The example must suppress this output.
func TestCLIExamples_failedHandOver(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Workspaces: []string{}})
	w := c.bootstrap(map[string]team{"red": {
		Clusters: []string{"worker-1"}, Namespaces: []string{"red"}, UserName: "rosa", Email: "rosa@example.com", Roles: allRoles,
	}})
	w.Write("hand-over.auto.tfvars", `
hand_over            = <<-EOT
  case $ROLE in
    Owner) set -e; echo "$API_KEY"; false; true ;;
    Editor) trap 'echo "$API_KEY"' EXIT; exit 3 ;;
    Viewer) set -x; test -z "$API_KEY" ;;
  esac
EOT
hand_over_kubeconfig = "echo \"$KUBECONFIG_YAML\"\nfi"
`)
	output := w.Exits(1, "apply", "-auto-approve", "-no-color")
	for status, commands := range map[string]int{"1": 2, "2": 1, "3": 1} { // The shell exits with 2 after a syntax error.
		acctest.WantText(t, output, "The command ended with "+status+". Its output is not shown", commands)
	}
	for _, key := range c.Keys() {
		acctest.WantText(t, output, c.Secret(key.ID), 0)
	}
	if strings.Contains(output, "certificate-authority-data") {
		t.Error("the kubeconfig is shown")
	}
	w.Run("destroy", "-auto-approve", "-no-color")
}

// TestCLIExamples_terraformTest runs "terraform test" in each example twice. The default tests must send no requests to EGS. The
// tests in tests/simulator use the simulator.
func TestCLIExamples_terraformTest(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]struct {
		passed     string
		workspaces int
	}{
		"workspace-bootstrap": {"Success! 3 passed, 0 failed.", 3},
		"guides/testing":      {"Success! 2 passed, 0 failed.", 1},
	} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			c := simulateEmpty(t, egssim.Options{WorkspaceListsUntilReady: 1, KubeConfigsUntilReady: 1})
			w := c.WorkingDir("1.11.0", "")
			if err := os.Remove(filepath.Join(w.Path, "main.tf")); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(w.Path, os.DirFS("../../examples/"+folder)); err != nil {
				t.Fatal(err)
			}
			w.Run("init", "-input=false", "-no-color")
			if output := w.Run("test", "-no-color"); !strings.Contains(output, "Success!") || strings.Contains(output, "Success! 0 passed") {
				t.Error(output)
			}
			if got := len(c.Journal()); got != 0 {
				t.Errorf("%d requests were sent", got)
			}
			w.Run("init", "-input=false", "-no-color", "-test-directory=tests/simulator")
			acctest.WantText(t, w.Run("test", "-no-color", "-test-directory=tests/simulator"), want.passed, 1)
			if got := c.Requests(createWorkspace); got != want.workspaces {
				t.Errorf("%d workspaces were created, want %d", got, want.workspaces)
			}
			c.WantDestroyed()
		})
	}
}

// TestExamples_workspaceBootstrapReadme checks that the README describes each variable and each output of the example.
func TestExamples_workspaceBootstrapReadme(t *testing.T) {
	t.Parallel()
	const folder = "../../examples/workspace-bootstrap/"
	readme := readFile(t, folder+"README.md")
	for file, kind := range map[string]string{"variables.tf": "variable", "outputs.tf": "output"} {
		for _, block := range regexp.MustCompile(`(?ms)^`+kind+` "(\w+)" \{\n  description = "(.*?)"$`).FindAllStringSubmatch(readFile(t, folder+file), -1) {
			row := regexp.MustCompile(`\| <a name="(?:in|out)put_` + block[1] + `"></a> .* \| ` +
				regexp.QuoteMeta(strings.ReplaceAll(block[2], `\"`, `"`)) + ` \|`)
			if !row.MatchString(readme) {
				t.Errorf("the README has no row for the %s %s with its description", kind, block[1])
			}
		}
	}
}

// TestCLIExamples_driftAlarm runs the script of the example drift-alarm.
func TestCLIExamples_driftAlarm(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{Workspaces: []string{"green"}})
	w := c.WorkingDir("1.11.0", `
variable "keeps" {
  type    = bool
  default = true
}
resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red"]
  username   = "rosa"
  email      = "rosa@example.com"
}
resource "egs_api_key" "red" {
  for_each             = toset(["a", "b", "c"])
  name                 = each.key
  role                 = "Editor"
  workspace_name       = egs_workspace.red.name
  validity_period_days = 90
  early_renewal_days   = 14
  delete_on_destroy    = var.keeps
}
resource "egs_api_key" "fixed" {
  name           = "fixed"
  role           = "Viewer"
  workspace_name = "green"
  valid_until    = "2027-02-20"
}
output "role" {
  value = egs_api_key.fixed.role
}
`)
	a := newDriftAlarm(c, w)
	run, wantAlarm := a.run, a.want

	_, alarmed := run(2)
	wantAlarm(alarmed, "egs_api_key.fixed will be created\n"+
		"egs_api_key.red[\"a\"] will be created\negs_api_key.red[\"b\"] will be created\negs_api_key.red[\"c\"] will be created\n"+
		"egs_workspace.red will be created\n")

	w.Run("apply", "-auto-approve", "-no-color")
	// The test continues one hour later. From then on, a single list without a key proves that the key was deleted. In the first
	// two minutes after the create of a key, the provider needs several such lists.
	now := c.Clock.Now().Add(time.Hour)
	c.SetClock(now)
	printed, alarmed := run(0)
	acctest.WantText(t, printed, "EGS matches the configuration.", 1)
	wantAlarm(alarmed, "")

	// One key is deleted, and another key is changed, both outside Terraform.
	c.DeleteKey(c.managed("a").ID)
	c.change("b", "role", "Viewer")
	printed, alarmed = run(2)
	acctest.WantText(t, printed, "error: EGS differs from the configuration:", 1)
	wantAlarm(alarmed, "egs_api_key.red[\"a\"] will be created: deleted outside Terraform\n"+
		"egs_api_key.red[\"b\"] must be replaced: role (changed outside Terraform)\n")
	printed, _ = run(2, "GITHUB_ACTIONS=true")
	acctest.WantText(t, printed, "::error::EGS differs from the configuration:", 1)

	// The workspace is deleted and created again outside Terraform. The new workspace has more clusters.
	w.Run("apply", "-auto-approve", "-no-color")
	c.DeleteWorkspace("red")
	c.AddWorkspace(egssim.Workspace{Name: "red", Clusters: []string{"worker-1", "worker-2"}, Namespaces: []string{"red"}})
	_, alarmed = run(2)
	wantAlarm(alarmed, "egs_workspace.red must be replaced: clusters (changed outside Terraform)\n")
	c.DeleteWorkspace("red")
	c.AddWorkspace(egssim.Workspace{Name: "red", Clusters: []string{"worker-1"}, Namespaces: []string{"red"}})
	run(0)

	// The value of delete_on_destroy changes. EGS does not store it.
	_, alarmed = run(2, "TF_VAR_keeps=false")
	wantAlarm(alarmed, "egs_api_key.red[\"a\"] will be updated in-place: delete_on_destroy\n"+
		"egs_api_key.red[\"b\"] will be updated in-place: delete_on_destroy\n"+
		"egs_api_key.red[\"c\"] will be updated in-place: delete_on_destroy\n")

	// Three keys are due for renewal. A fourth key has a fixed date and expires soon.
	c.SetClock(now.AddDate(0, 0, 80))
	printed, alarmed = run(3)
	acctest.WantText(t, printed, "warning: EGS API key \"fixed\" of workspace \"green\" expires on 2027-02-20", 1)
	acctest.WantText(t, printed, "is due for renewal", 3)
	wantAlarm(alarmed, "")
	c.SetClock(now.Add(time.Hour))

	// In the first run, the alarm command fails. In the second run, the plan fails.
	c.DeleteKey(c.managed("a").ID)
	printed, _ = run(1, "ALARM=false")
	acctest.WantText(t, printed, "error: The alarm failed.", 1)
	printed, alarmed = run(1, "EGS_ENDPOINT=http://127.0.0.1:1")
	acctest.WantText(t, printed, "error: The plan failed. EGS may or may not differ from the configuration.", 1)
	wantAlarm(alarmed, "")

	w.Run("destroy", "-auto-approve", "-no-color")
}
