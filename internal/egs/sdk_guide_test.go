// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"
)

// TestSDKGuide_namesEachCall has the calls of the EGS Python SDK 4.0.0 (egs/__init__.py), and the two of a later branch.
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
