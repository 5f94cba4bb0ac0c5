// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"slices"
	"sync"
	"time"
)

// Item is an object of a service. Secret is empty if the object is not a key.
type Item[T any] struct {
	ID, Secret string
	Value      T
}

// Store has the objects of a service, in the order of creation. Callers must not change the items that the methods return.
// The zero value is an empty store. All methods are safe for concurrent use.
type Store[T any] struct {
	mu             sync.RWMutex
	items          []*Item[T]
	byID, bySecret map[string]*Item[T]

	// logIns is the number of LogIn calls for a new item that return nil. unknown maps the secret of an item to the
	// remaining number of these calls.
	logIns  int
	unknown map[string]int

	lag time.Duration
	// states has the current items and earlier versions of the items, oldest first. At each change, record removes the
	// versions that lists no longer show.
	states []state[T]
}

type state[T any] struct {
	since time.Time
	items []*Item[T]
}

// RefuseLogIns makes the first calls of LogIn for a new item return nil. The parameter logIns is the number of these calls.
// Only items that are added after RefuseLogIns are new items.
func (s *Store[T]) RefuseLogIns(logIns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logIns, s.unknown = logIns, map[string]int{}
}

// LogIn is like BySecret, but the first calls for a new item return nil. RefuseLogIns sets the number of these calls.
func (s *Store[T]) LogIn(secret string) *Item[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unknown[secret] > 0 {
		s.unknown[secret]--
		return nil
	}
	return s.bySecret[secret]
}

// Lag delays the effect of later changes on Listed. The parameter lag is the delay, on the real clock. Items that are
// already in the store are listed without a delay.
func (s *Store[T]) Lag(lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag, s.states = lag, []state[T]{{items: slices.Clone(s.items)}}
}

// record adds the current items to states. Every change of the items must call record.
func (s *Store[T]) record() {
	if s.lag > 0 {
		now := time.Now()
		s.states = append(s.states[s.shown(now):], state[T]{now, slices.Clone(s.items)})
	}
}

// shown returns the index of the latest state that is at least s.lag old. If there is none, shown returns 0.
func (s *Store[T]) shown(now time.Time) int {
	i := len(s.states) - 1
	for i > 0 && now.Sub(s.states[i].since) < s.lag {
		i--
	}
	return i
}

// Listed returns the items that a list request returns now.
func (s *Store[T]) Listed() []*Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.lag <= 0 {
		return slices.Clone(s.items)
	}
	return slices.Clone(s.states[s.shown(time.Now())].items)
}

// All returns all items, without the delay of Listed.
func (s *Store[T]) All() []*Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.items)
}

// Add adds an item, and returns true. If an item already has this id, Add changes nothing and returns false.
func (s *Store[T]) Add(item Item[T]) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID, s.bySecret = map[string]*Item[T]{}, map[string]*Item[T]{}
	}
	if s.byID[item.ID] != nil {
		return false
	}
	s.items = append(s.items, &item)
	s.byID[item.ID], s.bySecret[item.Secret] = &item, &item
	if s.logIns > 0 {
		s.unknown[item.Secret] = s.logIns
	}
	s.record()
	return true
}

// ByID returns the item with this id, or nil.
func (s *Store[T]) ByID(id string) *Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// BySecret returns the item with this secret, or nil.
func (s *Store[T]) BySecret(secret string) *Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bySecret[secret]
}

// Secret returns the secret of the item with this id, or "".
func (s *Store[T]) Secret(id string) string {
	if item := s.ByID(id); item != nil {
		return item.Secret
	}
	return ""
}

// Change calls the function change with a shallow copy of the item's value, and stores the changed copy. The function must
// not change data to which the copy points. If the function returns an error, Change stores nothing and returns the error.
// If no item has this id, Change returns ErrUnknown.
func (s *Store[T]) Change(id string, change func(*T) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.byID[id]
	if before == nil {
		return ErrUnknown
	}
	after := *before
	if err := change(&after.Value); err != nil {
		return err
	}
	s.items[slices.Index(s.items, before)] = &after
	s.byID[id], s.bySecret[after.Secret] = &after, &after
	s.record()
	return nil
}

// Remove removes the item with this id, and reports whether the item existed. If two calls for the same item are
// concurrent, only one of them returns true.
func (s *Store[T]) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.byID[id]
	if item == nil {
		return false
	}
	i := slices.Index(s.items, item)
	s.items = slices.Delete(s.items, i, i+1)
	delete(s.byID, id)
	delete(s.bySecret, item.Secret)
	s.record()
	return true
}

// Values returns the values of the items. If there are no items, the slice is empty, not nil.
func Values[T any](items []*Item[T]) []T {
	values := make([]T, len(items))
	for i, item := range items {
		values[i] = item.Value
	}
	return values
}
