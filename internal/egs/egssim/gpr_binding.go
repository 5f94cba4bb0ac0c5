// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// GPRBinding attaches templates to the clusters of a workspace.
type GPRBinding struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace,omitempty"`
	Clusters  []GPRBoundCluster `json:"clusters"`
	AutoGPR   bool              `json:"enableAutoGPR"`
	// Workspace does not appear in responses.
	Workspace string `json:"-"`
}

// GPRBoundCluster has the templates of a cluster. Only responses to GET contain the statuses of the templates.
type GPRBoundCluster struct {
	ClusterName           string            `json:"clusterName"`
	DefaultTemplateName   string            `json:"defaultTemplateName"`
	Templates             []string          `json:"templates"`
	DefaultTemplateStatus *string           `json:"defaultTemplateStatus,omitempty"`
	TemplateStatus        map[string]string `json:"templateStatus,omitempty"`
}

// templateReady is the status of a usable template, as in the tests of the SDK.
const templateReady = "Ready"

// readBinding reads and validates a request body. All members are required.
func (s *Simulator) readBinding(c simulation.Call, doing string) (GPRBinding, *simulation.Reply) {
	in := s.bindings.body(c, doing, "workspaceName", "clusters", "enableAutoGPR")
	b := GPRBinding{Workspace: in.mustText("workspaceName"), AutoGPR: mustMember[bool](in, "enableAutoGPR", aBoolean)}
	for _, cluster := range mustMember[[]map[string]any](in, "clusters", "an array of objects") {
		nested := s.bindings.body(simulation.Call{ContentType: "application/json", Body: simulation.Encode(cluster)}, doing,
			"clusterName", "defaultTemplateName", "templates")
		b.Clusters = append(b.Clusters, GPRBoundCluster{
			ClusterName: nested.mustText("clusterName"), DefaultTemplateName: nested.mustText("defaultTemplateName"), Templates: nested.mustTexts("templates"),
		})
		in.invalid = append(in.invalid, nested.invalid...)
		if refused := nested.Refused(); refused != nil {
			in.Refuse(*refused)
		}
	}
	in.must("clusters", len(b.Clusters) > 0)
	in.refuseInvalid()
	if s.workspaces.ByID(b.Workspace) == nil {
		in.deny(s.options.UnknownWorkspaceStatus, workspaceNotFound(b.Workspace))
	}
	seen := map[string]bool{}
	for _, cluster := range b.Clusters {
		in.checkCluster(cluster.ClusterName)
		if seen[cluster.ClusterName] {
			in.deny(http.StatusUnprocessableEntity, fmt.Sprintf("cluster %q is listed twice", cluster.ClusterName))
		}
		seen[cluster.ClusterName] = true
		if !slices.Contains(cluster.Templates, cluster.DefaultTemplateName) {
			in.deny(http.StatusUnprocessableEntity, fmt.Sprintf("default template %q is not among the templates", cluster.DefaultTemplateName))
		}
	}
	return b, in.Refused()
}

// bindingOf returns the binding of a workspace, or nil. A workspace has at most one binding.
func (s *Simulator) bindingOf(workspace string) *simulation.Item[GPRBinding] {
	for _, item := range s.bindings.All() {
		if item.Value.Workspace == workspace {
			return item
		}
	}
	return nil
}

func (s *Simulator) createBinding(c simulation.Call) simulation.Reply {
	b, refused := s.readBinding(c, "creating")
	if refused != nil {
		return *refused
	}
	if first := s.bindingOf(b.Workspace); first == nil {
		s.AddGPRBinding(b)
	} else if refused := s.bindings.taken(first.ID); refused != nil {
		return *refused
	} else {
		_ = s.ChangeGPRBinding(first.ID, b) // There is no error, since the binding exists.
	}
	return s.writtenBinding(b.Workspace)
}

func (s *Simulator) updateBinding(c simulation.Call) simulation.Reply {
	b, refused := s.readBinding(c, "updating")
	if refused != nil {
		return *refused
	}
	if item := s.bindingOf(b.Workspace); item == nil || s.ChangeGPRBinding(item.ID, b) != nil {
		return s.bindings.unknown("updating", b.Workspace)
	}
	return s.writtenBinding(b.Workspace)
}

// writtenBinding returns the response to a create or update. The response has the namespace, but no statuses.
func (s *Simulator) writtenBinding(workspace string) simulation.Reply {
	item := s.bindingOf(workspace)
	if item == nil {
		return s.bindings.unknown("updating", workspace)
	}
	written := item.Value
	written.Namespace = serviceAccountNamespace
	return success(written)
}

// shownBinding returns the binding with the statuses of its templates: an error, or templateReady.
func (s *Simulator) shownBinding(b GPRBinding) GPRBinding {
	if s.options.NoTemplateStatus {
		return b
	}
	b.Clusters = slices.Clone(b.Clusters)
	for i, cluster := range b.Clusters {
		statuses := map[string]string{}
		for _, name := range cluster.Templates {
			statuses[name] = templateReady
			if t := s.templates.ByID(name); t == nil {
				statuses[name] = fmt.Sprintf("GPR template %q not found", name)
			} else if t.Value.ClusterName != cluster.ClusterName {
				statuses[name] = fmt.Sprintf("GPR template %q belongs to cluster %q", name, t.Value.ClusterName)
			}
		}
		b.Clusters[i].DefaultTemplateStatus, b.Clusters[i].TemplateStatus = new(statuses[cluster.DefaultTemplateName]), statuses
	}
	return b
}

// isBound reports whether a binding uses the template.
func (s *Simulator) isBound(template string) bool {
	return slices.ContainsFunc(s.GPRBindings(), func(b GPRBinding) bool {
		return slices.ContainsFunc(b.Clusters, func(c GPRBoundCluster) bool { return slices.Contains(c.Templates, template) })
	})
}

// AddGPRBinding adds a binding outside the API, without validation, and returns false if a binding with this name exists. An
// empty name defaults to the workspace, and an empty workspace defaults to the name. With Options.OwnBindingNames, the name
// is always derived from the workspace.
func (s *Simulator) AddGPRBinding(b GPRBinding) bool {
	b.Workspace = cmp.Or(b.Workspace, b.Name)
	if b.Name = cmp.Or(b.Name, b.Workspace); s.options.OwnBindingNames {
		b.Name = "binding-" + b.Workspace
	}
	return s.bindings.Add(simulation.Item[GPRBinding]{ID: b.Name, Value: b})
}

// ChangeGPRBinding sets Clusters and AutoGPR of a binding outside the API. The error is simulation.ErrUnknown if no binding
// has this name.
func (s *Simulator) ChangeGPRBinding(name string, to GPRBinding) error {
	return s.bindings.Change(name, func(b *GPRBinding) error {
		b.Clusters, b.AutoGPR = to.Clusters, to.AutoGPR
		return nil
	})
}

// GPRBindings returns all bindings in the order of the list.
func (s *Simulator) GPRBindings() []GPRBinding { return s.bindings.values() }

// DeleteGPRBinding deletes a binding outside the API, and reports whether the binding existed.
func (s *Simulator) DeleteGPRBinding(name string) bool { return s.bindings.Remove(name) }
