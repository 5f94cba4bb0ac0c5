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

// Listings requests lists of one kind of items, and shares each response among all readers. It also records which items this
// client created and deleted. Listings is safe for concurrent use. Set the exported fields before the first use.
type Listings[T any] struct {
	// Op is the value of Error.Op for list requests, for example "list API keys". Section is the value of Error.Section. Thing is
	// the word for an item in error messages, for example "key".
	Op, Thing, Section string
	// Fetch sends the list request. If the parameter proof is true, Fetch must not return a Partial listing.
	Fetch func(ctx context.Context, filter string, proof bool) (*Listing[T], error)
	// Narrow returns the filter that is sent instead of the parameter filter. For example, Narrow returns "" if the listing
	// without a filter contains the same items. Narrow is allowed to request listings. If Narrow is nil, the filter of the caller
	// is sent.
	Narrow func(ctx context.Context, filter string) (string, error)
	// RefusesAsEmpty reports whether Fresh treats a Refusal as an empty listing. If RefusesAsEmpty is nil, Fresh returns the
	// Refusal as its error. Find never treats a Refusal as a proof that an item does not exist.
	RefusesAsEmpty func(context.Context) bool
	// Secrets are the secrets of the client. If the id of an entry contains a credential of the client, the entry is treated as
	// unreadable, since messages show ids.
	Secrets *Secrets
	// ID returns the id of an item. ByName is true if error messages call the id a name. Compare determines the order of
	// List.Items.
	ID      func(*T) string
	ByName  bool
	Compare func(a, b T) int
	Clock   *Clock
	// Pause is transport.Client.Pause.
	Pause func(ctx context.Context, retry int) error

	mu sync.Mutex
	// requests is the number of listings that were requested so far. writes is the number of writes that have ended.
	requests, writes uint64
	// kept contains the latest listing for each filter.
	kept map[string]*shared[T]
	// created contains the items that this client created, by id. deleted contains the ids of the items that this client deleted.
	created map[string]creation
	deleted sync.Map
	// touched contains the ids that were passed to Touch.
	touched sync.Map
	// confirmedEmpty contains each filter for which it is proven that no item exists: several listings in a row were Inferred.
	confirmedEmpty sync.Map
	turns          Turns[string]
}

// creation contains the time, by the service's clock, when an item was created, and the filter of the listings that contain it.
type creation struct {
	at     time.Time
	filter string
}

// shared is a listing that several readers share. The listing may still be in progress.
type shared[T any] struct {
	*Flight[*Listing[T]]
	// started and ended are the times, by this machine's clock, when the listing began and ended. ended must be read only
	// after Done returns true.
	started, ended time.Time
	number         uint64
	// writes is the value of Listings.writes when the request was sent. The listing can lack the effect of later writes.
	writes uint64
}

// isPartial reports whether the listing has succeeded and is Partial.
func (s *shared[T]) isPartial() bool {
	return s.Done() && s.Err() == nil && s.value.Partial
}

// failure returns the error that readers of the listing get: the error of the list request, or the Refusal. failure returns nil
// if the listing succeeded or is still in progress.
func (s *shared[T]) failure() error {
	if err := s.Err(); err != nil || !s.Done() {
		return err
	}
	return s.value.Refusal
}

// readable returns the Refusal of the listing as an error if it is set. Otherwise, readable returns its arguments.
func readable[T any](listing *Listing[T], err error) (*Listing[T], error) {
	if err == nil && listing.Refusal != nil {
		return nil, listing.Refusal
	}
	return listing, err
}

// Changed records that a write has ended. Get and Since then do not return listings that were requested earlier. Call Changed
// after each write, whether it succeeded or not.
func (l *Listings[T]) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
}

// Now returns the service's time. If no response has had a valid Date header yet, Now requests a listing for its Date header. If
// this response has no valid Date header either, Now returns the time of this machine.
func (l *Listings[T]) Now(ctx context.Context) time.Time {
	if !l.Clock.Known() {
		_, _ = l.Get(ctx, "") // An error is ignored here: the next operation of the caller returns the same error.
	}
	return l.Clock.Now()
}

// Created records that this client created the item with this id. Listings with this filter contain the item.
func (l *Listings[T]) Created(id, filter string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.created == nil {
		l.created = map[string]creation{}
	}
	l.created[id] = creation{l.Clock.Now(), filter}
	l.deleted.Delete(id)
}

// Deleted records that this client deleted the item. The item is then treated as deleted, even if an outdated listing shows it.
func (l *Listings[T]) Deleted(id string) { l.deleted.Store(id, true) }

// Touch records that this client changed the item, or that Terraform changed the item's entry in the state.
func (l *Listings[T]) Touch(id string) { l.touched.Store(id, true) }

// IsTouched reports whether this client created the item or Touch was called with its id.
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

// Get returns a listing for the filter. The listing was requested after the last write of this client. If there is no such
// listing, finished or in progress, Get requests a new one. After a list request has failed, calls get the same error for 30 s,
// or until the next write. So a thousand reads of a service that is down send only one request.
func (l *Listings[T]) Get(ctx context.Context, filter string) (*Listing[T], error) {
	return l.latest(ctx, filter, false)
}

// GetAnyAge is like Get, but the listing may have been requested before the last write of this client.
func (l *Listings[T]) GetAnyAge(ctx context.Context, filter string) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, false, func(s *shared[T]) bool {
		return s.failure() == nil || now.Sub(s.ended) <= longestAge
	}))
}

// latest is Get with the parameter proof. If latest requests a new listing, it passes proof to Fetch.
func (l *Listings[T]) latest(ctx context.Context, filter string, proof bool) (*Listing[T], error) {
	now := l.Clock.Local()
	return readable(l.get(ctx, filter, proof, func(s *shared[T]) bool {
		return s.writes == l.writes && (s.failure() == nil || now.Sub(s.ended) <= longestAge)
	}))
}

// Since returns a complete listing that was requested at the time notBefore or later, and after the last write of this client.
func (l *Listings[T]) Since(ctx context.Context, filter string, notBefore time.Time) (*Listing[T], error) {
	return readable(l.since(ctx, filter, notBefore, 0))
}

// after returns a complete listing that was requested after the call began. The parameter seen is the number of the latest
// listing that the caller knows, and the number of the returned listing is greater. So the returned listing is newer, even if
// the clock shows the same time for both.
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

// Fresh returns a listing that was requested after the call began, or is recent enough for a baseline. If the listing does not
// show an item that this client created recently, Fresh requests further listings for a few seconds. If an item is not in the
// returned listing, either the item does not exist, or it was created recently.
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

// orEmpty returns an empty listing if the error is a 404 and RefusesAsEmpty returns true. Otherwise, orEmpty returns the
// arguments listing and err.
func (l *Listings[T]) orEmpty(ctx context.Context, listing *Listing[T], err error) (*Listing[T], error) {
	if IsStatus(err, http.StatusNotFound) && l.RefusesAsEmpty != nil && l.RefusesAsEmpty(ctx) {
		return &Listing[T]{Inferred: true}, nil
	}
	return listing, err
}

// lags reports whether the listing should contain an item that this client created, but does not show it. If the listing is not
// Inferred, lags checks only the items that were created recently.
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

// freshen returns the listing if the listing can prove that an item does not exist, for an operation that began at the time
// began. Otherwise, freshen returns a newer listing that can.
func (l *Listings[T]) freshen(ctx context.Context, filter string, listing *Listing[T], began time.Time) (*Listing[T], error) {
	if listing.Partial || !listing.serves(began) {
		return l.Since(ctx, filter, began)
	}
	return listing, nil
}

// get returns the shared listing for the filter if the function serves returns true for the listing. Otherwise, get requests a
// new listing.
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

// start starts to request a listing, and shares the listing. The caller must hold the mutex.
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
		if timing.first.IsZero() { // Fetch did not use Conn.Send, so the requests were not timed.
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

// List is the part of a listing that users see.
type List[T any] struct {
	// Items are sorted by Listings.Compare, so their order does not depend on the service.
	Items []T
	// Unreadable is the number of entries that are not in Items because they could not be read.
	Unreadable int
}

// List requests a listing for the filter with Fresh, and returns the items that this client has not deleted.
func (l *Listings[T]) List(ctx context.Context, filter string) (*List[T], error) {
	listing, err := l.Fresh(ctx, filter)
	if err != nil {
		return nil, err
	}
	return l.Fill(listing, nil), nil
}

// Fill returns the items of the listing for which the function matches returns true. If matches is nil, Fill returns all items.
// Fill omits items that this client deleted, since an outdated listing may still show them.
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
