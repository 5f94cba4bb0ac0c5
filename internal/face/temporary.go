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

// TemporarySuffix is the suffix of the names of temporary keys. If the provider is killed before it deletes such a key, the key
// exists until it expires, and the suffix identifies it.
const TemporarySuffix = "-terraform-temporary"

// Temporary holds the open keys: the keys that ephemeral resources created for one run and that are not deleted yet. Terraform
// does not close an ephemeral resource if anything that depends on the resource fails. So the provider deletes the open keys
// when its process ends. Temporary is safe for concurrent use, and its zero value is ready for use.
type Temporary struct {
	mu   sync.Mutex
	open map[string]openKey // by id
	// ending prevents concurrent deletes of the same key.
	ending apiclient.Turns[string]
}

type openKey struct {
	workspace string
	end       func(context.Context) error
}

// Add adds a key. The function end deletes the key.
func (t *Temporary) Add(id, workspace string, end func(context.Context) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]openKey{}
	}
	t.open[id] = openKey{workspace, end}
}

// End deletes the key, unless it is already deleted.
func (t *Temporary) End(ctx context.Context, id string) error {
	return t.endEach(ctx, func(open string, _ openKey) bool { return open == id })
}

// EndOf deletes all open keys of the workspace.
func (t *Temporary) EndOf(ctx context.Context, workspace string) error {
	return t.endEach(ctx, func(_ string, key openKey) bool { return key.workspace == workspace })
}

// EndAll deletes all open keys.
func (t *Temporary) EndAll(ctx context.Context) error {
	return t.endEach(ctx, func(string, openKey) bool { return true })
}

// endEach concurrently deletes the open keys for which chosen returns true. If a delete of such a key is already under way,
// endEach waits for it. If a delete fails, the key stays open.
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

// endOne deletes the key, unless it is already deleted.
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

// TemporaryKey describes an ephemeral resource that creates a key for one run. The field Open of the embedded EphemeralResource
// is not used.
type TemporaryKey[C, M any] struct {
	EphemeralResource[C, M]
	// Service is the name of the service, for example "EGS". Ends is a part of an error message for a key that is not deleted. It
	// says when the key expires, and how to revoke the key.
	Service, Ends string
	// Create creates the key, and sets the computed attributes of the model.
	Create func(ctx context.Context, api *C, m *M) (Created, diag.Diagnostics)
}

// TemporaryDescription returns the description of the temporary keys of a service. The parameter expires says when a key
// expires if it is not deleted. The parameter purpose says what the suffix of the key's name is for.
func TemporaryDescription(service, expires, purpose string) string {
	return "Creates an API key of " + service + " for one Terraform run. The key is created when it is needed, deleted when the run ends, " +
		"and never stored in the state or the plan. Terraform opens the ephemeral resource in `plan` and again in `apply`, so each " +
		"command has its own key.\n\n" +
		"~> **Note:** The provider deletes the key when Terraform closes the ephemeral resource or is interrupted. Otherwise, the " +
		"provider deletes the key when its own process ends, for example after an error or after Terraform is killed. If " +
		"the provider itself is killed, or " + service + " does not respond within two seconds when the process ends, the key exists until " +
		"it expires " + expires + ". The name of the key ends in `" +
		TemporarySuffix + "`, so that " + purpose + "."
}

// TemporaryAttributes returns the attributes that all temporary keys have. The parameter secret is the name of the attribute
// that contains the secret.
func TemporaryAttributes(service, secret string) Attributes {
	return Attributes{
		"name": Required("Name of the key. In " + service + ", the name also has the suffix `" + TemporarySuffix + "`."),
		"id":   Computed("Identifier of the key."),
		secret: ComputedSecret("Secret of the key."),
	}
}

// Created is a temporary key.
type Created struct {
	ID, Workspace string
	Delete        func(context.Context) error
}

// temporaryIDKey is the key in private state under which Open stores the id of a temporary key.
const temporaryIDKey = "id"

var _ ephemeral.EphemeralResourceWithClose = (*temporaryKey[any, any])(nil)

type temporaryKey[C, M any] struct {
	ephemeralResource[C, M]
	is TemporaryKey[C, M]
}

// NewTemporaryKey returns an ephemeral resource that creates a key for one run.
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
			fmt.Sprintf("API key with the id %s (%s)", id, k.is.Ends), err))
	}
}
