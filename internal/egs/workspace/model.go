// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// model has the attributes that the resource and the data sources share.
type model struct {
	Name       types.String `tfsdk:"name"`
	Clusters   types.Set    `tfsdk:"clusters"`
	Namespaces types.Set    `tfsdk:"namespaces"`
}

// listedModel is a workspace in data sources. In addition to the attributes in model, it has attributes that the resource lacks.
type listedModel struct {
	model
	OverlayNetworkDeploymentMode types.String `tfsdk:"overlay_network_deployment_mode"`
	MaxClusters                  types.Int64  `tfsdk:"max_clusters"`
	Description                  types.String `tfsdk:"description"`
	NamespaceClusters            types.Map    `tfsdk:"namespace_clusters"`
}

// resourceModel is the model of the resource egs_workspace.
type resourceModel struct {
	model
	ID            types.String   `tfsdk:"id"`
	UserName      types.String   `tfsdk:"username"`
	Email         types.String   `tfsdk:"email"`
	DeleteAPIKeys types.Bool     `tfsdk:"delete_api_keys"`
	Protection    types.Bool     `tfsdk:"deletion_protection"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

var clusterSetType = types.SetType{ElemType: types.StringType}

// newWorkspace converts the plan to the request that creates the workspace.
func (m *resourceModel) newWorkspace() egsapi.NewWorkspace {
	return egsapi.NewWorkspace{
		Name:       m.Name.ValueString(),
		Clusters:   face.Texts(m.Clusters),
		Namespaces: face.Texts(m.Namespaces),
		UserName:   m.UserName.ValueString(),
		Email:      m.Email.ValueString(),
	}
}

func (m *listedModel) refresh(w *egsapi.Workspace) {
	m.model.refresh(w)
	m.OverlayNetworkDeploymentMode = face.StringOrNull(w.OverlayNetworkDeploymentMode)
	m.Description = face.StringOrNull(w.Description)
	m.MaxClusters = types.Int64Null()
	if w.MaxClusters != 0 {
		m.MaxClusters = types.Int64Value(w.MaxClusters)
	}
	clusters := map[string][]string{}
	for _, namespace := range w.Namespaces {
		clusters[namespace.Name] = append(clusters[namespace.Name], namespace.Clusters...)
	}
	sets := make(map[string]attr.Value, len(clusters))
	for namespace, on := range clusters {
		sets[namespace] = face.SetOf(on)
	}
	m.NamespaceClusters = types.MapValueMust(clusterSetType, sets)
}

// refresh sets the attributes in model from a workspace in a list.
func (m *model) refresh(w *egsapi.Workspace) {
	m.Name = types.StringValue(w.Name)
	m.Clusters = face.SetOf(w.Clusters)
	namespaces := make([]string, len(w.Namespaces))
	for i := range w.Namespaces {
		namespaces[i] = w.Namespaces[i].Name
	}
	m.Namespaces = face.SetOf(namespaces)
}

// refresh sets the id and the attributes in model from a workspace in a list. It keeps the other attributes.
func (m *resourceModel) refresh(w *egsapi.Workspace) {
	m.model.refresh(w)
	m.ID = m.Name
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.Name }

// object describes the workspace in messages.
func (m *model) object() string { return workspaceObject(m.Name.ValueString()) }

func workspaceObject(name string) string { return fmt.Sprintf("workspace %q", name) }
