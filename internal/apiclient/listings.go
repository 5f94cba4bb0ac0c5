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

// Listings shares listings among all readers, and records the items that this client created and deleted. It is safe for
// concurrent use. The exported fields are set before the first use.
type Listings[T any] struct {
	// Op and Section are the values of Error.Op, for example "list API keys", and Error.Section. Thing is the name of an item
	// in errors, for example "key".
	Op, Thing, Section string
	// Fetch sends the list request. If proof is true, the listing must not be Partial.
	Fetch func(ctx context.Context, filter string, proof bool) (*Listing[T], error)
	// Narrow returns the filter to send instead of filter, for example "" if the unfiltered listing contains the same items.
	// Narrow may request listings itself. If Narrow is nil, filter is sent unchanged.
	Narrow func(ctx context.Context, filter string) (string, error)
	// RefusesAsEmpty reports whether Fresh treats a Refusal as an empty listing; nil means never. A Refusal never proves that
	// an item does not exist.
	RefusesAsEmpty func(context.Context) bool
	// Secrets are the secrets of the client. An entry whose id contains a credential counts as unreadable, since messages show ids.
	Secrets *Secrets
	// ID returns the id of an item. ByName is true if messages call the id a name. Compare is the order of List.
	ID      func(*T) string
	ByName  bool
	Compare func(a, b T) int
	Clock   *Clock
	// Pause is transport.Client.Pause.
	Pause func(ctx context.Context, retry int) error

	mu sync.Mutex
	// requests is the number of requested listings, and writes the number of writes that have ended.
	requests, writes uint64
	// kept has the latest listing of each filter.
	kept map[string]*shared[T]
	// created has the items that this client created, by id. deleted has the ids of the items that this client deleted.
	created map[string]creation
	deleted sync.Map
	// touched has the ids of the items that this client changed.
	touched sync.Map
	// confirmedEmpty has the filters for which several listings in a row, over a few seconds, were Inferred.
	confirmedEmpty sync.Map
	turns          Turns[string]
}

// creation is the time when an item was created, by the service's clock, and the filter of a listing that would show it.
type creation struct {
	at     time.Time
	filter string
}

// shared is a listing for which several readers can wait.
type shared[T any] struct {
	*Flight[*Listing[T]]
	// started and ended are times of this machine's clock; ended is set before Done is true.
	started, ended time.Time
	number         uint64
	// writes is Listings.writes before the request was sent. The listing may lack the effect of later writes.
	writes uint64
}

// isPartial reports whether the result is a Partial listing.
func (s *shared[T]) isPartial() bool {
	return s.Done() && s.Err() == nil && s.value.Partial
}

// failure returns the error of reads that use the result: the error of the list call, or the Refusal.
func (s *shared[T]) failure() error {
	if err := s.Err(); err != nil || !s.Done() {
		return err
	}
	return s.value.Refusal
}

// readable returns the listing, or its Refusal as an error.
func readable[T any](listing *Listing[T], err error) (*Listing[T], error) {
	if err == nil && listing.Refusal != nil {
		return nil, listing.Refusal
	}
	return listing, err
}

// Changed makes the listings stale. It must be called after each write, with or without success.
func (l *Listings[T]) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
}

// Now returns the service's time. If no response has had a valid Date header yet, Now requests a listing. If the response to that
// request has none either, Now returns the time of this machine.
func (l *Listings[T]) Now(ctx context.Context) time.Time {
	if !l.Clock.Known() {
		_, _ = l.Get(ctx, "") // The caller's operation returns the error.
	}
	return l.Clock.Now()
}

// Created records that this client created the item, which a listing of the filter would show.
func (l *Listings[T]) Created(id, filter string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.created == nil {
		l.created = map[string]creation{}
	}
	l.created[id] = creation{l.Clock.Now(), filter}
	l.deleted.Delete(id)
}

// Deleted records that this client deleted the item. Listings that lag may still show it.
func (l *Listings[T]) Deleted(id string) { l.deleted.Store(id, true) }

// Touch records that this client changed the item, or that Terraform changed its state.
func (l *Listings[T]) Touch(id string) { l.touched.Store(id, true) }

// IsTouched reports whether this client created the item, or Touch was called for it.
func (l *Listings[T]) IsTouched(id string) bool {
	_, touched := l.touched.Load(id)
	return touched || l.IsOurs(id)
}

// IsOurs reports whether this client created the item.
func (l *Listings[T]) IsOurs(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.created[id]
	return ok
}

// IsDeleted reports whether this client deleted the item. A deleted item does not exist, even if a listing shows it.
func (l *Listings[T]) IsDeleted(id string) bool {
	_, ok := l.deleted.Load(id)
	return ok
}

// Get returns a listing of the filter that was requested after the last write of this client. Get returns the shared listing,
// waits for a listing in progress, or requests a new one. Failures are shared for 30 s, so that a thousand reads of a service
// that is down send one request.
func (l *Listings[T]) Get(ctx context.Context, filter string) (*Listing[T], error) {
	return l.latest(ctx, filter, false)
}

// GetAnyAge returns a listing of the filter, of any age.
func (l *Listings[T]) GetAnyAge(ctx context.Context, filter string) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, false, func(s *shared[T]) bool {
		return s.failure() == nil || now.Sub(s.ended) <= longestAge
	}))
}

// latest is Get, but passes proof to Fetch if it requests a new listing.
func (l *Listings[T]) latest(ctx context.Context, filter string, proof bool) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, proof, func(s *shared[T]) bool {
		return s.writes == l.writes && (s.failure() == nil || now.Sub(s.ended) <= longestAge)
	}))
}

// Since returns a complete listing that was requested at notBefore or later.
func (l *Listings[T]) Since(ctx context.Context, filter string, notBefore time.Time) (*Listing[T], error) {
	return readable(l.since(ctx, filter, notBefore, 0))
}

// after returns a complete listing that was requested after the call began. The number of the listing is greater than seen,
// which is the number of the last listing that the caller knows. So the listing is a newer one, even if the clock is coarse.
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

// Fresh returns a listing that was requested after the call began, or is recent enough for a baseline. While the listing lacks
// an item that this client created a moment ago, Fresh requests further listings for a few seconds. An item that the returned
// listing lacks does not exist, or another client has just created it.
func (l *Listings[T]) Fresh(ctx context.Context, filter string) (*Listing[T], error) {
	began := l.Clock.Local()
	listing, err := l.latest(ctx, filter, true)
	if err == nil {
		listing, err = l.freshen(ctx, filter, listing, began)
	}
	listing, err = l.orEmpty(ctx, listing, err)
	for look := 1; err == nil && look < recentLooks && l.lags(listing, filter); look++ {
		if err := l.Pause(ctx, look); err != nil {
			return nil, err
		}
		listing, err = l.after(ctx, filter, listing.number)
		listing, err = l.orEmpty(ctx, listing, err)
	}
	if err == nil && listing.Inferred && l.lags(listing, filter) {
		return nil, &Error{
			Op: l.Op, Section: l.Section, Status: http.StatusOK, Err: ErrUnexpectedResponse,
			Message: fmt.Sprintf("the response contains no list, although this run created a %s that the list should contain", l.Thing),
		}
	}
	return listing, err
}

// orEmpty returns the listing, or an empty one if the error is a 404 that means that no item exists.
func (l *Listings[T]) orEmpty(ctx context.Context, listing *Listing[T], err error) (*Listing[T], error) {
	if IsStatus(err, http.StatusNotFound) && l.RefusesAsEmpty != nil && l.RefusesAsEmpty(ctx) {
		return &Listing[T]{Inferred: true}, nil
	}
	return listing, err
}

// lags reports whether the listing lacks an item that this client created: a moment ago, or at any time if the listing is Inferred.
func (l *Listings[T]) lags(listing *Listing[T], filter string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, created := range l.created {
		shows := filter == "" || filter == created.filter
		recent := listing.Inferred || l.Clock.Now().Sub(created.at) < recentPeriod
		if shows && recent && !l.IsDeleted(id) && !listing.Has(id) {
			return true
		}
	}
	return false
}

// freshen returns the listing if an operation that began at the given time can use it as proof that an item does not exist.
// Otherwise, it returns a new listing.
func (l *Listings[T]) freshen(ctx context.Context, filter string, listing *Listing[T], began time.Time) (*Listing[T], error) {
	if listing.Partial || !listing.serves(began) {
		return l.Since(ctx, filter, began)
	}
	return listing, nil
}

// get returns the shared listing if serves returns true for it, and a new one otherwise.
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

// start requests a listing and shares it. The caller holds the mutex.
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
		listing.dropDuplicates(l.ID)
		listing.dropSecretIDs(l.Secrets, l.ID)
		listing.requested, listing.took, listing.number = timing.first, timing.took, s.number
		if timing.first.IsZero() { // Fetch did not use Conn.Send.
			listing.requested, listing.took = s.started, s.ended.Sub(s.started)
		}
		listing.filter = filter
		if !listing.Inferred {
			l.confirmedEmpty.Delete(filter)
		}
		return listing, nil
	})
	if l.kept == nil {
		l.kept = map[string]*shared[T]{}
	}
	l.kept[filter] = s
	return s
}

// List is a listing for users.
type List[T any] struct {
	// Items are in the order of Listings.Compare, which does not depend on the service.
	Items []T
	// Unreadable is the number of entries that are not in Items because they could not be read.
	Unreadable int
}

// List returns all items of the filter: see Fresh and Fill.
func (l *Listings[T]) List(ctx context.Context, filter string) (*List[T], error) {
	listing, err := l.Fresh(ctx, filter)
	if err != nil {
		return nil, err
	}
	return l.Fill(listing, nil), nil
}

// Fill returns the items of the listing for which matches returns true, or all items if matches is nil. It omits items that
// this client deleted, which a listing that lags may still show.
func (l *Listings[T]) Fill(listing *Listing[T], matches func(*T) bool) *List[T] {
	list := &List[T]{Unreadable: listing.Unreadable + listing.Hidden + listing.NumUnreadableIDs()}
	for i := range listing.Items {
		if item := &listing.Items[i]; (matches == nil || matches(item)) && !l.IsDeleted(l.ID(item)) {
			list.Items = append(list.Items, *item)
		}
	}
	slices.SortFunc(list.Items, l.Compare)
	return list
}
