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

// secret is the attribute that Search GAIA knows a key by.
const secret = "api_key"

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Search GAIA: what programs reach Search GAIA with.\n\n" +
			"Permissions and config are changed in place: the key itself stays as it is. A key that somebody changed is changed " +
			"back, and one that somebody deleted is created anew. Authentication must be enabled in Search GAIA.\n\n" +
			"~> The key is stored in Terraform's state in clear text. Keep the state where only those can read it who may use " +
			"the key.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Identifier of the key, safe to show: the SHA-256 of the key in lower-case hexadecimal. Search GAIA itself " +
				"knows a key only by the key."),
			"permissions": schema.StringAttribute{
				MarkdownDescription: "What the key may do: `read` or `write`. Other values are left to Search GAIA to accept or refuse. " +
					"Changing it changes the key in place.",
				Required:   true,
				Validators: face.OneLine(),
			},
			"config": schema.StringAttribute{
				MarkdownDescription: "Further members of the key's config beside `permissions`, as a JSON object: `jsonencode({ … })`. " +
					"`\"{}\"` is none. If it is not set, the members that the key has are kept and shown. Changing it changes the key " +
					"in place; another way to write the same JSON is no change.",
				CustomType:    jsontypes.NormalizedType{},
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{furtherMembers{}},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), keepWriting},
			},
			secret: face.KeptSecret("The key itself."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Rotates the key without a gap: when one of `rotate_when_changed` changes, another key is created in place, and the key before stays "+
			"valid and managed as `previous`.",
		"The key itself."))
}

var noun = face.Noun{
	Thing: "Search GAIA API key", Setting: "gaia.endpoint",
	Identity: "id", Description: "Identifier of the key: its SHA-256 in lower-case hexadecimal.",
	Rotates: true,
}
