// SPDX-License-Identifier: MPL-2.0

package gprbinding

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// validate returns errors for duplicate clusters, default templates that are not in template_names, and invalid names of
// templates. It returns no errors about unknown values.
func validate(m *model) (diags diag.Diagnostics) {
	seen := map[string]bool{}
	for _, cluster := range m.clusters() {
		name, first := cluster.name.ValueString(), cluster.defaultTemplate
		if !cluster.name.IsUnknown() && seen[name] {
			diags.AddAttributeError(path.Root("clusters"), "Duplicate cluster", fmt.Sprintf(
				"The cluster %q occurs twice in clusters. Move all its templates to one element.", name))
		}
		seen[name] = true
		known := !first.IsUnknown() && !cluster.templates.IsUnknown() &&
			!slices.ContainsFunc(cluster.templates.Elements(), face.IsUnknown)
		if known && !slices.Contains(face.Texts(cluster.templates), first.ValueString()) {
			diags.AddAttributeError(path.Root("clusters"), "Invalid default template", fmt.Sprintf(
				"The default_template_name %q of the cluster %q is not in its template_names. Add it.", first.ValueString(), name))
		}
		for _, template := range face.Texts(cluster.templates) {
			if template != "" && !egsapi.IsObjectName(template) { // face.Texts returns an unknown name as "".
				diags.AddAttributeError(path.Root("clusters"), "Invalid name", fmt.Sprintf(
					"The template name %q of the cluster %q is invalid: the name of a GPR template %s.", template, name, egsapi.ObjectNameRule))
			}
		}
	}
	return diags
}
