// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// store returns a store with one item for each letter. The letter is the id and the value of the item. The letter in upper
// case is the secret.
func store(letters string) *simulation.Store[string] {
	var s simulation.Store[string]
	for letter := range strings.SplitSeq(letters, "") {
		s.Add(simulation.Item[string]{ID: letter, Secret: strings.ToUpper(letter), Value: letter})
	}
	return &s
}

func TestStoreLogInDoesNotFindNewItems(t *testing.T) {
	t.Parallel()
	s := store("a")
	s.RefuseLogIns(2)
	s.Add(simulation.Item[string]{ID: "b", Secret: "B"})
	for i, known := range []bool{false, false, true, true} {
		if (s.LogIn("B") != nil) != known || s.LogIn("A") == nil || s.LogIn("C") != nil || s.BySecret("B") == nil {
			t.Errorf("log-in %d finds a wrong item; want item B: %t", i, known)
		}
	}
}

func set(to string) func(*string) error {
	return func(value *string) error {
		*value = to
		return nil
	}
}

func TestStoreFindsItemsByIDAndSecret(t *testing.T) {
	t.Parallel()
	s := store("abc")
	if s.Add(simulation.Item[string]{ID: "b", Value: "other"}) {
		t.Error("Add added a duplicate id")
	}
	before := s.ByID("b")
	if err := s.Change("b", set("x")); err != nil || before.Value != "b" {
		t.Errorf("got the error %v, and the returned item changed to %q", err, before.Value)
	}
	if s.ByID("b").Value != "x" || s.BySecret("B").Value != "x" || s.Secret("b") != "B" || fmt.Sprint(simulation.Values(s.All())) != "[a x c]" {
		t.Errorf("after a change, the store has %v", simulation.Values(s.All()))
	}
	failed := errors.New("failed")
	if err := s.Change("b", func(value *string) error { *value = "y"; return failed }); !errors.Is(err, failed) || s.ByID("b").Value != "x" {
		t.Errorf("after a failed change: got the error %v, the value %q", err, s.ByID("b").Value)
	}
	if !s.Remove("b") || s.Remove("b") || s.ByID("b") != nil || s.BySecret("B") != nil || s.Secret("b") != "" {
		t.Error("the item was not removed")
	}
	if err := s.Change("b", set("z")); !errors.Is(err, simulation.ErrUnknown) || fmt.Sprint(simulation.Values(s.All())) != "[a c]" {
		t.Errorf("change of a removed item: got the error %v, the values %v", err, simulation.Values(s.All()))
	}
	if values := simulation.Values(new(simulation.Store[string]).All()); values == nil {
		t.Error("the values of an empty store are nil")
	}
}

func TestStoreLags(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := store("ab")
		shows := func(want string) {
			t.Helper()
			if got := strings.Join(simulation.Values(s.Listed()), ""); got != want {
				t.Errorf("at %s, the list shows %q, want %q", time.Now().Format("5.0"), got, want)
			}
		}
		shows("ab")
		s.Lag(time.Second)
		s.Add(simulation.Item[string]{ID: "c", Value: "c"})
		time.Sleep(900 * time.Millisecond)
		shows("ab")
		_, _, _ = s.Change("c", set("x")), s.Remove("a"), s.Remove("b")
		time.Sleep(100 * time.Millisecond)
		shows("abc")
		time.Sleep(900 * time.Millisecond)
		shows("x")
		s.Remove("c")
		shows("x")
		if len(s.All()) != 0 {
			t.Errorf("the store has %v, want no items", s.All())
		}
		time.Sleep(time.Hour)
		shows("")
	})
}

func TestStoreIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	var s simulation.Store[int]
	var added, removed atomic.Int64
	var all sync.WaitGroup
	for i := range 500 {
		all.Go(func() {
			id := fmt.Sprint(i)
			s.Add(simulation.Item[int]{ID: id, Value: i})
			_ = s.Change(id, func(value *int) error { *value++; return nil })
			if item := s.ByID(id); item.Value != i+1 || len(s.Listed()) == 0 {
				t.Errorf("item %d has the value %d, want %d", i, item.Value, i+1)
			}
			for range 2 {
				all.Go(func() {
					if s.Add(simulation.Item[int]{ID: "twice", Value: i}) {
						added.Add(1)
					}
					if i%2 == 0 && s.Remove(id) {
						removed.Add(1)
					}
				})
			}
		})
	}
	if all.Wait(); removed.Load() != 250 || added.Load() != 1 || len(s.All()) != 251 {
		t.Errorf("%d were removed, want 250; the id twice was added %d times, want 1; %d are left, want 251", removed.Load(), added.Load(), len(s.All()))
	}
}
