// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// TestSDKGuide_namesEachCall checks that the guide names all calls of the EGS Python SDK 4.0.0 (egs/__init__.py), and two calls
// from a later branch of the SDK.
func TestSDKGuide_namesEachCall(t *testing.T) {
	t.Parallel()
	guide := readFile(t, "../../templates/guides/from-the-python-sdk.md.tmpl")
	for call := range strings.FieldsSeq(`
		authenticate update_global_session get_global_session get_authenticated_session
		create_api_key delete_api_key list_api_keys
		create_workspace update_workspace detach_cluster_from_workspace delete_workspace list_workspaces get_workspace_kubeconfig
		workspace_inventory inventory
		request_gpu cancel_gpu_request update_gpu_request_priority update_gpu_request_name release_gpu gpu_request_status
		gpu_request_status_for_workspace
		list_inference_endpoint create_inference_endpoint create_inference_endpoint_with_custom_model_spec describe_inference_endpoint
		delete_inference_endpoint
		create_gpr_template get_gpr_template list_gpr_templates update_gpr_template delete_gpr_template
		create_gpr_template_binding get_gpr_template_binding list_gpr_template_bindings update_gpr_template_binding
		delete_gpr_template_binding`) {
		if !strings.Contains(guide, "`egs."+call+"(") {
			t.Errorf("the guide does not name egs.%s", call)
		}
	}
}

// byScript returns a controller and a folder. The controller has the workspaces red and green, with the objects that the
// vendor's create_workspace_with_auto_gpr.py creates. The folder contains the module workspace-bootstrap and the files of the
// guide. These files call the module, configure the teams, import the objects, and revoke keys.
func byScript(t *testing.T) (*controller, *acctest.WorkingDir) {
	t.Helper()
	c := simulateEmpty(t, egssim.Options{})
	for workspace, clusters := range map[string][]string{"red": {"worker-1", "worker-2"}, "green": {"worker-1"}} {
		c.AddWorkspace(egssim.Workspace{Name: workspace, Clusters: clusters, Namespaces: []string{workspace}, UserName: "rosa"})
		binding := egssim.GPRBinding{Workspace: workspace, AutoGPR: true}
		for _, cluster := range clusters {
			name := workspace + "-" + cluster
			c.AddGPRTemplate(egssim.GPRTemplate{
				Name: name, ClusterName: cluster, InstanceType: "a2-highgpu-2g", GPUShape: "A100", MemoryPerGPU: 40, GPUs: 2, GPUNodes: 1,
				ExitDuration: "5m", Priority: 201, EnforceIdle: true, IdleDuration: "2m", Eviction: true, Requeue: true,
			})
			binding.Clusters = append(binding.Clusters, egssim.GPRBoundCluster{
				ClusterName: cluster, DefaultTemplateName: name, Templates: []string{name},
			})
		}
		c.AddGPRBinding(binding)
		c.issue(egssim.Key{
			Name: workspace, Description: "API Key for " + workspace, Role: "Editor", WorkspaceName: workspace, UserName: "rosa", Validity: "2027-12-31",
		})
	}
	w := c.WorkingDir("1.14.0", "")
	if err := os.CopyFS(filepath.Join(w.Path, "workspace-bootstrap"), os.DirFS("../../examples/workspace-bootstrap")); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"teams.tf", "workspace_config.yaml", "import.tf", "revoke.tf"} {
		w.Write(file, readFile(t, guides+"from-the-python-sdk/module/"+file))
	}
	w.Run("init", "-input=false", "-no-color")
	return c, w
}

// TestCLIMigrationGuide_import imports the objects that the script created, as the guide describes.
func TestCLIMigrationGuide_import(t *testing.T) {
	t.Parallel()
	c, w := byScript(t)
	before := suite.JSON([]any{c.Workspaces(), c.GPRTemplates(), c.GPRBindings()})
	acctest.WantText(t, w.Run("plan", "-no-color"), "Plan: 7 to import, 2 to add, 0 to change, 0 to destroy.", 1)
	w.Run("apply", "-auto-approve", "-no-color")
	w.Run("plan", "-no-color", "-detailed-exitcode")
	if after := suite.JSON([]any{c.Workspaces(), c.GPRTemplates(), c.GPRBindings()}); after != before {
		t.Errorf("the import changed\n%s\nto\n%s", before, after)
	}
	for _, name := range []string{"red", "red-editor", "green", "green-editor"} {
		c.managed(name)
	}

	// If the state is lost, all objects are imported again. This includes the keys, as the README of the module describes. The
	// plan then contains the secrets of the keys, but the state does not.
	secrets, keys := map[string]string{}, ""
	for _, team := range []string{"red", "green"} {
		id := c.managed(team + "-editor").ID
		secrets[team] = c.Secret(id)
		keys += fmt.Sprintf("import {\n  to = module.teams.egs_api_key.team[\"%s/Editor\"]\n  id = %q\n}\n", team, id)
	}
	w.Write("keys.tf", keys)
	w.Write("terraform.tfstate", "")
	acctest.WantText(t, w.Run("plan", "-no-color", "-out=plan"), "Plan: 9 to import, 0 to add, 2 to change, 0 to destroy.", 1)
	plan := w.Run("show", "-json", "plan")
	w.Run("apply", "-no-color", "plan")
	w.Run("plan", "-no-color", "-detailed-exitcode")
	for team, secret := range secrets {
		acctest.WantText(t, w.Read("terraform.tfstate"), secret, 0)
		if !strings.Contains(plan, secret) {
			t.Errorf("the plan does not contain the secret of %s", team)
		}
	}

	other := c.WorkingDir("1.14.0", "")
	other.Write("all.tfquery.hcl", readFile(t, "../../examples/guides/from-the-python-sdk/all.tfquery.hcl"))
	other.Run("query", "-no-color", "-generate-config-out=all.tf")
	acctest.WantText(t, other.Run("plan", "-no-color"), "Plan: 11 to import, 0 to add, 0 to change, 0 to destroy.", 1)

	w.Run("apply", "-auto-approve", "-no-color", "-invoke=action.egs_revoke_api_keys.by_script")
	if names := strings.Fields(c.names()); len(names) != 3 || strings.Contains(c.names()+" ", "red ") {
		t.Errorf("got the keys %v, want the two of the module and one of green", names)
	}
}
