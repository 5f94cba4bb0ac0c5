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

// findUser looks up the user that a key is for, by its id or name as configured: the other is null, or not known. All
// of a walk share one look-up. An id is enough for a create: where nothing tells the name it is "", and the created
// key tells it. Without it a create whose answer is lost cannot be settled.
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
			"h2oGPTe lists no %s. It lists only users who have logged in once: let the user log in first, or check the spelling. The "+
				"data source egs_h2ogpte_users shows who is listed.", object))
	case err != nil:
		diags.Append(face.FromError("Unable to look up h2oGPTe user", object, err))
	case name.ValueString() != "" && name.ValueString() != user.UserName:
		diags.AddAttributeError(at, "Conflicting h2oGPTe user", fmt.Sprintf(
			"user_id is of the user %q, and username is %q. Leave one of them out.", user.UserName, name.ValueString()))
	}
	if diags.HasError() {
		return nil, diags
	}
	return user, diags
}

// ValidateConfig implements resource.ResourceWithValidateConfig. Both user_id and username at once are no fault: what
// Terraform generates for an imported key has both.
func (r *keyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m resourceModel
	resp.Diagnostics.Append(face.Decode(ctx, req.Config, &m)...)
	resp.Diagnostics.Append(missingUser(m.UserID, m.UserName)...)
	resp.Diagnostics.Append(renewal.EarlyRenewal("expires_in_days", m.ExpiresInDays, m.EarlyRenewalDays)...)
	resp.Diagnostics.Append(renewal.Overlap("expires_in_days", m.ExpiresInDays, m.EarlyRenewalDays, m.OverlapDays, false)...)
}

// missingUser is the error of a key without a user.
func missingUser(id, name types.String) (diags diag.Diagnostics) {
	if id.IsNull() && name.IsNull() {
		diags.AddAttributeError(path.Root("username"), "Missing user",
			"A key is for a user. Set username, or user_id. The data source egs_h2ogpte_users lists the users of h2oGPTe.")
	}
	return diags
}
