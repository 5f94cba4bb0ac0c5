// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"slices"
	"sync"
	"time"
)

// Item is an object with its id and, if it is a key, its secret.
type Item[T any] struct {
	ID, Secret string
	Value      T
}

// Store has the objects of a service in the order of their creation. Callers must not change the items that it returns. The
// zero value is empty. It is safe for concurrent use.
type Store[T any] struct {
	mu             sync.RWMutex
	items          []*Item[T]
	byID, bySecret map[string]*Item[T]

	// logIns is the number of calls of LogIn that do not find a new item. unknown has the remaining number of these calls for
	// each secret.
	logIns  int
	unknown map[string]int

	lag time.Duration
	// states has the current and earlier items, in the order of time. At each change, record drops the states that lists no
	// longer show.
	states []state[T]
}

type state[T any] struct {
	since time.Time
	items []*Item[T]
}

// RefuseLogIns sets the number of calls of LogIn that do not find a new item. It applies to items that are added later.
func (s *Store[T]) RefuseLogIns(logIns int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logIns, s.unknown = logIns, map[string]int{}
}

// LogIn is like BySecret, but its first calls for a new item do not find the item: see RefuseLogIns.
func (s *Store[T]) LogIn(secret string) *Item[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unknown[secret] > 0 {
		s.unknown[secret]--
		return nil
	}
	return s.bySecret[secret]
}

// Lag makes Listed return the items that existed lag ago, by the real clock. Items that exist when Lag is called are listed
// immediately.
func (s *Store[T]) Lag(lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag, s.states = lag, []state[T]{{items: slices.Clone(s.items)}}
}

// record records the items after a change.
func (s *Store[T]) record() {
	if s.lag > 0 {
		now := time.Now()
		s.states = append(s.states[s.shown(now):], state[T]{now, slices.Clone(s.items)})
	}
}

// shown returns the index of the latest state that began at least lag ago.
func (s *Store[T]) shown(now time.Time) int {
	i := len(s.states) - 1
	for i > 0 && now.Sub(s.states[i].since) < s.lag {
		i--
	}
	return i
}

// Listed returns the items that a list shows now.
func (s *Store[T]) Listed() []*Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.lag <= 0 {
		return slices.Clone(s.items)
	}
	return slices.Clone(s.states[s.shown(time.Now())].items)
}

// All returns all items.
func (s *Store[T]) All() []*Item[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.items)
}

// Add adds an item. It returns false if an item already has this id.
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

// Change changes the value of an item, unless the function returns an error. The function receives a shallow copy, and must not
// change anything to which the value refers. The error is ErrUnknown if no item has this id.
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

// Remove removes an item, and reports whether it existed. Of two concurrent calls for an item, only one returns true.
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

// Values returns the values of the items; never nil.
func Values[T any](items []*Item[T]) []T {
	values := make([]T, len(items))
	for i, item := range items {
		values[i] = item.Value
	}
	return values
}
