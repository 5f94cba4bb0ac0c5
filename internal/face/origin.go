// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// originKey is the key of an Origin in private state.
const originKey = "o"

// Origin is the data about a resource in private state: where and when the object was created, and how the service lists it. It
// contains no secret.
type Origin struct {
	// Endpoint is the endpoint at which the object was last seen, in the form of apiclient.Conn.Address; "" if it is unknown.
	Endpoint string
	// CreatedAt is the time of the create by the service's clock; zero if it is unknown. For an object that was updated in place, it
	// is the time of the update, since lists may still show the previous values.
	CreatedAt time.Time
	// ListedAs is the name that the service lists, if it differs from the configured name and a warning has been shown.
	ListedAs string
	// Lost reports whether the current key was deleted outside Terraform and the previous key replaced it.
	Lost bool

	noun    Noun
	current string // the endpoint of the client
}

// keptOrigin is the JSON form of an Origin. The state encodes it in base64 twice, so each byte takes almost two bytes in the
// state. That is why names are short, and empty fields are omitted.
type keptOrigin struct {
	Endpoint string `json:"e,omitempty"`
	// CreatedAt is Unix time in seconds, rounded down, since a Date header is not more precise. Seconds are precise enough for
	// both uses: an object counts as recently created for two minutes, and an overlap is a number of days.
	CreatedAt int64  `json:"c,omitempty"`
	ListedAs  string `json:"n,omitempty"`
	Lost      bool   `json:"l,omitempty"`
}

// privateGetter and privateSetter are the private state of a request or a response.
type (
	privateGetter interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateSetter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// readOrigin decodes an origin. An origin that it cannot read, for example from another version, counts as unknown.
func readOrigin(encoded []byte) (o Origin) {
	var kept keptOrigin
	if json.Unmarshal(encoded, &kept) != nil {
		return o
	}
	o = Origin{Endpoint: kept.Endpoint, ListedAs: kept.ListedAs, Lost: kept.Lost}
	if kept.CreatedAt != 0 {
		o.CreatedAt = time.Unix(kept.CreatedAt, 0).UTC()
	}
	return o
}

// set writes the origin into private state.
func (o Origin) set(ctx context.Context, private privateSetter) diag.Diagnostics {
	kept := keptOrigin{Endpoint: o.Endpoint, ListedAs: o.ListedAs, Lost: o.Lost}
	if !o.CreatedAt.IsZero() {
		kept.CreatedAt = o.CreatedAt.Unix()
	}
	encoded, err := json.Marshal(kept)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to save the origin of the resource", err.Error())}
	}
	return private.SetKey(ctx, originKey, encoded)
}

// Seen records that the object was seen at the endpoint of the client.
func (o Origin) Seen(ctx context.Context, private privateSetter) diag.Diagnostics {
	if o.Endpoint == o.current {
		return nil
	}
	o.Endpoint = o.current
	return o.set(ctx, private)
}

// SeenAs is like Seen, for a key with a name. It returns the name for the state: the configured name, or the listed name for an
// imported key. If the listed name differs from the configured one, SeenAs adds a warning, once for each listed name. The key is
// not replaced, since a replacement would revoke a secret in use, and the service may list the new key under the same name. The
// comparison ignores letter case and surrounding spaces.
func (o Origin) SeenAs(ctx context.Context, resp *resource.ReadResponse, configured types.String, listed, object string) types.String {
	before := o
	o.Endpoint = o.current
	same := strings.EqualFold(strings.TrimSpace(configured.ValueString()), strings.TrimSpace(listed))
	if !configured.IsNull() && !same && o.ListedAs != listed {
		o.ListedAs = listed
		resp.Diagnostics.AddAttributeWarning(path.Root("name"), fmt.Sprintf("%s is listed as %q", object, listed),
			"Either the service stores names in its own form, or the name was changed outside Terraform. The key is not replaced, and the "+
				"state keeps the configured name. To recreate the key with this name, run terraform apply -replace=ADDRESS.")
	}
	if o != before {
		resp.Diagnostics.Append(o.set(ctx, resp.Private)...)
	}
	if configured.IsNull() {
		return types.StringValue(listed)
	}
	return configured
}

// IsAtOtherEndpoint reports whether the object was last seen at another endpoint.
func (o Origin) IsAtOtherEndpoint() bool { return o.Endpoint != "" && o.Endpoint != o.current }

// OfPrevious returns the origin of the previous key: the same endpoint, and an unknown time of the create.
func (o Origin) OfPrevious() Origin {
	o.CreatedAt = time.Time{}
	return o
}

// NotFound returns an error if the object, which does not exist at the current endpoint, was last seen at another endpoint.
// The object may still exist there, so Terraform must not create it again. summary names the operation that failed.
func (o Origin) NotFound(summary, object string) (diags diag.Diagnostics) {
	if o.IsAtOtherEndpoint() {
		diags.AddError(summary, o.otherEndpoint(object, "so Terraform does not plan to create it again", ", then apply to create it there"))
	}
	return diags
}

// otherEndpoint returns the detail of the error for an object that was last seen at another endpoint. Two parameters are
// appended to sentences: "therefore" to the sentence about that endpoint, and "rebuilt" to the advice for a rebuilt service.
func (o Origin) otherEndpoint(object, therefore, rebuilt string) string {
	return fmt.Sprintf("%s does not exist at %s. It was last seen at %s (another endpoint), %s.\n\n"+
		"Check the provider's %s, and the provider argument of the resource. If the service was rebuilt at the new endpoint, run terraform "+
		"state rm for the resource%s.",
		object, o.current, o.Endpoint, therefore, Named(o.noun.Setting), rebuilt)
}

// Unread ends the refresh of an object that could not be read. If the object does not exist, Unread removes it from the state,
// unless it was last seen at another endpoint.
func (o Origin) Unread(ctx context.Context, resp *resource.ReadResponse, object string, err error) {
	if !errors.Is(err, apiclient.ErrNotFound) {
		failed := FromError("Unable to read "+o.noun.Name, object, err)
		if apiclient.IsStatus(err, http.StatusNotFound) {
			failed = diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\nA wrong endpoint can return this response, and so can a "+
				"service with no objects to list. If the endpoint is correct and the object was deleted, run terraform state rm ADDRESS.")
		}
		resp.Diagnostics.Append(failed)
		return
	}
	resp.Diagnostics.Append(o.NotFound("Unable to find "+o.noun.Name, object)...)
	if !resp.Diagnostics.HasError() {
		resp.State.RemoveResource(ctx)
	}
}

// Confirm looks for the object before an update or a delete, if the object was last seen at another endpoint. If the object does
// not exist at the current endpoint, Confirm returns an error. The object may still exist at the other endpoint, and the current
// endpoint must not receive its secret.
func (o Origin) Confirm(summary, object string, find func() error) (diags diag.Diagnostics) {
	if !o.IsAtOtherEndpoint() {
		return nil
	}
	switch err := find(); {
	case errors.Is(err, apiclient.ErrNotFound):
		diags.AddError(summary, o.otherEndpoint(object, "where it may still exist", ""))
	case err != nil:
		diags.Append(FromError(summary, object, err))
	}
	return diags
}
