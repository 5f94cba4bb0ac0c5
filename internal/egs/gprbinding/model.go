// SPDX-License-Identifier: MPL-2.0

package gprbinding

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// model is the model of the resource egs_gpr_template_binding.
type model struct {
	ID             types.String `tfsdk:"id"`
	WorkspaceName  types.String `tfsdk:"workspace_name"`
	EnableAutoGPR  types.Bool   `tfsdk:"enable_auto_gpr"`
	Clusters       types.Set    `tfsdk:"clusters"`
	Namespace      types.String `tfsdk:"namespace"`
	TemplateStatus types.Map    `tfsdk:"template_status"`
}

// boundCluster is an element of the attribute clusters.
type boundCluster struct {
	name, defaultTemplate types.String
	templates             types.Set
}

var (
	statusType  = types.MapType{ElemType: types.StringType}
	clusterType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"cluster_name": types.StringType, "default_template_name": types.StringType, "template_names": types.SetType{ElemType: types.StringType},
	}}
)

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// Object implements face.Object.
func (m *model) Object() string {
	return fmt.Sprintf("GPR template binding of workspace %q", m.WorkspaceName.ValueString())
}

// clusters returns the elements of the attribute clusters that are known. Some attributes of a returned element can be unknown.
func (m *model) clusters() (known []boundCluster) {
	for _, element := range m.Clusters.Elements() {
		if object, ok := element.(types.Object); ok && !object.IsUnknown() {
			var cluster boundCluster
			cluster.name, _ = object.Attributes()["cluster_name"].(types.String)
			cluster.defaultTemplate, _ = object.Attributes()["default_template_name"].(types.String)
			cluster.templates, _ = object.Attributes()["template_names"].(types.Set)
			known = append(known, cluster)
		}
	}
	return known
}

// binding converts m to a binding of the API client, without the workspace.
func (m *model) binding() egsapi.GPRBinding {
	b := egsapi.GPRBinding{Name: m.ID.ValueString(), EnableAutoGPR: m.EnableAutoGPR.ValueBool()}
	for _, cluster := range m.clusters() {
		b.Clusters = append(b.Clusters, egsapi.GPRBindingCluster{
			ClusterName: cluster.name.ValueString(), DefaultTemplateName: cluster.defaultTemplate.ValueString(), Templates: face.Texts(cluster.templates),
		})
	}
	return b
}

// setComputed sets the computed attributes. If the namespace is already known, setComputed keeps it, because EGS does not return
// namespaces in lists.
func (m *model) setComputed(b *egsapi.GPRBinding) {
	m.ID = types.StringValue(b.Name)
	if m.Namespace.IsUnknown() {
		m.Namespace = face.StringOrNull(b.Namespace)
	}
	statuses := map[string]attr.Value{}
	for _, cluster := range b.Clusters {
		texts := map[string]attr.Value{}
		for name, status := range cluster.TemplateStatus {
			texts[name] = types.StringValue(string(status))
		}
		statuses[cluster.ClusterName] = types.MapValueMust(types.StringType, texts)
	}
	m.TemplateStatus = types.MapValueMust(statusType, statuses)
}

// refresh sets the attributes from a binding in a list. No response contains the workspace, so refresh keeps the known
// workspace. If it is null, refresh assumes that the workspace has the same name as the binding.
func (m *model) refresh(b *egsapi.GPRBinding) {
	m.setComputed(b)
	if m.WorkspaceName.IsNull() {
		m.WorkspaceName = m.ID
	}
	m.EnableAutoGPR = types.BoolValue(b.EnableAutoGPR)
	clusters := make([]attr.Value, len(b.Clusters))
	for i, cluster := range b.Clusters {
		clusters[i] = types.ObjectValueMust(clusterType.AttrTypes, map[string]attr.Value{
			"cluster_name": types.StringValue(cluster.ClusterName), "default_template_name": face.StringOrNull(cluster.DefaultTemplateName),
			"template_names": face.SetOf(cluster.Templates),
		})
	}
	m.Clusters = types.SetValueMust(clusterType, clusters)
}

// healthy contains the statuses of templates that cause no warning, in lowercase.
var healthy = []string{"", "ready", "valid", "active", "ok", "success"}

// warn returns a warning if the status of a template is not in healthy.
func warn(m *model) (diags diag.Diagnostics) {
	var lines []string
	statuses := m.TemplateStatus.Elements()
	for _, cluster := range slices.Sorted(maps.Keys(statuses)) {
		texts, _ := statuses[cluster].(types.Map)
		for _, name := range slices.Sorted(maps.Keys(texts.Elements())) {
			if text, ok := texts.Elements()[name].(types.String); ok && !slices.Contains(healthy, strings.ToLower(text.ValueString())) {
				lines = append(lines, fmt.Sprintf("%s on %s: %s", name, cluster, text.ValueString()))
			}
		}
	}
	if len(lines) > 0 {
		diags.AddWarning(fmt.Sprintf("GPR templates of workspace %q may not be ready", m.WorkspaceName.ValueString()), fmt.Sprintf(
			"The %s was saved. EGS reports these statuses of its templates:\n\n- %s\n\nThe templates may become ready within a few seconds; the next "+
				"refresh updates template_status. If they do not become ready, check that they exist and belong to the correct cluster.",
			m.Object(), strings.Join(lines, "\n- ")))
	}
	return diags
}
