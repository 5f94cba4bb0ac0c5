// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	listTemplates  = "GET /api/v1/gpr-template/list"
	getTemplate    = "GET /api/v1/gpr-template"
	createTemplate = "POST /api/v1/gpr-template"
	updateTemplate = "PUT /api/v1/gpr-template"
	deleteTemplate = "DELETE /api/v1/gpr-template"

	testTemplate suite.Resource = "egs_gpr_template.test"
)

// template returns the configuration of the template a100. The parameter more adds arguments.
func template(more string) string { return templateOf("test", "a100", more) }

// templateArguments are the required arguments except the name.
const templateArguments = `
  cluster_name   = "worker-1"
  gpu_shape      = "A100"
  instance_type  = "a2-highgpu-2g"
  memory_per_gpu = 40
  gpus_per_node  = 2
  gpu_nodes      = 1
  exit_duration  = "1h"
  priority       = 100
`

func templateOf(label, name, more string) string {
	return fmt.Sprintf("\nresource \"egs_gpr_template\" %q {\n  name = %q%s  %s\n}\n", label, name, templateArguments, more)
}

// foreignTemplate adds a template as if another user had created it.
func (c *controller) foreignTemplate(name, cluster string) {
	c.Unmanaged[name] = true
	c.AddGPRTemplate(egssim.GPRTemplate{
		Name: name, ClusterName: cluster, GPUShape: "A100", InstanceType: "a2-highgpu-2g", MemoryPerGPU: 40, GPUs: 2, GPUNodes: 1,
		ExitDuration: "1h", Priority: 100,
	})
}

func (c *controller) templateNames() []string {
	return suite.IDs(c.GPRTemplates(), func(t egssim.GPRTemplate) string { return t.Name })
}

// templates configures the shared resource tests for egs_gpr_template.
var templates = suite.Suite{
	Type: "egs_gpr_template", ID: "name", A: "An", Noun: "EGS GPR template", Name: `"a100"`, Unique: true, ImportID: "a100",
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := egssim.Options{Options: simulation.Options{ListLag: o.ListLag}, NormalizeDurations: true}
		if o.Uncertain {
			options.MaxPriority = 50
		}
		c := simulateOn(t, o.Network, options)
		for i := range o.Existing {
			c.foreignTemplate(fmt.Sprintf("there-%d", i), "worker-1")
		}
		c.only(c.templateNames)
		return &suite.Subject{Service: c.Service, Remove: func(name string) { c.DeleteGPRTemplate(name) }, Secret: c.Secret}
	},
	Config: func(label, more string) string { return templateOf(label, "a100", more) },
	Updated: func(label, more string) string {
		return strings.Replace(templateOf(label, "a100", "idle_timeout_duration = \"10m\"\n  "+more), "100\n", "200\n", 1)
	},
	Replaced: func(label, more string) string { return templateOf(label, "h100", more) },
	Other:    func(label, more string) string { return templateOf(label, "other", more) },
	Many: func(n int, updated bool) string {
		return templateOf("test", "test-${count.index}", fmt.Sprintf("count = %d\n  enable_eviction = %t", n, updated))
	},
	Lookup: func(name string) string {
		return "data \"egs_gpr_template\" \"found\" {\n  name = " + strings.TrimSuffix(name, "name") + "id\n}\n"
	},
	Imports: map[string]string{
		"A_100": "is not a valid name of a GPR template", "missing": "non-existent remote object", "45338461-ec42-49d2-aef3-ff39099950c5": "secret",
	},
	Invalid: map[string]string{
		templateOf("test", "A_100", ""):                                   `must contain at most 253\s+lowercase`,
		templateOf("test", "a100-", ""):                                   `each\s+part\s+between\s+periods\s+must\s+begin\s+and\s+end`,
		templateOf("test", "a..b", ""):                                    `got: "a..b"`,
		templateOf("test", strings.Repeat("a", 254), ""):                  `must contain at most 253\s+lowercase`,
		strings.Replace(template(""), `"1h"`, `"1 hour"`, 1):              `exit_duration must be a\s+positive\s+duration`,
		strings.Replace(template(""), `"1h"`, `"0s"`, 1):                  `exit_duration must be a\s+positive\s+duration`,
		template(`idle_timeout_duration = "-1m"`):                         `idle_timeout_duration\s+must\s+be\s+a\s+positive\s+duration`,
		strings.Replace(template(""), `"worker-1"`, `""`, 1):              `cluster_name`,
		strings.Replace(template(""), "_nodes      = 1", "_nodes = 0", 1): `gpu_nodes`,
		strings.Replace(template(""), "= 40", "= 0", 1):                   `memory_per_gpu`,
	},
	Unknown: func() (all []acctest.UnknownValues) {
		for attribute, values := range map[string][]string{
			"name": {`"a100"`, `"h100"`}, "cluster_name": {`"worker-1"`, `"worker-2"`}, "gpu_shape": {`"A100"`, `"H100"`},
			"instance_type": {`"a"`, `"b"`}, "memory_per_gpu": {"40", "80"}, "gpus_per_node": {"1", "2"}, "gpu_nodes": {"1", "2"},
			"exit_duration": {`"1h"`, `"60m"`, `"2h"`}, "priority": {"100", "201"}, "idle_timeout_duration": {"null", `"10m"`, `"600s"`, `"1h"`},
			"enable_eviction": {"null", "true", "false"}, "requeue_on_failure": {"null", "true", "false"},
		} {
			without := regexp.MustCompile(`(?m)^ *` + attribute + ` .*$`)
			others := without.ReplaceAllString("name = \"a100\"\n"+templateArguments, "")
			all = append(all, acctest.UnknownValues{Attribute: attribute, Others: others, Values: values})
		}
		return all
	}(),
	List: listTemplates, Create: createTemplate, Update: updateTemplate, Delete: deleteTemplate, Shown: getTemplate, Further: []string{getTemplate}, LogIn: logIn,
	UnreadableList: successBody(`"items":[{"name":7}]`), Echo: echoed,
	Adopts: true, CandidateTexts: []string{"look for the object in EGS", "terraform import egs_gpr_template.NAME"},
	NoCandidateAdvice: "terraform import egs_gpr_template.NAME",
	AdoptedAfter:      3, ListedAfter: 5, Exists: `Error: EGS GPR template "a100" already exists`,
}

func TestAccGPRTemplateResource(t *testing.T) {
	t.Parallel()
	templates.Run(t)
}

// After each change outside Terraform, the plan is an update in place.
func TestAccGPRTemplateResource_drift(t *testing.T) {
	t.Parallel()
	changes := map[string]suite.Outside{}
	for name, change := range map[string]func(*egssim.GPRTemplate){
		"cluster":  func(t *egssim.GPRTemplate) { t.ClusterName = "worker-2" },
		"shape":    func(t *egssim.GPRTemplate) { t.GPUShape = "H100" },
		"instance": func(t *egssim.GPRTemplate) { t.InstanceType = "b" },
		"memory":   func(t *egssim.GPRTemplate) { t.MemoryPerGPU = 80 },
		"GPUs":     func(t *egssim.GPRTemplate) { t.GPUs = 8 },
		"nodes":    func(t *egssim.GPRTemplate) { t.GPUNodes = 8 },
		"exit":     func(t *egssim.GPRTemplate) { t.ExitDuration = "90m" },
		"priority": func(t *egssim.GPRTemplate) { t.Priority = 201 },
		"idle":     func(t *egssim.GPRTemplate) { t.EnforceIdle, t.IdleDuration = true, "1m" },
		"eviction": func(t *egssim.GPRTemplate) { t.Eviction = true },
		"requeue":  func(t *egssim.GPRTemplate) { t.Requeue = true },
	} {
		changes[name] = suite.Outside{Plan: testTemplate.Updates, Change: func(s *suite.Subject) {
			to := of(s).GPRTemplates()[0]
			change(&to)
			if err := of(s).ChangeGPRTemplate("a100", to); err != nil {
				t.Error(err)
			}
		}}
	}
	templates.RunOutside(t, template(""), changes)
}

// Durations of the same length, such as "1h" and "60m", are treated as equal in the configuration, in lists, and after an
// import.
func TestAccGPRTemplateResource_durations(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{NormalizeDurations: true})
	idle := func(exit, idle string) string {
		return strings.Replace(template(`idle_timeout_duration = "`+idle+`"`), `"1h"`, `"`+exit+`"`, 1)
	}
	d := c.Applied(idle("1h", "10m"))
	suite.WantEmptyPlan(t, d)
	d.Config = idle("60m", "600s")
	suite.WantEmptyPlan(t, d)
	// An update of another attribute does not change how the durations are written in the state.
	d.Config = strings.Replace(idle("60m", "600s"), "= 100", "= 120", 1)
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	d.Config = suite.Removed(string(testTemplate))
	d.Must(d.Apply(driver.Options{}))
	d.Config = strings.Replace(idle("60m", "600s"), "= 100", "= 120", 1)
	d.Must(d.Import(string(testTemplate), "a100"))
	suite.WantEmptyPlan(t, d)
	d.Config = strings.Replace(idle("90m", "11m"), "= 100", "= 120", 1)
	suite.WantPlan(t, d, string(testTemplate)+": update")
	d.Must(d.Destroy())
}

// If an update omits the idle duration, EGS may keep the old duration, but no longer enforces it. The next plan is empty.
func TestAccGPRTemplateResource_mergedChanges(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{GPRChangesMerge: true})
	d := c.Applied(template(`idle_timeout_duration = "10m"`))
	d.Config = template("")
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	d.Must(d.Destroy())
}

// The provider never overwrites an existing template. EGS may respond with status 200, 409 or 500 to the create of a second
// template with the same name.
func TestAccGPRTemplateResource_exists(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 409, 500} {
		c := simulate(t, egssim.Options{GPRConflictStatus: status})
		c.foreignTemplate("a100", "worker-2")
		d := c.Driver(template(""))
		acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), `Error: EGS GPR template "a100" already exists`, 1)
		if got := c.GPRTemplates(); len(got) != 1 || got[0].ClusterName != "worker-2" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestAccGPRTemplateListResource(t *testing.T) {
	t.Parallel()
	templates.RunList(t, suite.List{
		Populate: func(s *suite.Subject) {
			of(s).foreignTemplate("a", "worker-1")
			of(s).foreignTemplate("b", "worker-2")
		},
		Filters: map[string]int{``: 2, `cluster_name = "worker-2"`: 1, `cluster_name = "worker-9"`: 0},
		Invalid: map[string]string{`cluster_name = ""`: `cluster_name`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			of(s).foreignTemplate("a", "worker-2")
			return "a", "a (1 node with 2 A100 on worker-2)", map[string]any{"priority": 100, "idle_timeout_duration": nil}
		},
		One: successBody(`"items":[{"name":7},{"name":"red","clusterName":"worker-1","priority":100}]`),
	})
}

func TestAccGPRTemplateDataSources(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.foreignTemplate("a", "worker-1")
	c.foreignTemplate("b", "worker-2")
	names := func(list string, want ...string) suite.Option {
		return suite.Resource("data.egs_gpr_templates."+list).Has("gpr_templates", suite.Members("name", want...))
	}
	found := suite.Resource("data.egs_gpr_template.test")
	const unknown = "data \"egs_gpr_template\" \"test\" {\n  name = \"c\"\n}"
	c.Run(
		suite.Step(`
data "egs_gpr_templates" "all" {}
data "egs_gpr_templates" "one" {
  cluster_name = "worker-2"
}
data "egs_gpr_templates" "none" {
  cluster_name = "worker-9"
}
data "egs_gpr_template" "test" {
  name = "b"
}`, names("all", "a", "b"), names("one", "b"), names("none"), found.Has("cluster_name", "worker-2"), found.Has("priority", 100)),
		suite.Step(unknown, suite.Fails(`Unable to find EGS GPR template.*"c"`)),
		suite.Step(`data "egs_gpr_templates" "all" {}`, c.Failing(suite.Status(403), listTemplates), suite.Fails(`Unable to list EGS GPR templates.*403`)),
	)
}
