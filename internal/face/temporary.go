// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// TemporarySuffix ends the names of temporary keys. It tells a person who finds such a key what it is: if the
// provider was killed before it deleted the key, the key exists until it expires.
const TemporarySuffix = "-terraform-temporary"

// Temporary holds the keys that ephemeral resources created for one run. Terraform does not close an
// ephemeral resource if anything behind it fails, so the provider ends what is open when its process
// ends. It is safe for concurrent use, and the zero value is ready for use.
type Temporary struct {
	mu   sync.Mutex
	open map[string]openKey // by id
	// ending keeps a key from being deleted twice at the same time.
	ending apiclient.Turns[string]
}

type openKey struct {
	workspace string
	end       func(context.Context) error
}

// Add adds a key, by its id, with the workspace that it is for, and what deletes it.
func (t *Temporary) Add(id, workspace string, end func(context.Context) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]openKey{}
	}
	t.open[id] = openKey{workspace, end}
}

// End deletes the key, unless that was done before.
func (t *Temporary) End(ctx context.Context, id string) error {
	return t.endEach(ctx, func(open string, _ openKey) bool { return open == id })
}

// EndOf deletes all keys of the workspace that are open.
func (t *Temporary) EndOf(ctx context.Context, workspace string) error {
	return t.endEach(ctx, func(_ string, key openKey) bool { return key.workspace == workspace })
}

// EndAll deletes all keys that are open.
func (t *Temporary) EndAll(ctx context.Context) error {
	return t.endEach(ctx, func(string, openKey) bool { return true })
}

// endEach deletes the keys that are chosen, at the same time. It waits for deletes that are under way. Keys that could
// not be deleted stay open.
func (t *Temporary) endEach(ctx context.Context, chosen func(id string, key openKey) bool) error {
	var (
		wait   sync.WaitGroup
		faults []error
	)
	t.mu.Lock()
	for id, key := range t.open {
		if chosen(id, key) {
			wait.Go(func() {
				if err := t.endOne(ctx, id, key.end); err != nil {
					t.mu.Lock()
					defer t.mu.Unlock()
					faults = append(faults, err)
				}
			})
		}
	}
	t.mu.Unlock()
	wait.Wait()
	return errors.Join(faults...)
}

// endOne deletes the key, unless that was done before.
func (t *Temporary) endOne(ctx context.Context, id string, end func(context.Context) error) error {
	done, err := t.ending.Take(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	if !t.isOpen(id) {
		return nil
	}
	if err := end(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, id)
	return nil
}

func (t *Temporary) isOpen(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, open := t.open[id]
	return open
}

// TemporaryKey says what an ephemeral resource is that creates a key for one run. Open of its EphemeralResource is
// not used.
type TemporaryKey[C, M any] struct {
	EphemeralResource[C, M]
	// Service is its name, for example "EGS", and Ends says when a key ends that is not deleted, and how to end it.
	Service, Ends string
	// Create creates the key, and completes the model.
	Create func(ctx context.Context, api *C, m *M) (Created, diag.Diagnostics)
}

// TemporaryDescription describes a temporary key of the service: when it expires if it is not deleted, and what its name
// is for.
func TemporaryDescription(service, expires, purpose string) string {
	return "Creates an API key of " + service + " for one Terraform run. The key is created when it is needed, deleted when the run ends, " +
		"and never stored in the state or the plan. Terraform opens the ephemeral resource in `plan` and again in `apply`, so each of " +
		"them has its own key.\n\n" +
		"~> **Note:** The provider deletes the key when Terraform closes the ephemeral resource, when Terraform is interrupted or (except " +
		"on Windows) killed, and at the latest when the provider's process ends, even after an error. If that process itself is killed, " +
		"or " + service + " does not respond within two seconds, the key exists until it expires " + expires + ". Its name ends in `" +
		TemporarySuffix + "`, so that " + purpose + "."
}

// TemporaryAttributes are those that temporary keys of all services have; secret is the name of that of the secret.
func TemporaryAttributes(service, secret string) Attributes {
	return Attributes{
		"name": Required("Name of the key. The provider appends `" + TemporarySuffix + "` to it in " + service + "."),
		"id":   Computed("Identifier of the key."),
		secret: ComputedSecret("The secret."),
	}
}

// Created is a temporary key.
type Created struct {
	// ID is its id, and Workspace the workspace that it is for.
	ID, Workspace string
	// Delete deletes it.
	Delete func(context.Context) error
}

// temporaryIDKey is that of the id of a temporary key in private state.
const temporaryIDKey = "id"

var _ ephemeral.EphemeralResourceWithClose = (*temporaryKey[any, any])(nil)

type temporaryKey[C, M any] struct {
	ephemeralResource[C, M]
	is TemporaryKey[C, M]
}

// NewTemporaryKey makes an ephemeral resource that creates a key for one run.
func NewTemporaryKey[C, M any](is TemporaryKey[C, M]) ephemeral.EphemeralResource {
	return &temporaryKey[C, M]{ephemeralResource[C, M]{newType[C](is.Name), is.EphemeralResource}, is}
}

// Open implements ephemeral.EphemeralResource.
func (k *temporaryKey[C, M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m M
	api := k.Load(ctx, req.Config, &m, &resp.Diagnostics)
	if api == nil {
		return
	}
	created, diags := k.is.Create(ctx, api, &m)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	k.Temporary.Add(created.ID, created.Workspace, created.Delete)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, temporaryIDKey, []byte(strconv.Quote(created.ID)))...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}

// Close implements ephemeral.EphemeralResourceWithClose.
func (k *temporaryKey[C, M]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	data, diags := req.Private.GetKey(ctx, temporaryIDKey)
	resp.Diagnostics.Append(diags...)
	id, err := strconv.Unquote(string(data))
	if resp.Diagnostics.HasError() || err != nil {
		return
	}
	if err := k.Temporary.End(ctx, id); err != nil {
		resp.Diagnostics.Append(FromError("Unable to delete temporary "+k.is.Service+" API key",
			fmt.Sprintf("API key with the id %s, %s", id, k.is.Ends), err))
	}
}
