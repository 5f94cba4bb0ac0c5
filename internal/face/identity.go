// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Identity is a resource identity of one attribute.
type Identity struct {
	// Attribute is its name, and Description what it is.
	Attribute, Description string
}

// Set sets the identity. CLIs before Terraform 1.12 and OpenTofu 1.12 have none.
func (i Identity) Set(ctx context.Context, identity *tfsdk.ResourceIdentity, value types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root(i.Attribute), value)
}

// Save saves a resource that was created: whatever happens afterwards, it is in the state.
func (i Identity) Save(ctx context.Context, resp *resource.CreateResponse, model any, value types.String, origin Origin) {
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	resp.Diagnostics.Append(i.Set(ctx, resp.Identity, value)...)
	resp.Diagnostics.Append(origin.Set(ctx, resp.Private)...)
}

// Origin is that of a resource that is refreshed. If the state has no identity, since an older CLI wrote it, it sets it.
func (i Identity) Origin(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, value types.String) Origin {
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(i.Set(ctx, resp.Identity, value)...)
	}
	origin, diags := GetOrigin(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	return origin
}

// ImportID is what an import names: the import ID, or else the identity.
func (i Identity) ImportID(ctx context.Context, req resource.ImportStateRequest) (id string, diags diag.Diagnostics) {
	if req.ID != "" {
		return req.ID, nil
	}
	var given types.String
	diags = req.Identity.GetAttribute(ctx, path.Root(i.Attribute), &given)
	return given.ValueString(), diags
}

// Import sets the attribute, in the state and in the identity. Read fills the rest.
func (i Identity) Import(ctx context.Context, resp *resource.ImportStateResponse, value string) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(i.Attribute), value)...)
	resp.Diagnostics.Append(i.Set(ctx, resp.Identity, types.StringValue(value))...)
}

// SetIfChanged sets the state that a refresh gives. To encode what is the same would be a third of a refresh.
func SetIfChanged[M any](ctx context.Context, resp *resource.ReadResponse, before, state *M) {
	if !reflect.DeepEqual(before, state) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
