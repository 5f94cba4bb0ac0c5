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

// originKey is that of an Origin in private state.
const originKey = "o"

// Origin is what private state keeps of a resource: where and when it was created, and how it is listed. It holds no
// secret.
type Origin struct {
	// Endpoint is that of the service that has the object: in the form of apiclient.Conn.Address. "" where it is not known.
	Endpoint string
	// CreatedAt is by the service's clock; zero where it is not known. An object that is changed in place counts from its last
	// change: lists may show it as it was before.
	CreatedAt time.Time
	// ListedAs is the name that the service lists, where it is not the configured one and the user was told.
	ListedAs string
	// Lost says that the key is a previous one, in the place of a current key that was deleted outside Terraform.
	Lost bool

	noun Noun
	here string // the endpoint of the client
}

// keptOrigin is an Origin in private state. That is JSON in base64, in JSON in base64, for each object: a byte here is almost two
// in the state. So names are short, and what is empty is left out.
type keptOrigin struct {
	Endpoint string `json:"e,omitempty"`
	// CreatedAt is Unix time, in seconds, rounded down: a Date header tells no more. A second earlier does no harm. Two minutes
	// for lists that lag are a rough bound, and an overlap, which ends with the first apply after its days less an hour, is
	// not counted in seconds.
	CreatedAt int64  `json:"c,omitempty"`
	ListedAs  string `json:"n,omitempty"`
	Lost      bool   `json:"l,omitempty"`
}

// private is the private state of a request or a response.
type (
	privateGetter interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateSetter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// readOrigin reads an origin from private state. One of another version is as if it were not known.
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

// Seen notes that the object was seen at the endpoint of the client.
func (o Origin) Seen(ctx context.Context, private privateSetter) diag.Diagnostics {
	if o.Endpoint == o.here {
		return nil
	}
	o.Endpoint = o.here
	return o.set(ctx, private)
}

// SeenAs is Seen of a key, and returns the name to keep in the state where the service lists this one. Only a label differs
// then, so the configured name stays: a replacement would end a secret in use, and be listed the same way. Another letter
// case, and blanks around the name, are no difference; of others the user is told once. An imported key has no name yet.
func (o Origin) SeenAs(ctx context.Context, resp *resource.ReadResponse, configured types.String, listed, object string) types.String {
	before := o
	o.Endpoint = o.here
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

// IsElsewhere says whether the object was last seen at another endpoint.
func (o Origin) IsElsewhere() bool { return o.Endpoint != "" && o.Endpoint != o.here }

// OfPrevious is the origin of the previous key: the same endpoint, and when it was created is not known.
func (o Origin) OfPrevious() Origin {
	o.CreatedAt = time.Time{}
	return o
}

// NotFound is the error of an object that does not exist at this endpoint, and was last seen at another one: a
// different service is not an empty one. It is empty where the endpoint is the same, or not known. The summary says what
// could not be done.
func (o Origin) NotFound(summary, object string) (diags diag.Diagnostics) {
	if o.IsElsewhere() {
		diags.AddError(summary, o.elsewhere(object, "so Terraform does not plan to create it again", ", then apply to create it there"))
	}
	return diags
}

// elsewhere is the text of the error of an object that does not exist at this endpoint.
func (o Origin) elsewhere(object, therefore, rebuilt string) string {
	return fmt.Sprintf("%s does not exist at %s. It was last seen at %s, which is another endpoint, %s.\n\n"+
		"Check the provider's %s. If the service was rebuilt at the new endpoint, run terraform state rm for the resource%s.",
		object, o.here, o.Endpoint, therefore, Named(o.noun.Setting), rebuilt)
}

// Unread ends the refresh of an object that could not be read. If it does not exist at this endpoint it leaves the state,
// unless it was last seen at another one.
func (o Origin) Unread(ctx context.Context, resp *resource.ReadResponse, object string, err error) {
	if !errors.Is(err, apiclient.ErrNotFound) {
		failed := FromError("Unable to read "+o.noun.Thing, object, err)
		if apiclient.IsStatus(err, http.StatusNotFound) {
			failed = diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\nA wrong endpoint responds like this, and so may a service that has "+
				"no object to list. If the endpoint is right and the object was deleted, run terraform state rm ADDRESS.")
		}
		resp.Diagnostics.Append(failed)
		return
	}
	resp.Diagnostics.Append(o.NotFound("Unable to find "+o.noun.Thing, object)...)
	if !resp.Diagnostics.HasError() {
		resp.State.RemoveResource(ctx)
	}
}

// Confirm looks for the object before it is changed or deleted, if it was last seen at another endpoint. Where it
// does not exist at this one that is an error: it may still exist at the other, and no secret is sent to this one.
func (o Origin) Confirm(summary, object string, find func() error) (diags diag.Diagnostics) {
	if !o.IsElsewhere() {
		return nil
	}
	switch err := find(); {
	case errors.Is(err, apiclient.ErrNotFound):
		diags.AddError(summary, o.elsewhere(object, "where it may still exist", ""))
	case err != nil:
		diags.Append(FromError(summary, object, err))
	}
	return diags
}
