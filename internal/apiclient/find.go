// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Ref identifies the item that Find or Delete searches for.
type Ref[T any] struct {
	ID string
	// Filter is the filter of the listings that are searched for the item.
	Filter string
	// Match reports whether a listed item is the searched one although its id differs from ID. If Match is nil, only an item
	// with the id ID is found.
	Match func(*T) bool
	// Created is the time, by the service's clock, when the item was created. It is zero if the time is unknown or long ago.
	// It can also be zero if this client created the item, since the client knows the time.
	Created time.Time
	// NotVisible returns the reason why a list request with these credentials does not show the item, or nil if it does. If the
	// function NotVisible is nil, lists show the item.
	NotVisible func(*Listing[T]) error
}

// Find returns an item if any listing shows it. The error is ErrNotFound if this client deleted the item, or if it is proven that
// the item does not exist. The proof is a complete, readable listing without the item. This listing was requested after the call
// of Find began, or is recent enough for a baseline, and lists show the item if it exists (see Ref.NotVisible). If the listing is
// Inferred, or the item was created recently, the proof needs several such listings over a few seconds.
func (l *Listings[T]) Find(ctx context.Context, ref Ref[T]) (*T, error) {
	if l.IsDeleted(ref.ID) {
		return nil, l.notFound(ref.ID)
	}
	began := l.Clock.Local()
	inferred := 0
	listing, err := l.Get(ctx, ref.Filter)
	for look := 1; ; look++ {
		if err != nil {
			return nil, err
		}
		if found := listing.find(ref); found != nil {
			return found, nil
		}
		if listing, err = l.freshen(ctx, ref.Filter, listing, began); err != nil {
			return nil, err
		}
		if found := listing.find(ref); found != nil {
			return found, nil
		}
		if why := listing.unproven(ref.ID); why != nil {
			return nil, &Error{
				Op: l.Op, Section: l.Section, Status: http.StatusOK, Err: why,
				Message: fmt.Sprintf("the list does not prove that the %s %s no longer exists: %v", l.Thing, ref.ID, why),
			}
		}
		if ref.NotVisible != nil {
			if err := ref.NotVisible(listing); err != nil {
				return nil, err
			}
		}
		if listing.Inferred {
			if inferred++; inferred == recentLooks {
				l.confirmedEmpty.Store(listing.filter, true)
			}
		}
		_, empty := l.confirmedEmpty.Load(listing.filter)
		if look == recentLooks || !l.isRecent(ref) && (!listing.Inferred || empty) {
			return nil, l.notFound(ref.ID)
		}
		if err := l.Pause(ctx, look); err != nil {
			return nil, err
		}
		listing, err = l.after(ctx, ref.Filter, listing.number)
	}
}

// FindAs is Find for an item that was created or changed at the time Ref.Created, by this client or an earlier one. is(item)
// reports whether the item has the values of this write. If the write was recent, and the listing shows older values, the
// listing may be outdated. So FindAs requests further listings for a few seconds.
func (l *Listings[T]) FindAs(ctx context.Context, ref Ref[T], is func(*T) bool) (*T, error) {
	for look := 1; ; look++ {
		found, err := l.Find(ctx, ref)
		if err != nil || is(found) || look == recentLooks || !l.isRecent(ref) || l.Pause(ctx, look) != nil {
			return found, err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // The next call of Find uses this listing, or returns its error.
	}
}

// isRecent reports whether the item was created so recently that listings may not show it yet.
func (l *Listings[T]) isRecent(ref Ref[T]) bool {
	l.mu.Lock()
	created := ref.Created
	if ours, ok := l.created[ref.ID]; ok {
		created = ours.at
	}
	l.mu.Unlock()
	return !created.IsZero() && l.Clock.Now().Sub(created) < recentPeriod
}

func (l *Listings[T]) notFound(id string) error {
	what := "id"
	if l.ByName {
		what = "name"
	}
	return &Error{Op: l.Op, Section: l.Section, Message: fmt.Sprintf("no %s has the %s %s", l.Thing, what, id), Err: ErrNotFound}
}

// find returns the item that ref identifies, or nil if the listing does not contain it.
func (l *Listing[T]) find(ref Ref[T]) *T {
	if i, ok := l.index[ref.ID]; ok {
		return &l.Items[i]
	}
	if ref.Match != nil {
		for i := range l.Items {
			if ref.Match(&l.Items[i]) {
				return &l.Items[i]
			}
		}
	}
	return nil
}
