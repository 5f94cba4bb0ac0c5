// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// findUser returns the user of a key by the configured id or username. All resources of a run use the responses of the same
// requests.
//
// An id is sufficient for a create. If the provider cannot read the user, findUser returns a user with an empty username. The
// username then comes from the created key. The provider reads the user before the create, because it needs the username to
// identify the key if the response to the create is lost.
func findUser(ctx context.Context, api *h2ogpteapi.Client, id, name types.String) (user *h2ogpteapi.User, diags diag.Diagnostics) {
	at, object := path.Root("username"), fmt.Sprintf("user %q", name.ValueString())
	var err error
	byID := id.ValueString() != ""
	if byID {
		at, object = path.Root("user_id"), fmt.Sprintf("user with the id %q", id.ValueString())
		user, err = api.UserByID(ctx, id.ValueString())
	} else {
		user, err = api.UserByName(ctx, name.ValueString())
	}
	switch {
	case err != nil && byID && name.ValueString() == "":
		return &h2ogpteapi.User{ID: id.ValueString()}, nil
	case errors.Is(err, h2ogpteapi.ErrNotFound):
		diags.AddAttributeError(at, "Unknown h2oGPTe user", fmt.Sprintf(
			"h2oGPTe does not list the %s. It lists only users who have logged in at least once. Check the spelling, or have the user log in "+
				"first. The data source egs_h2ogpte_users lists the known users.", object))
	case err != nil:
		diags.Append(face.FromError("Unable to look up h2oGPTe user", object, err))
	case name.ValueString() != "" && name.ValueString() != user.UserName:
		diags.AddAttributeError(at, "Conflicting h2oGPTe user", fmt.Sprintf(
			"user_id identifies the user %q, but username is %q. Remove one of them.", user.UserName, name.ValueString()))
	}
	if diags.HasError() {
		return nil, diags
	}
	return user, diags
}

// ValidateConfig implements resource.ResourceWithValidateConfig. It accepts a configuration with both user_id and username,
// because the configuration that Terraform generates for an imported key has both.
func (r *keyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m resourceModel
	resp.Diagnostics.Append(face.Decode(ctx, req.Config, &m)...)
	resp.Diagnostics.Append(missingUser(m.UserID, m.UserName)...)
	resp.Diagnostics.Append(renewal.EarlyRenewal("expires_in_days", m.ExpiresInDays, m.EarlyRenewalDays)...)
	resp.Diagnostics.Append(renewal.Overlap("expires_in_days", m.ExpiresInDays, m.EarlyRenewalDays, m.OverlapDays, false)...)
}

// missingUser returns an error if the key has no user.
func missingUser(id, name types.String) (diags diag.Diagnostics) {
	if id.IsNull() && name.IsNull() {
		diags.AddAttributeError(path.Root("username"), "Missing user",
			"A key requires a user. Set username or user_id. The data source egs_h2ogpte_users lists the users of h2oGPTe.")
	}
	return diags
}
