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

// store has these letters, as id, secret in upper case and value.
func store(letters string) *simulation.Store[string] {
	var s simulation.Store[string]
	for letter := range strings.SplitSeq(letters, "") {
		s.Add(simulation.Item[string]{ID: letter, Secret: strings.ToUpper(letter), Value: letter})
	}
	return &s
}

// A new item is not known at once to those who log in.
func TestStoreForgetsNewItems(t *testing.T) {
	t.Parallel()
	s := store("a")
	s.Forget(2)
	s.Add(simulation.Item[string]{ID: "b", Secret: "B"})
	for i, known := range []bool{false, false, true, true} {
		if (s.LogIn("B") != nil) != known || s.LogIn("A") == nil || s.LogIn("C") != nil || s.BySecret("B") == nil {
			t.Errorf("log-in %d finds it: %t", i, !known)
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
		t.Error("an id is taken twice")
	}
	before := s.ByID("b")
	if err := s.Change("b", set("x")); err != nil || before.Value != "b" {
		t.Errorf("changing it: %v, and who had it has %q", err, before.Value)
	}
	if s.ByID("b").Value != "x" || s.BySecret("B").Value != "x" || s.Secret("b") != "B" || fmt.Sprint(simulation.Values(s.All())) != "[a x c]" {
		t.Errorf("changed, it holds %v", simulation.Values(s.All()))
	}
	failed := errors.New("failed")
	if err := s.Change("b", func(value *string) error { *value = "y"; return failed }); !errors.Is(err, failed) || s.ByID("b").Value != "x" {
		t.Errorf("a change that fails: %v, %q", err, s.ByID("b").Value)
	}
	if !s.Remove("b") || s.Remove("b") || s.ByID("b") != nil || s.BySecret("B") != nil || s.Secret("b") != "" {
		t.Error("it is not removed")
	}
	if err := s.Change("b", set("z")); !errors.Is(err, simulation.ErrUnknown) || fmt.Sprint(simulation.Values(s.All())) != "[a c]" {
		t.Errorf("then: %v, %v", err, simulation.Values(s.All()))
	}
	if values := simulation.Values(new(simulation.Store[string]).All()); values == nil {
		t.Error("the values of an empty one are nil")
	}
}

func TestStoreLags(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := store("ab")
		shows := func(want string) {
			t.Helper()
			if got := strings.Join(simulation.Values(s.Listed()), ""); got != want {
				t.Errorf("at %s it shows %q, want %q", time.Now().Format("5.0"), got, want)
			}
		}
		shows("ab") // no lag
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
			t.Errorf("it holds %v", s.All())
		}
		time.Sleep(time.Hour)
		shows("")
	})
}

func TestStoreLosesNothingSideBySide(t *testing.T) {
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
				t.Errorf("%d is %d", i, item.Value)
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
		t.Errorf("%d were removed, %d added twice, %d are left", removed.Load(), added.Load(), len(s.All()))
	}
}
