// SPDX-License-Identifier: MPL-2.0

package gprtemplate

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var noun = face.Noun{
	Name: "EGS GPR template", Setting: "endpoint",
	Identity: "name", Description: "Name of the template.",
}

// NewResource returns the resource egs_gpr_template.
func NewResource() resource.Resource {
	return face.NewManaged(face.Managed[egsapi.Client, model]{
		Name: "_gpr_template", Noun: noun, Schema: resourceSchema,
		Create: func(ctx context.Context, api *egsapi.Client, plan *model) (created time.Time, adopted bool, err error) {
			plan.ID = plan.Name
			return api.CreateGPRTemplate(ctx, plan.template())
		},
		Read: func(ctx context.Context, api *egsapi.Client, state *model, changed time.Time) error {
			t, err := api.GPRTemplate(ctx, state.Name.ValueString(), changed, new(state.template()))
			if err == nil {
				state.refresh(t)
			}
			return err
		},
		Update: func(ctx context.Context, api *egsapi.Client, plan, _ *model, changed time.Time) (time.Time, error) {
			return api.UpdateGPRTemplate(ctx, plan.template(), changed)
		},
		Delete: func(ctx context.Context, api *egsapi.Client, state *model, changed time.Time) error {
			return api.DeleteGPRTemplate(ctx, state.Name.ValueString(), changed)
		},
		ImportForm: "NAME",
		InUse: "If a GPR template binding still uses the template, remove it from the binding first. To do both in one apply, set " +
			"create_before_destroy in the lifecycle block of the template.",
		Import: func(id string) (attributes map[string]string, inferred bool, problem string) {
			switch {
			case egsapi.LooksLikeSecret(id): // The error must not contain the secret.
				return nil, false, "This looks like the secret of an API key. Import a GPR template by its name. The secret may now be in your " +
					"shell history: consider replacing the key."
			case !egsapi.IsObjectName(id):
				return nil, false, fmt.Sprintf("%q is not a valid name of a GPR template. The name %s. The data source egs_gpr_templates lists the names.",
					id, egsapi.ObjectNameRule)
			}
			return map[string]string{"name": id, "id": id}, false, ""
		},
	})
}
