// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"context"
	"errors"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// AsError checks that err is an *apiclient.Error of the given section, and returns it.
func AsError(t *testing.T, err error, section string) *apiclient.Error {
	t.Helper()
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *apiclient.Error", err)
	}
	if e.Section != section {
		t.Errorf("the section is %q: %v", e.Section, err)
	}
	return e
}

// IDs returns the ids of items.
func IDs[T any](items []T, id func(T) string) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	return ids
}

// Must fails the test immediately if err is not nil.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// WantErr checks that errors.Is(err, want) is true.
func WantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// Err discards the first result of a call and returns the error.
func Err[T any](_ T, err error) error { return err }

// Listed converts the function list to a function that returns the ids of the items and the number of unreadable entries.
func Listed[T any](
	list func(ctx context.Context) (*apiclient.List[T], error), id func(T) string,
) func(ctx context.Context) (ids []string, unreadable int, err error) {
	return func(ctx context.Context) ([]string, int, error) {
		l, err := list(ctx)
		if err != nil {
			return nil, 0, err
		}
		return IDs(l.Items, id), l.Unreadable, nil
	}
}
