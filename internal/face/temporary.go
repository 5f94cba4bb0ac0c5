// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

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
	open map[string]temporaryKey // by id
	// ending keeps a key from being deleted twice at the same time.
	ending apiclient.Turns[string]
}

type temporaryKey struct {
	workspace string
	end       func(context.Context) error
}

// Add adds a key, by its id, with the workspace that it is for, and what deletes it.
func (t *Temporary) Add(id, workspace string, end func(context.Context) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]temporaryKey{}
	}
	t.open[id] = temporaryKey{workspace, end}
}

// End deletes the key, unless that was done before.
func (t *Temporary) End(ctx context.Context, id string) error {
	return t.endEach(ctx, func(open string, _ temporaryKey) bool { return open == id })
}

// EndOf deletes all keys of the workspace that are open.
func (t *Temporary) EndOf(ctx context.Context, workspace string) error {
	return t.endEach(ctx, func(_ string, key temporaryKey) bool { return key.workspace == workspace })
}

// EndAll deletes all keys that are open.
func (t *Temporary) EndAll(ctx context.Context) error {
	return t.endEach(ctx, func(string, temporaryKey) bool { return true })
}

// endEach deletes the keys that are chosen, at the same time. It waits for deletes that are under way. Keys that could
// not be deleted stay open.
func (t *Temporary) endEach(ctx context.Context, chosen func(id string, key temporaryKey) bool) error {
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

// temporaryIDKey is that of the id of a temporary key in private state.
const temporaryIDKey = "id"

// TemporaryKey is embedded by ephemeral resources that create a key for one run.
type TemporaryKey[C any] struct {
	EphemeralResource[C]
	// Service is its name, for example "EGS", and Ends says when a key ends that is not deleted, and how to end it.
	Service, Ends string
}

// Opened notes a key that was created, with its workspace, and what deletes it.
func (k *TemporaryKey[C]) Opened(ctx context.Context, resp *ephemeral.OpenResponse, id, workspace string, end func(context.Context) error) {
	k.Temporary.Add(id, workspace, end)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, temporaryIDKey, []byte(strconv.Quote(id)))...)
}

// Close implements ephemeral.EphemeralResourceWithClose.
func (k *TemporaryKey[C]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	data, diags := req.Private.GetKey(ctx, temporaryIDKey)
	resp.Diagnostics.Append(diags...)
	id, err := strconv.Unquote(string(data))
	if resp.Diagnostics.HasError() || err != nil {
		return
	}
	if err := k.Temporary.End(ctx, id); err != nil {
		resp.Diagnostics.Append(FromError("Unable to delete temporary "+k.Service+" API key",
			fmt.Sprintf("API key with the id %s, %s", id, k.Ends), err))
	}
}
