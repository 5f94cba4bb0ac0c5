// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListResource makes the list resource egs_api_key.
func NewListResource() list.ListResource {
	return face.NewListResource(face.ListResource[egsapi.Client, keySelection, egsapi.APIKey]{
		Name: "_api_key",
		Schema: func() face.Schema {
			return face.Schema{
				Description: "Lists API keys of EGS, sorted by workspace, name and id. Several filters must all match. No result holds " +
					"a secret.",
				Attributes: selectionAttributes(),
			}
		},
		Noun: noun,
		Select: func(ctx context.Context, api *egsapi.Client, selection *keySelection) ([]egsapi.APIKey, diag.Diagnostics) {
			return selection.choose(ctx, api, "Unable to list EGS API keys")
		},
		Show: showKey,
	})
}

func showKey(api *egsapi.Client, key *egsapi.APIKey) face.Result {
	return face.Result{DisplayName: face.Own(displayName(key), key.ID == api.OwnKeyID()), ID: key.ID, Resource: &resourceModel{
		model: found(key, false).model, ReadyForRenewal: types.BoolValue(false), RotateWhenChanged: types.MapNull(types.StringType),
	}}
}
