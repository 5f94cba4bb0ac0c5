// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

func TestTemporary(t *testing.T) {
	t.Parallel()
	var temporary face.Temporary
	var mu sync.Mutex
	var ended []string
	add := func(id, workspace string, err error) {
		temporary.Add(id, workspace, func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			ended = append(ended, id)
			return err
		})
	}
	want := func(ids ...string) {
		t.Helper()
		slices.Sort(ended)
		if !slices.Equal(ended, ids) {
			t.Errorf("deleted %v, want %v", ended, ids)
		}
		ended = nil
	}
	failed := errors.New("forbidden")
	add("a", "red", nil)
	add("b", "", failed)
	add("c", "red", nil)
	add("d", "blue", nil)
	add("e", "red", nil)
	if err := temporary.End(t.Context(), "a"); err != nil {
		t.Errorf("got %v", err)
	}
	want("a")
	// End does not delete a key again.
	if err := temporary.End(t.Context(), "a"); err != nil {
		t.Errorf("got %v", err)
	}
	want()
	if err := temporary.EndOf(t.Context(), "red"); err != nil {
		t.Errorf("got %v", err)
	}
	want("c", "e")
	if err := temporary.EndAll(t.Context()); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	want("b", "d")
	// EndAll repeats a failed delete.
	if err := temporary.EndAll(t.Context()); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	want("b")
}

// EndAll runs at the end of the process. It waits for a delete that is under way. If that delete fails, EndAll repeats it.
func TestTemporary_waits(t *testing.T) {
	t.Parallel()
	for name, failures := range map[string]int{"it is deleted": 0, "it fails once": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var temporary face.Temporary
				deletes, deleted := 0, false
				temporary.Add("a", "", func(context.Context) error {
					deletes++
					time.Sleep(time.Second)
					if deletes <= failures {
						return errors.New("lost")
					}
					deleted = true
					return nil
				})
				var closing sync.WaitGroup
				closing.Go(func() { _ = temporary.End(t.Context(), "a") })
				synctest.Wait()
				if err := temporary.EndAll(t.Context()); err != nil || !deleted || deletes != failures+1 {
					t.Errorf("got %v after %d deletes; deleted: %t", err, deletes, deleted)
				}
				closing.Wait()
			})
		})
	}
}
