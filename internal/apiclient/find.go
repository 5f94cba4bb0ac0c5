// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Ref is a reference to an item.
type Ref[T any] struct {
	ID string
	// Filter is the filter of a listing that would show the item.
	Filter string
	// Match finds an item that is listed with another id; it may be nil.
	Match func(*T) bool
	// Created is the time when the item was created, by the service's clock; zero if it is unknown or long ago. It is not
	// needed for an item that this client created.
	Created time.Time
	// NotVisible returns the reason why lists with these credentials would not show the item, or nil if they would. The
	// function may be nil.
	NotVisible func(*Listing[T]) error
}

// Find returns an item. Any listing that shows it proves that it exists. The error is ErrNotFound only if a complete, readable
// listing proves that the item does not exist. Such a listing was requested after the call began, or is recent enough for a
// baseline. In addition, lists with these credentials must show the item if it exists (see Ref.NotVisible). If listings are
// Inferred, or the item is new, the proof needs several listings over a few seconds.
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

// FindAs is Find for an item that this or an earlier client created or changed at Ref.Created. is(item) reports
// whether the item has the values of that write. If the write was a moment ago, a listing with other values may be outdated, so
// FindAs requests further listings for a few seconds.
func (l *Listings[T]) FindAs(ctx context.Context, ref Ref[T], is func(*T) bool) (*T, error) {
	for look := 1; ; look++ {
		found, err := l.Find(ctx, ref)
		if err != nil || is(found) || look == recentLooks || !l.isRecent(ref) || l.Pause(ctx, look) != nil {
			return found, err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // Find uses this listing, or returns its error.
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

// find returns the item of the reference, or nil.
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
