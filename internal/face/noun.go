// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Noun describes the kind of object that a resource manages, for example EGS API keys.
type Noun struct {
	// Name is the name of the object in messages, for example "EGS API key". Setting is the name of the provider's setting for
	// the endpoint of the service.
	Name, Setting string
	// Identity is the name of the only attribute of the identity. Description is the description of this attribute.
	Identity, Description string
	// Rotates reports whether an update in place can replace a key by a new key. The new key has another identity.
	Rotates bool
}

// service returns the first word of the name and a space, for example "EGS ".
func (n Noun) service() string {
	service, _, _ := strings.Cut(n.Name, " ")
	return service + " "
}

// Intact returns an error if the state lacks the attribute that identifies the object. The provider always writes this
// attribute, so the state was edited or is damaged.
func (n Noun) Intact(attribute string, value types.String) (diags diag.Diagnostics) {
	if value.ValueString() == "" {
		diags.AddAttributeError(path.Root(attribute), "Invalid state of "+n.Name, fmt.Sprintf(
			"The state of this resource has no %s: it was edited or is damaged. The provider does not know which %s this is, and changes nothing.\n\n"+
				"Restore an earlier state, or remove the resource from the state (terraform state rm ADDRESS) and import it again "+
				"(terraform import ADDRESS ID).", attribute, n.Name))
	}
	return diags
}

// load reads the state of a resource into the model. It adds an error if Intact returns one.
func (n Noun) load(ctx context.Context, state tfsdk.State, model Identified, diags *diag.Diagnostics) {
	faults := Decode(ctx, state, model)
	if !faults.HasError() {
		faults = append(faults, n.Intact(n.Identity, model.Identity())...)
	}
	diags.Append(faults...)
}

// setIdentity sets the identity. If the identity is nil, setIdentity does nothing: CLIs before Terraform 1.12 and OpenTofu 1.12
// do not support identities.
func (n Noun) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, value types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.SetAttribute(ctx, path.Root(n.Identity), value)
}

// Created saves a new resource with its endpoint and the time of its create. Call Created immediately after the create, so that
// the resource is in the state even if a later step fails.
func (n Noun) Created(ctx context.Context, resp *resource.CreateResponse, model any, value types.String, endpoint string, at time.Time) {
	resp.Diagnostics.Append(Encode(ctx, &resp.State, model)...)
	resp.Diagnostics.Append(n.setIdentity(ctx, resp.Identity, value)...)
	resp.Diagnostics.Append(n.origin(endpoint, at).set(ctx, resp.Private)...)
}

func (n Noun) origin(endpoint string, at time.Time) Origin {
	return Origin{Endpoint: endpoint, CreatedAt: at, noun: n, current: endpoint}
}

// Returned is for a refresh that finds only the previous key, because the current key was deleted outside Terraform. It makes
// the previous key the identity of the resource, saves a new origin, and adds a warning. The parameter value is the id of the
// previous key, and the parameter object names the key.
func (n Noun) Returned(ctx context.Context, resp *resource.ReadResponse, value types.String, endpoint, object string) Origin {
	resp.Diagnostics.Append(n.setIdentity(ctx, resp.Identity, value)...)
	origin := Origin{Endpoint: endpoint, Lost: true, noun: n, current: endpoint} // CreatedAt is unknown.
	resp.Diagnostics.Append(origin.set(ctx, resp.Private)...)
	resp.Diagnostics.AddWarning(fmt.Sprintf("The current key of %s was deleted outside Terraform", object), fmt.Sprintf(
		"The previous key, with the id %s, still exists and is now the current key. If overlap_days is set, the plan creates another key. "+
			"Otherwise, run terraform apply -replace=ADDRESS to create one.", value.ValueString()))
	return origin
}

// Updated saves an updated resource. It sets the identity only if the update may have replaced the key, or if the resource had
// no identity. Otherwise, the identity stays unchanged, even if a list returns a different id for the key than the create did.
func (n Noun) Updated(ctx context.Context, resp *resource.UpdateResponse, model any, value types.String) {
	resp.Diagnostics.Append(Encode(ctx, &resp.State, model)...)
	if n.Rotates || resp.Identity == nil || resp.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(n.setIdentity(ctx, resp.Identity, value)...)
	}
}

// UpdateFailed returns the error of a failed update. If the object no longer exists, the error says what to do.
func (n Noun) UpdateFailed(object string, err error) diag.Diagnostic {
	failed := FromError("Unable to update "+n.Name, object, err)
	if !errors.Is(err, apiclient.ErrNotFound) {
		return failed
	}
	return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+
		"\n\nThe object was deleted after the plan was created. Run terraform apply again: the next plan recreates it.")
}

// OriginOf reads the origin of the object from private state. The parameter endpoint is the endpoint that the client uses now.
func (n Noun) OriginOf(ctx context.Context, private privateGetter, endpoint string, diags *diag.Diagnostics) Origin {
	kept, faults := private.GetKey(ctx, originKey)
	diags.Append(faults...)
	origin := readOrigin(kept)
	origin.noun, origin.current = n, endpoint
	return origin
}

// Refreshed is like OriginOf, for a refresh. It also sets the identity if the state has none, because an older CLI wrote it.
func (n Noun) Refreshed(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, value types.String, endpoint string) Origin {
	if req.Identity == nil || req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(n.setIdentity(ctx, resp.Identity, value)...)
	}
	return n.OriginOf(ctx, req.Private, endpoint, &resp.Diagnostics)
}

// ImportID returns the import ID. If the import uses an identity instead, ImportID returns the value of the identity.
func (n Noun) ImportID(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) string {
	if req.ID != "" {
		return req.ID
	}
	var given types.String
	diags.Append(req.Identity.GetAttribute(ctx, path.Root(n.Identity), &given)...)
	return given.ValueString()
}

// Import sets the identifying attribute in the state and in the identity. The Read that follows sets the other attributes.
func (n Noun) Import(ctx context.Context, resp *resource.ImportStateResponse, value string) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(n.Identity), value)...)
	resp.Diagnostics.Append(n.setIdentity(ctx, resp.Identity, types.StringValue(value))...)
}

// SetIfChanged sets the refreshed state only if it differs from the state before the refresh. Without this check, encoding
// unchanged states would take a third of the time of a refresh.
func SetIfChanged[M any](ctx context.Context, resp *resource.ReadResponse, before, state *M) {
	if !reflect.DeepEqual(before, state) {
		resp.Diagnostics.Append(Encode(ctx, &resp.State, state)...)
	}
}
