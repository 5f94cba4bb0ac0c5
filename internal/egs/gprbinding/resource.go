// SPDX-License-Identifier: MPL-2.0

package gprbinding

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var noun = face.Noun{
	Name: "EGS GPR template binding", Setting: "endpoint",
	Identity: "id", Description: "Name of the binding, usually the name of its workspace.",
}

// NewResource returns the resource egs_gpr_template_binding.
func NewResource() resource.Resource {
	return face.NewManaged(face.Managed[egsapi.Client, model]{
		Name: "_gpr_template_binding", Noun: noun, Schema: resourceSchema, Validate: validate, Warn: warn, Import: parseImportID, ImportForm: "WORKSPACE/BINDING",
		Create: func(ctx context.Context, api *egsapi.Client, plan *model) (at time.Time, adopted bool, err error) {
			created, at, adopted, err := api.CreateGPRBinding(ctx, plan.WorkspaceName.ValueString(), plan.binding())
			if err == nil {
				plan.setComputed(created)
			}
			return at, adopted, err
		},
		Read: func(ctx context.Context, api *egsapi.Client, state *model, changed time.Time) error {
			b, err := api.GPRBinding(ctx, state.ID.ValueString(), changed, state.binding())
			if err == nil {
				state.refresh(b)
			}
			return err
		},
		Update: func(ctx context.Context, api *egsapi.Client, plan, state *model, changed time.Time) (time.Time, error) {
			b, at, err := api.UpdateGPRBinding(ctx, plan.WorkspaceName.ValueString(), plan.WorkspaceName.Equal(state.WorkspaceName), plan.binding(), changed)
			if err == nil {
				plan.setComputed(b)
			}
			return at, err
		},
		Delete: func(ctx context.Context, api *egsapi.Client, state *model, changed time.Time) error {
			return api.DeleteGPRBinding(ctx, state.ID.ValueString(), changed)
		},
	})
}

// parseImportID parses an import ID, which is BINDING or WORKSPACE/BINDING. For BINDING, the result inferred is true, and the
// workspace has the same name as the binding. The result problem is the error message. It is empty if the ID is valid.
func parseImportID(id string) (attributes map[string]string, inferred bool, problem string) {
	workspace, name, both := strings.Cut(id, "/")
	if !both {
		name = workspace
	}
	switch {
	case egsapi.LooksLikeSecret(workspace), egsapi.LooksLikeSecret(name): // The error must not contain the secret.
		return nil, false, "This looks like the secret of an API key. Import a GPR template binding by the name of its workspace. The secret may " +
			"now be in your shell history: consider replacing the key."
	case !egsapi.IsObjectName(workspace), !egsapi.IsObjectName(name):
		return nil, false, fmt.Sprintf("%q is neither the name of a workspace nor WORKSPACE/BINDING. To list the names of bindings, run terraform query.", id)
	}
	return map[string]string{"id": name, "workspace_name": workspace}, !both, ""
}
