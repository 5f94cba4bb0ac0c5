// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

func TestTurns(t *testing.T) {
	t.Parallel()
	var turns apiclient.Turns[string]
	endA, err := turns.Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	// A turn with a different key does not wait.
	endB, err := turns.Take(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	endB()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.Take(canceled, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a second turn of the kind: got %v", err)
	}
	endA()
	if _, err := turns.Take(canceled, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a turn after the end of the context: got %v", err)
	}
	if endA, err = turns.Take(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	endA()
}

func TestTurns_oneAtATime(t *testing.T) {
	t.Parallel()
	var turns apiclient.Turns[int]
	// If two turns with the same key overlap, the race detector reports it, or a count is wrong.
	var counts [3]int
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			end, err := turns.Take(t.Context(), i%3)
			if err != nil {
				t.Error(err)
				return
			}
			defer end()
			counts[i%3]++
		})
	}
	all.Wait()
	if counts != [3]int{100, 100, 100} {
		t.Errorf("got %v", counts)
	}
}
