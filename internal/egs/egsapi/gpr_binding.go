// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// GPRBinding attaches GPR templates to the clusters of a workspace. A workspace has at most one binding.
type GPRBinding struct {
	// Name is chosen by EGS, and is probably equal to the name of the workspace. Responses have no member for the workspace.
	Name string `json:"name"`
	// Namespace is only in the responses to creates and updates.
	Namespace     string              `json:"namespace"`
	Clusters      []GPRBindingCluster `json:"clusters"`
	EnableAutoGPR bool                `json:"enableAutoGPR"`
}

// GPRBindingCluster has the templates of a cluster, in any order. Responses to creates and updates do not contain the statuses.
type GPRBindingCluster struct {
	ClusterName         string   `json:"clusterName"`
	DefaultTemplateName string   `json:"defaultTemplateName"`
	Templates           []string `json:"templates"`
	// DefaultTemplateStatus is the status of the default template. checkBinding moves it to TemplateStatus, which has the status
	// of each template.
	DefaultTemplateStatus status            `json:"defaultTemplateStatus,omitempty"`
	TemplateStatus        map[string]status `json:"templateStatus,omitempty"`
}

// status is a text. Any other JSON value is kept as JSON text, and does not make the binding invalid.
type status string

func (s *status) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		text = string(b)
	}
	*s = status(text)
	return nil
}

// GPRBindingList is a list of bindings, sorted by name.
type GPRBindingList = apiclient.List[GPRBinding]

func (c *Client) gprBindings() *named[GPRBinding] {
	bindings := newNamed(c, "GPR template binding", "/api/v1/gpr-template-binding", "templateBindings", "gprTemplateBindingName", bindingName, c.checkBinding)
	bindings.ofWorkspace = true
	return bindings
}

func bindingName(b *GPRBinding) string { return b.Name }

// checkBinding validates a binding, moves all statuses of a cluster to TemplateStatus, and hides secrets in them.
func (c *Client) checkBinding(b *GPRBinding) error {
	for i := range b.Clusters {
		cluster := &b.Clusters[i]
		if !isName(cluster.ClusterName) {
			return errors.New("the entry has a cluster without a name")
		}
		statuses := map[string]status{}
		if cluster.DefaultTemplateStatus != "" {
			statuses[cluster.DefaultTemplateName] = cluster.DefaultTemplateStatus
		}
		maps.Copy(statuses, cluster.TemplateStatus)
		for name, text := range statuses {
			statuses[name] = status(transport.Clip(c.conn.Secrets.Hide(string(text))))
		}
		cluster.DefaultTemplateStatus, cluster.TemplateStatus = "", statuses
	}
	return nil
}

func (c *Client) decodeBinding(data json.RawMessage) (b GPRBinding, err error) {
	if err = json.Unmarshal(data, &b); err == nil {
		err = c.checkBinding(&b)
	}
	if err == nil && !isName(b.Name) {
		err = errNoName
	}
	return b, err
}

// Is reports whether both bindings have the same EnableAutoGPR and the same clusters, with the same templates and default
// templates.
func (b *GPRBinding) Is(other GPRBinding) bool {
	return b.EnableAutoGPR == other.EnableAutoGPR && len(b.Clusters) == len(other.Clusters) &&
		!slices.ContainsFunc(b.Clusters, func(one GPRBindingCluster) bool {
			return !slices.ContainsFunc(other.Clusters, func(c GPRBindingCluster) bool {
				return c.ClusterName == one.ClusterName && c.DefaultTemplateName == one.DefaultTemplateName && sameSet(c.Templates, one.Templates)
			})
		})
}

// GPRBindings returns all bindings: see apiclient.Listings.Fresh.
func (c *Client) GPRBindings(ctx context.Context) (*GPRBindingList, error) {
	return c.bindings.List(ctx, "")
}

// GPRBinding returns a binding from the list. For the parameters changed and was, and for the errors, see GPRTemplate.
func (c *Client) GPRBinding(ctx context.Context, name string, changed time.Time, was GPRBinding) (*GPRBinding, error) {
	return c.bindings.find(ctx, name, changed, func(listed *GPRBinding) bool { return listed.Is(was) })
}

// CreateGPRBinding creates the binding of a workspace. It returns the binding and the time of the create. The error is
// ErrExists if the workspace already has a binding. adopted reports whether the response was lost and an equal binding with
// the name of the workspace appeared after the request: see apiclient.Listings.Create.
func (c *Client) CreateGPRBinding(ctx context.Context, workspace string, b GPRBinding) (binding *GPRBinding, at time.Time, adopted bool, err error) {
	created, err := c.bindings.create(ctx, workspace, b.body(workspace), func(data json.RawMessage) (GPRBinding, string) {
		response, err := c.decodeBinding(data)
		if err != nil {
			return response, ""
		}
		return response, response.Name
	}, func(listed *GPRBinding) bool { return listed.Is(b) })
	if err != nil {
		return nil, time.Time{}, false, err
	}
	return c.withStatus(ctx, created.Item), created.CreatedAt, created.Adopted != "", nil
}

// UpdateGPRBinding replaces all values of the binding with this name. It returns the binding and the time of the update. For
// the parameter changed see GPRTemplate. EGS finds the binding by its workspace, but lists do not show the workspace. The
// parameter proven tells whether the binding is known to belong to the workspace. If proven is false, only the response can
// prove that this binding was updated, and a list cannot. The error is ErrNotFound if the binding is proven not to exist.
func (c *Client) UpdateGPRBinding(
	ctx context.Context, workspace string, proven bool, b GPRBinding, changed time.Time,
) (*GPRBinding, time.Time, error) {
	put := func(ctx context.Context) (json.RawMessage, error) { return c.bindings.put(ctx, b.body(workspace)) }
	data, at, err := c.bindings.update(ctx, b.Name, changed, put, func(listed *GPRBinding) bool { return proven && listed.Is(b) })
	e, refused := errors.AsType[*Error](err)
	switch {
	case refused && !errors.Is(err, ErrNotFound) && (e.Refused() || apiclient.IsStatus(err, http.StatusNotFound)):
		return nil, at, because(err, e.Err, fmt.Sprintf(
			". The binding %q exists. Check that it belongs to the workspace %q: EGS does not return the workspace of a "+
				"binding", b.Name, workspace))
	case err != nil:
		return nil, at, err
	}
	if written, err := c.decodeBinding(data); err == nil && written.Name != b.Name {
		return nil, at, &Error{Op: "update GPR template binding", Write: true, Message: fmt.Sprintf(
			"EGS changed the binding %q of the workspace %q; the binding %q belongs to another workspace", written.Name, workspace, b.Name)}
	}
	return c.withStatus(ctx, b), at, nil
}

// DeleteGPRBinding deletes a binding by its name. It succeeds if the binding no longer exists. For the parameter changed see
// GPRTemplate.
func (c *Client) DeleteGPRBinding(ctx context.Context, name string, changed time.Time) error {
	return c.bindings.remove(ctx, name, changed)
}

func (b *GPRBinding) body(workspace string) any {
	clusters := make([]GPRBindingCluster, len(b.Clusters))
	for i, c := range b.Clusters {
		clusters[i] = GPRBindingCluster{ClusterName: c.ClusterName, DefaultTemplateName: c.DefaultTemplateName, Templates: c.Templates}
	}
	return map[string]any{"workspaceName": workspace, "clusters": clusters, "enableAutoGPR": b.EnableAutoGPR}
}

// withStatus adds the statuses of the templates to a binding that was just written. If the request for the statuses fails,
// withStatus returns the binding without statuses. The next list contains the statuses.
func (c *Client) withStatus(ctx context.Context, b GPRBinding) *GPRBinding {
	_, data, err := c.bindings.get(ctx, b.Name)
	if err != nil {
		return &b
	}
	if shown, err := c.decodeBinding(data); err == nil && shown.Name == b.Name && shown.Is(b) {
		b.Clusters = shown.Clusters
	}
	return &b
}
