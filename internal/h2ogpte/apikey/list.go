// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListResource makes the list resource egs_h2ogpte_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[h2ogpteapi.Client, listModel, h2ogpteapi.APIKey]{
		Name:     "_h2ogpte_api_key",
		Schema:   listSchema,
		Identity: identity,
		Select:   selectKeys,
		Show:     showKey,
	})
}

// listModel is what a list asks for in Terraform's terms.
type listModel struct {
	keyFilter
	Active types.Bool `tfsdk:"active"`
}

func listSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Lists API keys of h2oGPTe, sorted by username, name and id. Several filters must all match. No result holds a " +
			"secret.",
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this user.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "Only keys that are limited to the collection with this identifier.",
				Optional:            true,
				Validators:          filled,
			},
			"active": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that are active, `false` for only the others.",
				Optional:            true,
			},
			"expired": schema.BoolAttribute{
				MarkdownDescription: "`true` for only keys that have expired, `false` for only the others.",
				Optional:            true,
			},
			"expiring_within_days": schema.Int64Attribute{
				MarkdownDescription: "Only keys that expire within so many days; keys that have expired are not among them.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

func selectKeys(ctx context.Context, api *h2ogpteapi.Client, config *listModel) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
	all, err := api.APIKeys(ctx, "", 0)
	if err != nil {
		return nil, face.Failed("Unable to list h2oGPTe API keys", config.object(), err)
	}
	return config.chosen(all, config.Active, api.Now(ctx)), face.LeftOut("h2oGPTe API keys", all.Unreadable)
}

// showKey tells the user by name alone, which takes no look-up, and is what a person would write.
func showKey(api *h2ogpteapi.Client, key *h2ogpteapi.APIKey) face.Result {
	var managed resourceModel
	managed.refresh(key, api.LastKnownTime())
	return face.Result{DisplayName: face.Own(displayName(key), api.MayBeOwn(key)), ID: key.ID, Resource: &managed}
}
