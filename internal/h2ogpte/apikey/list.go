// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListResource makes the list resource egs_h2ogpte_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[h2ogpteapi.Client, listModel, h2ogpteapi.APIKey]{
		Name: "_h2ogpte_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of h2oGPTe, sorted by username, name and id. Several filters must all match. No result holds a " +
					"secret.",
				Attributes: filterAttributes().With(activeFilter()),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *h2ogpteapi.Client, config *listModel) ([]h2ogpteapi.APIKey, diag.Diagnostics) {
			return config.choose(ctx, api, config.Active, "Unable to list h2oGPTe API keys")
		},
		Show: showKey,
	})
}

// listModel is what a list asks for in Terraform's terms.
type listModel struct {
	keyFilter
	Active types.Bool `tfsdk:"active"`
}

// showKey tells the user by name alone, which takes no look-up, and is what a person would write.
func showKey(api *h2ogpteapi.Client, key *h2ogpteapi.APIKey) face.Result {
	var managed resourceModel
	managed.refresh(key, api.LastKnownTime())
	return face.Result{DisplayName: face.Own(displayName(key), api.MayBeOwn(key)), ID: key.ID, Resource: &managed}
}
