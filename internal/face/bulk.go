// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Bulk is an action on several keys, one after the other. If the action on a key fails, Bulk continues with the next key. At the
// end, one error lists the keys that failed.
type Bulk[K any] struct {
	// Summary is the summary of the error. Noun is the kind of object, such as "EGS API key".
	Summary, Noun string
	// Infinitive and Participle name the operation, such as "revoke" and "revoked".
	Infinitive, Participle string
	// If DryRun is true, the action only reports what it would do.
	DryRun bool
	// IDs are the ids of the keys, and Find returns the key with one of these ids. If IDs is empty, Select returns the keys
	// instead.
	IDs    []string
	Find   func(id string) (*K, error)
	Select func() ([]K, diag.Diagnostics)
	// Name returns the text that describes a key in messages.
	Name func(*K) string
	// Run reports what this run of the provider did to the key with an id: Deleted is whether the run deleted the key, and
	// Touched is whether the run created or changed it. ID returns the id of a key.
	Run interface {
		Deleted(id string) bool
		Touched(id string) bool
	}
	ID func(*K) string
	// Done returns why a key does not need the action, such as "Already inactive". It returns "" if the key needs the action. If
	// Done is nil, all keys need the action.
	Done func(*K) string
	// Refuse returns an error if the action is not allowed for a key. Do carries out the action on a key.
	Refuse func(*K) error
	Do     func(*K) error
}

// Invoke invokes the action. If IDs are given, Invoke finds all keys before it changes the first key, because a change makes the
// shared list stale. If a key does not exist because this run deleted it, Invoke only reports this as progress. If it
// does not exist for another reason, Invoke returns an error, because the id may be mistyped. If Select returns a key that this
// run created or changed, Invoke skips the key, because its creation or change may have triggered the action.
func (b Bulk[K]) Invoke(ctx context.Context, resp *action.InvokeResponse) {
	if len(b.IDs) == 0 {
		keys, diags := b.Select()
		resp.Diagnostics.Append(diags...)
		if len(keys) == 0 && !diags.HasError() {
			b.progress(resp, "No %s matches", b.Noun)
		}
		b.each(ctx, slices.DeleteFunc(keys, func(key K) bool {
			touched := b.Run.Touched(b.ID(&key))
			if touched {
				b.progress(resp, "Skipped (created or changed by this run): %s", b.Name(&key))
			}
			return touched
		}), nil, resp)
		return
	}
	found, faults := findEach(b.IDs, b.Find)
	var keys []K
	var left []string
	for i, id := range b.IDs {
		switch err := faults[i]; {
		case errors.Is(err, apiclient.ErrNotFound) && b.Run.Deleted(id):
			b.progress(resp, "Deleted by this run: %s", id)
		case errors.Is(err, apiclient.ErrNotFound):
			left = append(left, fmt.Sprintf("%s: no %s has this id; it was already deleted, or the id is wrong", id, b.Noun))
			b.progress(resp, "Not found: %s", id)
		case err != nil:
			left = append(left, Printable(fmt.Sprintf("%s: %s", id, err)))
			b.progress(resp, "Not %s: %s", b.Participle, id)
		default:
			keys = append(keys, *found[i])
		}
	}
	b.each(ctx, keys, left, resp)
}

// each carries out the action on each key. The parameter left describes keys that have already failed. The error lists them too.
func (b Bulk[K]) each(ctx context.Context, keys []K, left []string, resp *action.InvokeResponse) {
	for i := range keys {
		key := &keys[i]
		name := b.Name(key)
		if b.Done != nil {
			if done := b.Done(key); done != "" {
				b.progress(resp, "%s: %s", done, name)
				continue
			}
		}
		switch err := b.one(ctx, key); {
		case err != nil && b.DryRun:
			b.progress(resp, "Would not be %s: %s: %s", b.Participle, name, err)
		case err != nil:
			left = append(left, Printable(fmt.Sprintf("%s: %s", name, err)))
			b.progress(resp, "Not %s: %s", b.Participle, name)
		case b.DryRun:
			b.progress(resp, "Would %s: %s", b.Infinitive, name)
		default:
			b.progress(resp, "%s: %s", strings.ToUpper(b.Participle[:1])+b.Participle[1:], name)
		}
	}
	if len(left) > 0 {
		resp.Diagnostics.AddError(b.Summary, fmt.Sprintf("These keys were not %s:\n\n- %s\n\nFix the errors above and run the action again.",
			b.Participle, strings.Join(left, "\n- ")))
	}
}

func (b Bulk[K]) one(ctx context.Context, key *K) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.Refuse(key); err != nil || b.DryRun {
		return err
	}
	return b.Do(key)
}

func (b Bulk[K]) progress(resp *action.InvokeResponse, format string, arguments ...any) {
	resp.SendProgress(action.InvokeProgressEvent{Message: Printable(fmt.Sprintf(format, arguments...))})
}

// findEach returns the object or the error for each id. It looks for all ids at the same time, because it takes some seconds to
// prove that one object does not exist.
func findEach[T any](ids []string, find func(id string) (*T, error)) ([]*T, []error) {
	found, faults := make([]*T, len(ids)), make([]error, len(ids))
	var wait sync.WaitGroup
	for i, id := range ids {
		wait.Go(func() { found[i], faults[i] = find(id) })
	}
	wait.Wait()
	return found, faults
}

// IDs returns the attribute ids of a bulk action. The parameter id validates each id.
func IDs(description string, id validator.String) schema.ListAttribute {
	return schema.ListAttribute{
		MarkdownDescription: description,
		ElementType:         types.StringType,
		Optional:            true,
		Validators: []validator.List{
			listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.NoNullValues(), listvalidator.ValueStringsAre(id),
		},
	}
}

// IDsOrFilters returns validators for the configuration of a bulk action. The configuration must set ids, or at least one of the
// attributes in filters and beside. It can set ids together with the attributes in beside, but not together with the attributes
// in filters.
func IDsOrFilters(filters, beside []string) []action.ConfigValidator {
	ids := path.MatchRoot("ids")
	choices := []path.Expression{ids}
	for _, name := range beside {
		choices = append(choices, path.MatchRoot(name))
	}
	var validators []action.ConfigValidator
	for _, name := range filters {
		choices = append(choices, path.MatchRoot(name))
		validators = append(validators, actionvalidator.Conflicting(ids, path.MatchRoot(name)))
	}
	return append(validators, actionvalidator.AtLeastOneOf(choices...))
}
