// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// looks is how many listings, with pauses, are searched for what a create made whose response was lost: a
// proxy gives up before the service does (502, 504).
const looks = 4

// Creation is how something is created.
type Creation[T any] struct {
	// Op is for errors, for example "create API key".
	Op string
	// Turn names what cannot be told apart: creates with the same turn run one after the other.
	Turn string
	// Filter is that of the listing that would show the item.
	Filter string
	// Named is the item's id where that is known beforehand, since it is a unique name; else "".
	Named string
	// Looks is how many listings, with pauses, are searched if the response is lost; 0 means 4.
	Looks int
	// Unlisted says whether the error of the baseline means that these credentials may not list at all, so that the item
	// is created without one; nil means never.
	Unlisted func(error) bool
	// Unseen is why the credentials would not see the item; it may be nil.
	Unseen func(*Listing[T]) error
	// Refuse is why nothing is to be sent, as the listing before tells; it may be nil.
	Refuse func(before *Listing[T]) error
	// Send sends the request, and returns the item and its id.
	Send func(context.Context) (item T, id string, err error)
	// Equal says whether an item is what was asked for in everything that a listing shows, and MayBe whether it could
	// be, if the service writes things in its own way. Equal is nil where nothing can be adopted, since a listing does
	// not show what the response held: the user is told what appeared.
	Equal, MayBe func(*T) bool
	// Unusable is why an item that is equal cannot be adopted; it may be nil.
	Unusable func(*T) error
}

// Created is the result of a create.
type Created[T any] struct {
	Item T
	// CreatedAt is when the request was sent the last time, by the service's clock.
	CreatedAt time.Time
	// Adopted is the id of the item if the response was lost, and the listing showed exactly one new item that is equal in
	// everything. The user is told.
	Adopted string
	// Before is what was listed before; nil where these credentials may not list.
	Before *Listing[T]
}

// Create creates an item. When the context ends before the request is sent, nothing is created. A request that was sent
// runs to its own timeout, and what its response holds is returned at once. It is sent at most once, except where it is
// proven that the request before created nothing. The error is ErrUncertain where it is not known whether the item was
// created.
func (l *Listings[T]) Create(ctx context.Context, c Creation[T]) (*Created[T], error) {
	endTurn, err := l.turns.Take(ctx, c.Turn)
	if err != nil {
		return nil, err
	}
	defer endTurn()
	before, err := l.before(ctx, c)
	if err != nil && (ctx.Err() != nil || c.Unlisted == nil || !c.Unlisted(err)) {
		// A lost response could not be settled, so nothing is sent.
		return nil, err
	}
	if before != nil && c.Refuse != nil {
		if err := c.Refuse(before); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	created := &Created[T]{Before: before}
	var id string
	sending, timing := timed(ctx)
	timing.last = l.Clock.Local()
	created.Item, id, err = c.Send(sending)
	created.CreatedAt = l.Clock.at(timing.last)
	l.Changed()
	if err == nil && c.Named == "" && before != nil && before.Has(id) {
		err = &Error{
			Op: c.Op, Write: true, Section: l.Section, Status: http.StatusOK, Err: ErrForeign,
			Message: fmt.Sprintf("the response holds a %s that existed before, %s", l.Thing, id),
		}
	}
	if err == nil {
		l.Created(id, c.Filter)
		return created, nil
	}
	if !MaybeDone(err) {
		return nil, err
	}
	s := &settling[T]{Listings: l, Creation: c, before: before, lost: err, sentAt: created.CreatedAt}
	s.known = before != nil && before.serves(timing.last)
	found, err := s.settle(ctx)
	if err != nil {
		return nil, err
	}
	created.Item, created.Adopted = *found, l.ID(found)
	l.Created(created.Adopted, c.Filter)
	return created, nil
}

// before is a listing that is young enough to tell what existed before a create. Its Refusal may be set. A name that this
// client has written may have appeared or disappeared since an older one.
func (l *Listings[T]) before(ctx context.Context, c Creation[T]) (*Listing[T], error) {
	now := l.Clock.Local()
	if c.Named != "" && (l.IsOurs(c.Named) || l.IsDeleted(c.Named)) {
		return l.since(ctx, c.Filter, now, 0)
	}
	return l.get(ctx, c.Filter, false, func(s *shared[T]) bool {
		switch {
		case !s.Done():
			return now.Sub(s.started) <= longestAge
		case s.Err() != nil:
			return s.writes == l.writes && now.Sub(s.ended) <= shortestAge
		}
		return s.value.serves(now)
	})
}

// settling determines the result of a create whose response was lost.
type settling[T any] struct {
	*Listings[T]
	Creation[T]
	// before was listed before the request; nil where these credentials may not list. known says that it tells what
	// existed just before: it is not too old.
	before *Listing[T]
	known  bool
	lost   error
	sentAt time.Time
	// doubted says that the listing before was empty, as the service may respond when it lost its data, and that the
	// last one shows other items that this client did not create.
	doubted bool
	// seen is the number of the listing that was searched last.
	seen uint64
}

// settle returns the item to adopt, or an error if there is none.
func (s *settling[T]) settle(ctx context.Context) (*T, error) {
	if s.before == nil {
		return nil, s.uncertain("these credentials may not list what exists", nil)
	}
	if s.Named != "" && s.before.Has(s.Named) {
		e := s.uncertain("one of this name was listed before", nil)
		e.Candidates = []string{s.Named}
		return nil, e
	}
	for look := 1; ; look++ {
		if ctx.Err() != nil {
			return nil, s.uncertain("the operation was interrupted", nil)
		}
		found, why := s.arrived(ctx)
		switch {
		case why != nil:
			return nil, s.uncertain(why.Error(), found)
		case len(found) > 1:
			return nil, s.uncertain("several that match it appeared since", found)
		case len(found) == 1 && s.known && !s.doubted && s.Equal != nil && s.Equal(found[0]):
			if s.Unusable != nil {
				if why := s.Unusable(found[0]); why != nil {
					return nil, s.uncertain(why.Error(), found)
				}
			}
			return found[0], nil
		// What cannot be adopted may belong to another user: the one that was requested may still appear.
		case look < cmp.Or(s.Looks, looks) && s.Pause(ctx, look) == nil:
		case len(found) == 1 && !s.known:
			return nil, s.uncertain("one that may match it appeared since, or shortly before", found)
		case len(found) == 1 && s.doubted:
			return nil, s.uncertain("one that may match it appeared since, with others: the list before was probably not complete", found)
		case len(found) == 1:
			return nil, s.uncertain("one that may match it appeared since", found)
		default:
			return nil, s.uncertain("the list does not show it yet", nil)
		}
	}
}

// arrived returns the items that may be the requested one, are listed now, and were not listed before.
func (s *settling[T]) arrived(ctx context.Context) (found []*T, err error) {
	now, err := s.since(ctx, s.Filter, s.Clock.Local(), s.seen)
	if err != nil {
		return nil, fmt.Errorf("the list could not be read (%w)", err)
	}
	s.seen, s.doubted = now.number, false
	for i := range now.Items {
		item := &now.Items[i]
		switch id := s.ID(item); {
		case s.before.Has(id) || s.isKnown(id):
		case s.MayBe(item):
			found = append(found, item)
		default:
			s.doubted = s.before.Inferred || s.before.Refusal != nil
		}
	}
	for id := range now.odd {
		if !s.before.Has(id) && !s.isKnown(id) {
			return found, fmt.Errorf("the list shows a new, unreadable entry, %s", id)
		}
	}
	for _, listing := range []*Listing[T]{s.before, now} {
		if why := listing.unproven(""); why != nil {
			return found, fmt.Errorf("the list proves nothing (%w)", why)
		}
	}
	if s.Unseen != nil {
		return found, s.Unseen(now)
	}
	return found, nil
}

// isKnown says whether this client created or deleted the item before. A deleted item's id does not come back, but its
// name may.
func (s *settling[T]) isKnown(id string) bool {
	if id == s.Named {
		return s.IsOurs(id) && !s.IsDeleted(id)
	}
	return s.IsOurs(id) || s.IsDeleted(id)
}

func (s *settling[T]) uncertain(why string, candidates []*T) *Error {
	what := fmt.Sprintf("the response was lost (%v), and ", s.lost)
	if e, ok := errors.AsType[*Error](s.lost); ok {
		what = fmt.Sprintf("the response was lost (%s), and ", e.Reason())
		if e.Status != 0 && !e.Foreign() {
			what = Sentence(e.Reason()) + " This does not prove that nothing was created, and "
		}
	}
	e := &Error{
		Op: s.Creation.Op, Write: true, Section: s.Section, SentAt: s.sentAt, Err: errors.Join(ErrUncertain, s.lost),
		Message: what + why,
	}
	for _, item := range candidates {
		e.Candidates = append(e.Candidates, s.ID(item))
	}
	return e
}
