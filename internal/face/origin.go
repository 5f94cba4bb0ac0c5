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

// Origin describes where and when the object of a resource was created, and how the service lists it. It is saved in private
// state, and contains no secret.
type Origin struct {
	// Endpoint is the endpoint at which the object was last seen, in the form of apiclient.Conn.Address. It is empty if this
	// endpoint is unknown.
	Endpoint string
	// CreatedAt is the time of the create by the clock of the service. It is zero if this time is unknown. After an update in
	// place, it is the time of the update, because lists may still show the values before the update.
	CreatedAt time.Time
	// ListedAs is the listed name about which SeenAs has added a warning, because it differs from the configured name. It is
	// empty if there was no warning.
	ListedAs string
	// Lost reports whether the current key was deleted outside Terraform, and the previous key became the current key.
	Lost bool

	noun    Noun
	current string // the endpoint that the client uses now
}

// keptOrigin is the JSON form of an Origin. The state encodes it in base64 twice, so each byte takes almost two bytes in the
// state. To save space, the JSON names are short, and empty fields are omitted.
type keptOrigin struct {
	Endpoint string `json:"e,omitempty"`
	// CreatedAt is Unix time in seconds, rounded down. A Date header is not more precise. Seconds are precise enough for both
	// uses: an object is treated as recently created for two minutes, and an overlap is a number of days.
	CreatedAt int64  `json:"c,omitempty"`
	ListedAs  string `json:"n,omitempty"`
	Lost      bool   `json:"l,omitempty"`
}

// privateGetter reads the private state of a request. privateSetter writes the private state of a response.
type (
	privateGetter interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateSetter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// readOrigin decodes an Origin. If the data cannot be decoded, for example because another version wrote it, all fields are
// unknown.
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

// Seen records in private state that the object was seen at the endpoint of the client.
func (o Origin) Seen(ctx context.Context, private privateSetter) diag.Diagnostics {
	if o.Endpoint == o.current {
		return nil
	}
	o.Endpoint = o.current
	return o.set(ctx, private)
}

// SeenAs is like Seen, for a key with a name. It returns the name for the state: the configured name, or the listed name if the
// key was just imported. If the listed name differs from the configured name, SeenAs adds a warning, once for each listed name.
// The comparison ignores letter case and surrounding spaces. The key is not replaced: a replacement would revoke a secret in
// use, and the service may list the new key under the same name.
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

// IsAtOtherEndpoint reports whether the object was last seen at an endpoint that is not the endpoint of the client.
func (o Origin) IsAtOtherEndpoint() bool { return o.Endpoint != "" && o.Endpoint != o.current }

// OfPrevious returns the origin of the previous key: the same origin, except that the time of the create is unknown.
func (o Origin) OfPrevious() Origin {
	o.CreatedAt = time.Time{}
	return o
}

// NotFound is for an object that does not exist at the endpoint of the client. If the object was last seen at another endpoint,
// NotFound returns an error: the object may still exist there, so Terraform must not create it again. Otherwise, it returns
// nothing. The parameter summary is the summary of the error.
func (o Origin) NotFound(summary, object string) (diags diag.Diagnostics) {
	if o.IsAtOtherEndpoint() {
		diags.AddError(summary, o.otherEndpoint(object, "so Terraform does not plan to create it again", ", then apply to create it there"))
	}
	return diags
}

// otherEndpoint returns the detail of the error for an object that was last seen at another endpoint. It adds the parameter
// therefore to the sentence about that endpoint, and the parameter rebuilt to the advice about a rebuilt service.
func (o Origin) otherEndpoint(object, therefore, rebuilt string) string {
	return fmt.Sprintf("%s does not exist at %s. It was last seen at %s (another endpoint), %s.\n\n"+
		"Check the provider's %s, and the provider argument of the resource. If the service was rebuilt at the new endpoint, run terraform "+
		"state rm for the resource%s.",
		object, o.current, o.Endpoint, therefore, Named(o.noun.Setting), rebuilt)
}

// Unread ends the refresh of an object that could not be read because of err. If the object does not exist, Unread removes it
// from the state, unless the object was last seen at another endpoint. In all other cases, Unread adds an error.
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

// Confirm checks an object before an update or a delete. If the object was last seen at another endpoint, Confirm calls find,
// which looks for the object at the endpoint of the client. If find returns an error, Confirm returns an error too. An object
// that find does not find may still exist at the other endpoint, and its secret must not be sent to the endpoint of the client.
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
