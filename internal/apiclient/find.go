// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Ref says which item is meant.
type Ref[T any] struct {
	ID string
	// Filter is that of the listing that would show it.
	Filter string
	// Match finds an item that is listed with another id; it may be nil.
	Match func(*T) bool
	// Created is when the item was created, by the service's clock; zero where that is not known or long ago. Of what this
	// client created it is known.
	Created time.Time
	// Unseen is why the credentials would not see the item; nil where they would.
	Unseen func(*Listing[T]) error
}

// Find finds an item: any listing that shows it proves that it exists. The error is ErrNotFound only where it is proven
// that the item does not exist: by complete, readable listings that were requested after the call began, or are as young
// as a baseline, with credentials that would see the item. Of those that are Inferred it needs several, over some seconds.
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
		if ref.Unseen != nil {
			if err := ref.Unseen(listing); err != nil {
				return nil, err
			}
		}
		if listing.Inferred {
			if inferred++; inferred == youngLooks {
				l.vacant.Store(listing.filter, true)
			}
		}
		_, vacant := l.vacant.Load(listing.filter)
		if look == youngLooks || !l.isYoung(ref) && (!listing.Inferred || vacant) {
			return nil, l.notFound(ref.ID)
		}
		if err := l.Pause(ctx, look); err != nil {
			return nil, err
		}
		listing, err = l.after(ctx, ref.Filter, listing.number)
	}
}

// FindAs is Find of an item that this or an earlier client created or changed at Ref.Created to what is says. If that is a moment
// ago, and a listing shows it otherwise, as one that lags does, others are requested, over some seconds.
func (l *Listings[T]) FindAs(ctx context.Context, ref Ref[T], is func(*T) bool) (*T, error) {
	for look := 1; ; look++ {
		found, err := l.Find(ctx, ref)
		if err != nil || is(found) || look == youngLooks || !l.isYoung(ref) || l.Pause(ctx, look) != nil {
			return found, err
		}
		l.mu.Lock()
		last := l.requests
		l.mu.Unlock()
		_, _ = l.after(ctx, ref.Filter, last) // Find shares it.
	}
}

// isYoung says whether the item may still be missing from listings.
func (l *Listings[T]) isYoung(ref Ref[T]) bool {
	l.mu.Lock()
	created := ref.Created
	if ours, ok := l.created[ref.ID]; ok {
		created = ours.at
	}
	l.mu.Unlock()
	return !created.IsZero() && l.Clock.Now().Sub(created) < youth
}

func (l *Listings[T]) notFound(id string) error {
	what := "id"
	if l.ByName {
		what = "name"
	}
	return &Error{Op: l.Op, Section: l.Section, Message: fmt.Sprintf("no %s has the %s %s", l.Thing, what, id), Err: ErrNotFound}
}

// find is the item that is meant, or nil.
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
