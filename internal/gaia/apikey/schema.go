// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// secret is the attribute by which Search GAIA identifies a key.
const secret = "api_key"

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages an API key of Search GAIA. Authentication must be enabled in Search GAIA.\n\n" +
			"Changing `permissions` or `config` updates the key in place and does not change the secret. If these values are changed " +
			"outside Terraform, the next apply restores them. If the key is deleted outside Terraform, the next apply creates a new " +
			"key.\n\n" +
			"~> **Note:** The key is stored in the Terraform state in plain text. Restrict access to the state accordingly.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("ID of the key: the SHA-256 hash of the key in lowercase hexadecimal. It is not a secret. The provider " +
				"computes the ID, since Search GAIA does not assign IDs to keys."),
			"permissions": schema.StringAttribute{
				MarkdownDescription: "Permissions of the key: `read` or `write`. Search GAIA may accept other values. Changing this updates the key " +
					"in place.",
				Required:   true,
				Validators: face.OneLine(),
			},
			"config": schema.StringAttribute{
				MarkdownDescription: "Configuration of the key as a JSON object without the member `permissions`: `jsonencode({ … })`. If " +
					"omitted, the existing members are kept. `\"{}\"` removes them. Changing this updates the key in place. Differences in " +
					"formatting or member order are ignored.",
				CustomType:    jsontypes.NormalizedType{},
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{furtherMembers{}},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), keepEqualJSON},
			},
			secret: face.KeptSecret("API key. It is a secret."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Number of days for which the previous key stays valid after a rotation. When a value of `rotate_when_changed` changes, Terraform creates a new "+
			"key in place and manages the old key as `previous`.",
		"Previous API key. It is a secret."))
}

var noun = face.Noun{
	Name: "Search GAIA API key", Setting: "gaia.endpoint",
	Identity: "id", Description: "ID of the key: its SHA-256 hash in lowercase hexadecimal.",
	Rotates: true,
}
