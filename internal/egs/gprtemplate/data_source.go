// SPDX-License-Identifier: MPL-2.0

package gprtemplate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewDataSource returns the data source egs_gpr_template.
func NewDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, model]{
		Name: "_gpr_template",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Returns one GPR template of EGS by its name. If no template has the name, the data source returns an error.",
				Attributes:  computedAttributes().With(face.Attributes{"name": face.Required("Exact name of the template.", name)}),
			}
		},
		Read: func(ctx context.Context, api *egsapi.Client, m *model) diag.Diagnostics {
			// Another provider configuration may have created the template moments ago, and lists may not contain it yet.
			// Because the third argument is the current time, GPRTemplate then requests further lists before it returns
			// ErrNotFound.
			t, err := api.GPRTemplate(ctx, m.Name.ValueString(), api.Now(ctx), nil)
			if err != nil {
				return face.Failed("Unable to find EGS GPR template", m.Object(), err)
			}
			m.refresh(t)
			return nil
		},
	})
}

// computedAttributes returns the schema of a template in data sources.
func computedAttributes() face.Attributes {
	return face.Attributes{
		"id":                    face.Computed("Name of the template."),
		"name":                  face.Computed("Name of the template."),
		"cluster_name":          face.Computed(aboutCluster),
		"gpu_shape":             face.Computed(aboutShape),
		"instance_type":         face.Computed(aboutInstance),
		"memory_per_gpu":        face.ComputedInt64(aboutMemory),
		"gpus_per_node":         face.ComputedInt64(aboutGPUs),
		"gpu_nodes":             face.ComputedInt64(aboutNodes),
		"exit_duration":         face.Computed(aboutExit),
		"priority":              face.ComputedInt64(aboutPriority),
		"idle_timeout_duration": face.Computed(aboutIdle),
		"enable_eviction":       face.ComputedBool(aboutEvict),
		"requeue_on_failure":    face.ComputedBool(aboutRequeue),
	}
}
