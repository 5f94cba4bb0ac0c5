// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	listBindings  = "GET /api/v1/gpr-template-binding/list"
	getBinding    = "GET /api/v1/gpr-template-binding"
	createBinding = "POST /api/v1/gpr-template-binding"
	updateBinding = "PUT /api/v1/gpr-template-binding"
	deleteBinding = "DELETE /api/v1/gpr-template-binding"

	testBinding suite.Resource = "egs_gpr_template_binding.test"
)

// onWorker1 and onWorker2 are elements of the attribute clusters.
const (
	onWorker1 = `{ cluster_name = "worker-1", default_template_name = "a100", template_names = ["h100", "a100"] }`
	onWorker2 = `{ cluster_name = "worker-2", default_template_name = "b200", template_names = ["b200"] }`
)

func binding(label, workspace, clusters, more string) string {
	return fmt.Sprintf(`
resource "egs_gpr_template_binding" %q {
  workspace_name  = %q
  enable_auto_gpr = true
  clusters        = [%s]
  %s
}
`, label, workspace, clusters, more)
}

func redBinding(clusters string) string { return binding("test", "red", clusters, "") }

// simulateTemplates starts a controller that contains the templates that onWorker1 and onWorker2 name.
func simulateTemplates(t *testing.T, network *simulation.Network, options egssim.Options) *controller {
	t.Helper()
	c := simulateOn(t, network, options)
	c.foreignTemplate("a100", "worker-1")
	c.foreignTemplate("h100", "worker-1")
	c.foreignTemplate("b200", "worker-2")
	c.only(func() []string { return suite.IDs(c.GPRBindings(), func(b egssim.GPRBinding) string { return b.Name }) })
	return c
}

// foreignBinding adds a binding as if another user had created it.
func (c *controller) foreignBinding(workspace, cluster string) {
	c.Unmanaged[workspace] = true
	c.AddGPRBinding(egssim.GPRBinding{Workspace: workspace, Clusters: []egssim.GPRBoundCluster{
		{ClusterName: cluster, DefaultTemplateName: "a100", Templates: []string{"a100"}},
	}})
}

// bindings configures the shared resource tests for egs_gpr_template_binding.
var bindings = suite.Suite{
	Type: "egs_gpr_template_binding", ID: "id", A: "An", Noun: "EGS GPR template binding", Name: `workspace "red"`, Unique: true, ImportID: "red",
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag}, OwnBindingNames: o.Uncertain, Workspaces: []string{"red", "green", "blue"}}
		for i := range 40 {
			options.Workspaces = append(options.Workspaces, fmt.Sprintf("test-%d", i))
		}
		c := simulateTemplates(t, o.Network, options)
		for i := range o.Existing {
			c.foreignBinding(fmt.Sprintf("there-%d", i), "worker-1")
		}
		return &suite.Subject{Service: c.Service, Remove: func(name string) { c.DeleteGPRBinding(name) }, Secret: c.Secret}
	},
	Config: func(label, more string) string { return binding(label, "red", onWorker1, more) },
	Updated: func(label, more string) string {
		return strings.Replace(binding(label, "red", onWorker1+", "+onWorker2, more), "true", "false", 1)
	},
	Replaced: func(label, more string) string { return binding(label, "blue", onWorker1, more) },
	Other:    func(label, more string) string { return binding(label, "green", onWorker1, more) },
	Many: func(n int, updated bool) string {
		config := binding("test", "test-${count.index}", onWorker1, fmt.Sprintf("count = %d", n))
		return strings.Replace(config, "enable_auto_gpr = true", fmt.Sprintf("enable_auto_gpr = %t", updated), 1)
	},
	Unread: []string{"namespace"},
	Imports: map[string]string{
		"Red": "is neither the name of a workspace nor", "red/": "is neither the name of a workspace nor", "missing": "non-existent remote object",
		"45338461-ec42-49d2-aef3-ff39099950c5": "secret", "red/45338461-ec42-49d2-aef3-ff39099950c5": "secret",
	},
	Invalid: map[string]string{
		redBinding(""): `at least 1 elements`,
		redBinding(strings.ReplaceAll(onWorker1, `["h100", "a100"]`, "[]")):             `at least 1 elements`,
		redBinding(strings.ReplaceAll(onWorker1, `["h100", "a100"]`, `["a100", null]`)): `Null`,
		redBinding(strings.Replace(onWorker1, `"a100"`, `"b200"`, 1)):                   `default_template_name "b200" of the cluster\s+"worker-1"\s+is\s+not\s+in`,
		redBinding(onWorker1 + ", " + strings.Replace(onWorker1, `"h100", `, "", 1)):    `cluster "worker-1" occurs twice in clusters`,
		binding("test", "RED X", onWorker1, ""):                                         `workspace_name must contain at most 253`,
		redBinding(strings.Replace(onWorker1, `"worker-1"`, `"worker 2"`, 1)):           `cluster_name must contain at most 253`,
		redBinding(strings.Replace(onWorker1, `"h100"`, `"h..100"`, 1)):                 `"h..100"\s+of\s+the\s+cluster\s+"worker-1"\s+is\s+invalid`,
		// The plan can check the name of a template that does not exist yet.
		redBinding(strings.Replace(onWorker1, `"a100"`, `egs_gpr_template.test.name`, 1)) + templateOf("test", "other", ""): `default_template_name "other"`,
	},
	Unknown: []acctest.UnknownValues{
		{Attribute: "workspace_name", Others: "enable_auto_gpr = true\nclusters = [" + onWorker1 + "]", Values: []string{`"red"`, `"blue"`}},
		{Attribute: "enable_auto_gpr", Others: "workspace_name = \"red\"\nclusters = [" + onWorker1 + "]", Values: []string{"true", "false"}},
		{
			Attribute: "clusters = [{ cluster_name = \"worker-1\", default_template_name = %[1]s[0], template_names = %[1]s }]",
			Others:    "workspace_name = \"red\"\nenable_auto_gpr = true", Values: []string{`["a100", "h100"]`, `["h100", "a100"]`, `["a100"]`},
		},
		{
			Attribute: "clusters = [{ cluster_name = %[1]s, default_template_name = \"a100\", template_names = [%[1]s, \"a100\"] }]",
			Others:    "workspace_name = \"red\"\nenable_auto_gpr = true", Values: []string{`"worker-1"`, `"worker-2"`},
		},
		{Attribute: "clusters", Others: "workspace_name = \"red\"\nenable_auto_gpr = true", Values: []string{
			"[" + onWorker1 + "]", "[" + onWorker1 + ", " + onWorker2 + "]", "[" + strings.Replace(onWorker1, `"h100", `, "", 1) + "]",
		}},
	},
	List: listBindings, Create: createBinding, Update: updateBinding, Delete: deleteBinding, Result: getBinding, Further: []string{getBinding}, LogIn: logIn,
	UnreadableList: successBody(`"templateBindings":[{"name":7}]`), Echo: echoed,
	Adopts: true, CandidateTexts: []string{"look for the object in EGS", "terraform import egs_gpr_template_binding.NAME"},
	NoCandidateAdvice: "terraform import egs_gpr_template_binding.NAME",
	AdoptedAfter:      3, ListedAfter: 5, Exists: `Error: EGS GPR template binding of workspace "red" already exists`,
}

func TestAccGPRTemplateBindingResource(t *testing.T) {
	t.Parallel()
	bindings.Run(t)
}

// After each change outside Terraform, the plan is an update in place.
func TestAccGPRTemplateBindingResource_drift(t *testing.T) {
	t.Parallel()
	changes := map[string]suite.Outside{}
	for name, change := range map[string]func(*egssim.GPRBinding){
		"auto":      func(b *egssim.GPRBinding) { b.AutoGPR = false },
		"clusters":  func(b *egssim.GPRBinding) { b.Clusters = nil },
		"default":   func(b *egssim.GPRBinding) { b.Clusters[0].DefaultTemplateName = "h100" },
		"templates": func(b *egssim.GPRBinding) { b.Clusters[0].Templates = []string{"a100"} },
		"cluster":   func(b *egssim.GPRBinding) { b.Clusters[0].ClusterName = "worker-2" },
	} {
		changes[name] = suite.Outside{Plan: testBinding.Updates, Change: func(s *suite.Subject) {
			to := of(s).GPRBindings()[0]
			to.Clusters = append([]egssim.GPRBoundCluster{}, to.Clusters...)
			change(&to)
			if err := of(s).ChangeGPRBinding("red", to); err != nil {
				t.Error(err)
			}
		}}
	}
	bindings.RunOutside(t, redBinding(onWorker1), changes)
}

// The attribute template_status shows the status of each template. If a template is not ready, the apply shows a warning. A
// change of the status never causes a planned change.
func TestAccGPRTemplateBindingResource_status(t *testing.T) {
	t.Parallel()
	c := simulateTemplates(t, nil, egssim.Options{})
	const warning = `Warning: GPR templates of workspace "red" may not be ready`
	c.DeleteGPRTemplate("h100")
	d := c.Driver(redBinding(onWorker1))
	output := d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, output, warning, 1)
	acctest.WantText(t, output, `- h100 on worker-1: GPR template "h100" not found`, 1)
	acctest.WantText(t, output, `- a100 on worker-1`, 0)
	saved := func() string {
		return fmt.Sprint(d.State().Values.RootModule.Resources[0].AttributeValues["template_status"])
	}
	if got := saved(); got != `map[worker-1:map[a100:Ready h100:GPR template "h100" not found]]` {
		t.Errorf("the status is %s", got)
	}
	c.foreignTemplate("h100", "worker-1")
	suite.WantEmptyPlan(t, d)
	d.Must(d.Refresh())
	if got := saved(); got != `map[worker-1:map[a100:Ready h100:Ready]]` {
		t.Errorf("the status is %s", got)
	}
	d.Config = redBinding(onWorker1 + ", " + strings.ReplaceAll(onWorker2, "b200", "a100"))
	output = d.Must(d.Apply(driver.Options{})).Text()
	acctest.WantText(t, output, warning, 1)
	acctest.WantText(t, output, `- a100 on worker-2: GPR template "a100" belongs to cluster "worker-1"`, 1)
	d.Must(d.Destroy())

	// If EGS does not return the status of templates, the apply shows no warning.
	c = simulateTemplates(t, nil, egssim.Options{NoTemplateStatus: true})
	d = c.Driver(redBinding(onWorker1))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	suite.WantEmptyPlan(t, d)
	d.Must(d.Destroy())
}

// A template and the binding that uses it are created together. Then one apply replaces the template and updates the binding,
// and one destroy deletes both. This works even though EGS refuses to delete a template in use.
func TestAccGPRTemplateBindingResource_withTemplates(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{TemplateInUseStatus: 500})
	config := func(name string) string {
		return templateOf("test", name, "lifecycle {\n create_before_destroy = true\n }") + redBinding(strings.ReplaceAll(strings.ReplaceAll(
			onWorker1, `"h100", `, ""), `"a100"`, "egs_gpr_template.test.name"))
	}
	d := c.Driver(config("a100"))
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	suite.WantEmptyPlan(t, d)
	d.Config = config("b100")
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	suite.WantEmptyPlan(t, d)
	if got := c.GPRBindings()[0].Clusters[0].Templates; fmt.Sprint(c.templateNames(), got) != "[b100] [b100]" {
		t.Errorf("there are %v, bound %v", c.templateNames(), got)
	}
	d.Must(d.Destroy())
	if len(c.GPRBindings())+len(c.GPRTemplates()) != 0 {
		t.Errorf("left %v, %v", c.GPRBindings(), c.GPRTemplates())
	}
}

// If EGS refuses to delete a template that a binding uses, the error says how to make Terraform change the binding first.
func TestAccGPRTemplateBindingResource_templateInUse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{409, 500} {
		c := simulate(t, egssim.Options{TemplateInUseStatus: status})
		d := c.Applied(templateOf("test", "a100", ""))
		c.foreignBinding("red", "worker-1")
		acctest.WantText(t, d.Fails(d.Destroy()), "set create_before_destroy in the lifecycle block of the template", 1)
		c.DeleteGPRBinding("red")
		d.Must(d.Destroy())
	}
}

// The configuration in the guide "Migrate from the Python SDK" creates one template and one binding from the inventory.
func TestMigrationGuide_gpus(t *testing.T) {
	t.Parallel()
	config := readFile(t, "../../examples/guides/from-the-python-sdk/gpus.tf")
	c := simulateEmpty(t, egssim.Options{})
	d := c.Driver(labelled("red", strings.ReplaceAll(teamAOn(`"worker-1"`, ""), "team-a", "red")) + config)
	acctest.WantText(t, d.Must(d.Apply(driver.Options{})).Text(), "Warning:", 0)
	suite.WantEmptyPlan(t, d)
	if got := c.GPRTemplates(); len(got) != 1 || got[0].ClusterName != "worker-1" || got[0].GPUShape == "" || !got[0].EnforceIdle {
		t.Errorf("the templates are %+v", got)
	}
	if got := c.GPRBindings(); len(got) != 1 || got[0].Workspace != "red" || !got[0].AutoGPR {
		t.Errorf("the bindings are %+v", got)
	}
	d.Must(d.Destroy())
}

// The plan does not check a default template that is known only after apply.
func TestAccGPRTemplateBindingResource_unknownTemplates(t *testing.T) {
	t.Parallel()
	c := simulateTemplates(t, nil, egssim.Options{})
	d := c.Applied(redBinding(onWorker1))
	d.Config = "resource \"terraform_data\" \"later\" {\n  input = \"a100\"\n}\n" +
		redBinding(strings.ReplaceAll(onWorker1, `"a100"`, "terraform_data.later.output"))
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	d.Must(d.Destroy())
}

// EGS chooses names of bindings that differ from the names of the workspaces.
func TestAccGPRTemplateBindingResource_ownNames(t *testing.T) {
	t.Parallel()
	c := simulateTemplates(t, nil, egssim.Options{OwnBindingNames: true})
	d := c.Applied(redBinding(onWorker1))
	suite.WantEmptyPlan(t, d)
	d.Config = strings.Replace(redBinding(onWorker1), "true", "false", 1)
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	config := d.Config
	d.Config = suite.Removed(string(testBinding))
	d.Must(d.Apply(driver.Options{}))
	d.Config = config
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), `Error: EGS GPR template binding of workspace "red" already exists`, 1)
	d.Must(d.Import(string(testBinding), "red/binding-red"))
	suite.WantEmptyPlan(t, d)
	c.Destroy(d)
}

// If the import ID is only the name of the binding, the provider infers the name of the workspace from it. If this name is
// wrong, the provider corrects it with an update in place, and never with a replacement.
func TestAccGPRTemplateBindingResource_inferredWorkspace(t *testing.T) {
	t.Parallel()
	const corrected = "Warning: Workspace of the binding will be corrected"
	c := simulateTemplates(t, nil, egssim.Options{OwnBindingNames: true, Workspaces: []string{"red", "blue", "unbound"}})
	c.foreignBinding("red", "worker-1")
	c.foreignBinding("blue", "worker-1")
	importedAs := func(id string) *driver.Driver {
		d := c.Driver(redBinding(onWorker1))
		d.Must(d.Import(string(testBinding), id))
		return d
	}
	planned := func(d *driver.Driver, workspace, action string, warnings int) {
		t.Helper()
		d.Config = strings.Replace(redBinding(onWorker1), `"red"`, fmt.Sprintf("%q", workspace), 1)
		plan := d.Must(d.Plan(driver.Options{}))
		acctest.WantText(t, plan.Text(), corrected, warnings)
		acctest.WantText(t, plan.Plan.String(), action, 1)
	}

	d := importedAs("binding-red")
	planned(d, "red", "update", 1)
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	planned(d, "blue", "delete, create", 0) // The apply confirmed "red". A new workspace now replaces the binding.

	// If EGS refuses the update, the apply fails, even if lists already show the planned values of the binding.
	d = importedAs("binding-blue")
	for _, unbound := range []string{"unbound", "unknown"} {
		d.Config = strings.Replace(redBinding(strings.ReplaceAll(onWorker1, `"h100", `, "")), `"red"`, fmt.Sprintf("%q", unbound), 1)
		d.Config = strings.Replace(d.Config, "true", "false", 1)
		acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), fmt.Sprintf("Check that it belongs to the workspace %q", unbound), 1)
	}
	planned(d, "binding-blue", "update", 0)
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), `The binding "binding-blue" exists. Check that it belongs to the workspace "binding-blue"`, 1)
	planned(d, "red", "update", 1)
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), `EGS changed the binding "binding-red"`, 1)
	planned(d, "blue", "update", 1)
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)

	planned(importedAs("blue/binding-blue"), "red", "delete, create", 0) // With WORKSPACE/BINDING, nothing is inferred.
}

// If the response to a create is lost, the error contains the name that EGS chose for the binding.
func TestAccGPRTemplateBindingResource_lostWithOwnName(t *testing.T) {
	t.Parallel()
	c := simulateTemplates(t, nil, egssim.Options{OwnBindingNames: true})
	c.FailAt(simulation.Fault{Kind: simulation.FaultDropAfterCommit}, createBinding)
	d := c.Driver(redBinding(onWorker1))
	output := d.Fails(d.Apply(driver.Options{}))
	acctest.WantText(t, output, "- binding-red", 1)
	acctest.WantText(t, output, "import it: terraform import egs_gpr_template_binding.NAME WORKSPACE/BINDING", 1)
	d.Must(d.Import(string(testBinding), "red/binding-red"))
	suite.WantEmptyPlan(t, d)
	c.Destroy(d)
}

// EGS refuses a second binding of a workspace. Even if the status is 500, the error says that the binding already exists.
func TestAccGPRTemplateBindingResource_secondIsRefused(t *testing.T) {
	t.Parallel()
	c := simulateTemplates(t, nil, egssim.Options{OwnBindingNames: true, GPRConflictStatus: 500})
	c.foreignBinding("red", "worker-1")
	d := c.Driver(redBinding(onWorker1))
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), `Error: EGS GPR template binding of workspace "red" already exists`, 1)
}

func TestAccGPRTemplateBindingListResource(t *testing.T) {
	t.Parallel()
	bindings.RunList(t, suite.List{
		Populate: func(s *suite.Subject) {
			of(s).foreignBinding("red", "worker-1")
			of(s).foreignBinding("blue", "worker-2")
		},
		Filters: map[string]int{``: 2, `cluster_name = "worker-2"`: 1, `cluster_name = "worker-9"`: 0},
		Invalid: map[string]string{`cluster_name = ""`: `cluster_name`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			of(s).foreignBinding("red", "worker-1")
			return "red", "red (no auto GPR, 1 cluster)", map[string]any{"workspace_name": "red", "enable_auto_gpr": false, "namespace": nil}
		},
		One: successBody(`"templateBindings":[{"name":7},{"name":"red","clusters":[]}]`),
	})
}
