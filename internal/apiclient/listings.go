// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Listings shares listings among all who read, and knows what this client created and deleted. It is safe for concurrent
// use. The exported fields are set before the first use.
type Listings[T any] struct {
	// Op is for errors, for example "list API keys"; Thing is "key", for example.
	Op, Thing, Section string
	// Fetch sends the list request. As proof, the listing is not Partial.
	Fetch func(ctx context.Context, filter string, proof bool) (*Listing[T], error)
	// Narrow returns the filter to send for one that is asked for, as "" where the unfiltered listing
	// holds the same; nil means the same filter. It may request listings itself.
	Narrow func(ctx context.Context, filter string) (string, error)
	// RefusesAsEmpty says whether a Refusal means to those who list that nothing exists; nil means never. It never proves
	// that an item does not exist.
	RefusesAsEmpty func(context.Context) bool
	// Secrets are those of the client. What shows one of its credentials as its id is unreadable: ids are shown.
	Secrets *Secrets
	// ID is the id of an item, and Compare says in which order List shows them. ByName says that messages call it a name.
	ID      func(*T) string
	ByName  bool
	Compare func(a, b T) int
	Clock   *Clock
	// Pause is transport.Client.Pause.
	Pause func(ctx context.Context, retry int) error

	mu sync.Mutex
	// requests counts the listings that were requested, and writes the writes that have ended.
	requests, writes uint64
	kept             map[string]*shared[T]
	// created has what this client created, by id, and deleted the ids of what it deleted.
	created map[string]creation
	deleted sync.Map
	// touched has the ids of what this client changed.
	touched sync.Map
	// vacant has the filters of which several listings in a row, over some seconds, are Inferred.
	vacant sync.Map
	turns  Turns[string]
}

// creation is when an item was created, by the service's clock, and the filter of the listing that would show it.
type creation struct {
	at     time.Time
	filter string
}

// shared is a listing that several wait for.
type shared[T any] struct {
	*Flight[*Listing[T]]
	// started and ended are by this machine's clock; ended is set when it is done.
	started, ended time.Time
	number         uint64
	// writes as they stood before the request was sent: what was written later may be missing.
	writes uint64
}

// isPartial says whether it ended with a listing that is Partial.
func (s *shared[T]) isPartial() bool {
	return s.Done() && s.Err() == nil && s.value.Partial
}

// failure is the error that it ended with for those who read.
func (s *shared[T]) failure() error {
	if err := s.Err(); err != nil || !s.Done() {
		return err
	}
	return s.value.Refusal
}

// readable is the listing, or its Refusal.
func readable[T any](listing *Listing[T], err error) (*Listing[T], error) {
	if err == nil && listing.Refusal != nil {
		return nil, listing.Refusal
	}
	return listing, err
}

// Changed makes the listings stale. It is called when a write has ended, however it ended.
func (l *Listings[T]) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
}

// Now is the service's time, also where this machine's clock is wrong. It sends a request only where no response has told
// the time yet. If none does, it is this machine's time.
func (l *Listings[T]) Now(ctx context.Context) time.Time {
	if !l.Clock.Known() {
		_, _ = l.Get(ctx, "") // It fails again, and is reported, in the operation itself.
	}
	return l.Clock.Now()
}

// Created notes that this client created the item. The filter is that of the listing that would show it.
func (l *Listings[T]) Created(id, filter string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.created == nil {
		l.created = map[string]creation{}
	}
	l.created[id] = creation{l.Clock.Now(), filter}
	l.deleted.Delete(id)
}

// Deleted notes that this client deleted the item. Listings that lag may still show it.
func (l *Listings[T]) Deleted(id string) { l.deleted.Store(id, true) }

// Touch notes that this client changed the item, or what Terraform makes of it.
func (l *Listings[T]) Touch(id string) { l.touched.Store(id, true) }

// IsTouched says whether this client created or changed the item.
func (l *Listings[T]) IsTouched(id string) bool {
	_, touched := l.touched.Load(id)
	return touched || l.IsOurs(id)
}

// IsOurs says whether this client created the item.
func (l *Listings[T]) IsOurs(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.created[id]
	return ok
}

// IsDeleted says whether this client deleted the item: it does not count as existing, whatever a listing shows.
func (l *Listings[T]) IsDeleted(id string) bool {
	_, ok := l.deleted.Load(id)
	return ok
}

// Get returns a listing of the filter that holds what this client wrote so far: the one that is shared, one that is
// under way, or a new one. Failures are shared for 30 s, so that a thousand reads of a service that is down fail once.
func (l *Listings[T]) Get(ctx context.Context, filter string) (*Listing[T], error) {
	return l.latest(ctx, filter, false)
}

// Ever returns a listing of the filter, of whatever age.
func (l *Listings[T]) Ever(ctx context.Context, filter string) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, false, func(s *shared[T]) bool {
		return s.failure() == nil || now.Sub(s.ended) <= longestAge
	}))
}

// latest is Get; a new listing is as proof or not.
func (l *Listings[T]) latest(ctx context.Context, filter string, proof bool) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, proof, func(s *shared[T]) bool {
		return s.writes == l.writes && (s.failure() == nil || now.Sub(s.ended) <= longestAge)
	}))
}

// Since returns a listing that was requested at that time or later, as proof.
func (l *Listings[T]) Since(ctx context.Context, filter string, notBefore time.Time) (*Listing[T], error) {
	return readable(l.since(ctx, filter, notBefore, 0))
}

// after returns a listing that is requested now, as proof, and is another one than the one that was seen last,
// also where the clock is coarse.
func (l *Listings[T]) after(ctx context.Context, filter string, seen uint64) (*Listing[T], error) {
	return readable(l.since(ctx, filter, l.Clock.Local(), seen))
}

func (l *Listings[T]) since(ctx context.Context, filter string, notBefore time.Time, seen uint64) (*Listing[T], error) {
	for {
		listing, err := l.get(ctx, filter, true, func(s *shared[T]) bool {
			return s.writes == l.writes && !s.started.Before(notBefore) && s.number > seen && !s.isPartial()
		})
		if err != nil || !listing.Partial {
			return listing, err
		}
	}
}

// Fresh returns a listing that was requested after the call began, or is as young as a baseline. While it lacks what
// this client created a moment ago, another is requested, over some seconds. What it does not hold does not exist, or
// was just created by another client.
func (l *Listings[T]) Fresh(ctx context.Context, filter string) (*Listing[T], error) {
	began := l.Clock.Local()
	listing, err := l.latest(ctx, filter, true)
	if err == nil {
		listing, err = l.freshen(ctx, filter, listing, began)
	}
	listing, err = l.orEmpty(ctx, listing, err)
	for look := 1; err == nil && look < youngLooks && l.lags(listing, filter); look++ {
		if err := l.Pause(ctx, look); err != nil {
			return nil, err
		}
		listing, err = l.after(ctx, filter, listing.number)
		listing, err = l.orEmpty(ctx, listing, err)
	}
	if err == nil && listing.Inferred && l.lags(listing, filter) {
		return nil, &Error{
			Op: l.Op, Section: l.Section, Status: http.StatusOK, Err: ErrForeign,
			Message: fmt.Sprintf("the response holds no list, although this run created a %s that it would show", l.Thing),
		}
	}
	return listing, err
}

// orEmpty is the listing, or an empty one in place of a refusal that means that.
func (l *Listings[T]) orEmpty(ctx context.Context, listing *Listing[T], err error) (*Listing[T], error) {
	if IsStatus(err, http.StatusNotFound) && l.RefusesAsEmpty != nil && l.RefusesAsEmpty(ctx) {
		return &Listing[T]{Inferred: true}, nil
	}
	return listing, err
}

// lags says whether the listing lacks what this client created: a moment ago, or at any time if it is Inferred.
func (l *Listings[T]) lags(listing *Listing[T], filter string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, created := range l.created {
		shows := filter == "" || filter == created.filter
		recent := listing.Inferred || l.Clock.Now().Sub(created.at) < youth
		if shows && recent && !l.IsDeleted(id) && !listing.Has(id) {
			return true
		}
	}
	return false
}

// freshen returns the listing if it is proof of absence for an operation that began then, else a new one.
func (l *Listings[T]) freshen(ctx context.Context, filter string, listing *Listing[T], began time.Time) (*Listing[T], error) {
	if listing.Partial || !listing.serves(began) {
		return l.Since(ctx, filter, began)
	}
	return listing, nil
}

// get returns the shared listing if it serves, else a new one.
func (l *Listings[T]) get(ctx context.Context, filter string, proof bool, serves func(*shared[T]) bool) (*Listing[T], error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if l.Narrow != nil {
		var err error
		if filter, err = l.Narrow(ctx, filter); err != nil {
			return nil, err
		}
	}
	l.mu.Lock()
	kept := l.kept[filter]
	if kept == nil || !serves(kept) {
		kept = l.start(ctx, filter, proof)
	}
	l.mu.Unlock()
	return kept.Wait(ctx)
}

// start starts a listing, and shares it. The mutex is locked.
func (l *Listings[T]) start(ctx context.Context, filter string, proof bool) *shared[T] {
	l.requests++
	s := &shared[T]{started: l.Clock.Local(), number: l.requests, writes: l.writes}
	s.Flight = Start(ctx, func(ctx context.Context) (*Listing[T], error) {
		ctx, timing := timed(ctx)
		listing, err := l.Fetch(ctx, filter, proof)
		s.ended = l.Clock.Local()
		if err != nil {
			return nil, err
		}
		listing.dropOdd(l.ID)
		listing.withhold(l.Secrets, l.ID)
		listing.requested, listing.took, listing.number = timing.first, timing.took, s.number
		if timing.first.IsZero() { // It is not timed.
			listing.requested, listing.took = s.started, s.ended.Sub(s.started)
		}
		listing.filter = filter
		if !listing.Inferred {
			l.vacant.Delete(filter)
		}
		return listing, nil
	})
	if l.kept == nil {
		l.kept = map[string]*shared[T]{}
	}
	l.kept[filter] = s
	return s
}

// List is a listing as users see it.
type List[T any] struct {
	// Items are in an order that does not depend on the service.
	Items []T
	// Unreadable counts the entries that are not in Items because they could not be read.
	Unreadable int
}

// List lists all items of the filter: see Fresh and Fill.
func (l *Listings[T]) List(ctx context.Context, filter string) (*List[T], error) {
	listing, err := l.Fresh(ctx, filter)
	if err != nil {
		return nil, err
	}
	return l.Fill(listing, nil), nil
}

// Fill returns the items of the listing that match, or all with nil, without those that this client deleted and that a
// listing which lags still shows.
func (l *Listings[T]) Fill(listing *Listing[T], matches func(*T) bool) *List[T] {
	list := &List[T]{Unreadable: listing.Unreadable + listing.Hidden + listing.Odd()}
	for i := range listing.Items {
		if item := &listing.Items[i]; (matches == nil || matches(item)) && !l.IsDeleted(l.ID(item)) {
			list.Items = append(list.Items, *item)
		}
	}
	slices.SortFunc(list.Items, l.Compare)
	return list
}
