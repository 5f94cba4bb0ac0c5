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

// looks is the number of listings that are searched for the created item if the response is lost. There is a pause before
// each further listing: a proxy may time out (502, 504) before the service has created the item.
const looks = 4

// Creation describes a create request. In the comments below, the item is what the request creates, and the baseline is a
// listing that was read before the request.
type Creation[T any] struct {
	// Op is the value of Error.Op, for example "create API key".
	Op string
	// Turn has the same value for all items that cannot be distinguished from each other. Creates with the same Turn run one
	// after the other, including the search after a lost response.
	Turn string
	// Filter is the filter of the listings that are searched for the item.
	Filter string
	// UniqueName is the name of the item if the service uses unique names as ids; otherwise "".
	UniqueName string
	// Looks is the number of listings that are searched for the item if the response is lost. 0 means 4.
	Looks int
	// ListForbidden reports whether an error means that the credentials do not permit a list request. If the baseline cannot be
	// read because of such an error, the item is created without a baseline. After any other error, or if ListForbidden is nil,
	// the create request is not sent.
	ListForbidden func(error) bool
	// NotVisible returns the reason why a list request with these credentials does not show the item, or nil if it does. If the
	// function NotVisible is nil, lists show the item.
	NotVisible func(*Listing[T]) error
	// Refuse returns an error if the baseline shows that the create request must not be sent. If Refuse is nil, the baseline
	// never prevents the request.
	Refuse func(before *Listing[T]) error
	// Send sends the create request, and returns the item and its id.
	Send func(context.Context) (item T, id string, err error)
	// Equal reports whether a listed item has exactly the requested values, as far as a listing shows them. MayEqual is less
	// strict: it also accepts values that differ from the requested values only because the service normalizes them.
	// Equal is nil if only the response to the create request contains some values, such as a secret. Then no item is adopted,
	// and the error names the new items.
	Equal, MayEqual func(*T) bool
	// Unusable returns the reason why an item cannot be adopted although Equal is true, or nil if the item can be adopted. If
	// the function Unusable is nil, every such item can be adopted.
	Unusable func(*T) error
}

// Created is the result of a successful create request.
type Created[T any] struct {
	Item T
	// CreatedAt is the time, by the service's clock, when the last attempt of the request began.
	CreatedAt time.Time
	// Adopted is the id of the item if the response was lost and the item was found in a listing: it is the only new item that
	// may be the requested one, and Creation.Equal is true for it. Otherwise Adopted is "". The user gets a warning about an
	// adopted item.
	Adopted string
	// Before is the baseline; nil if the credentials do not permit a list.
	Before *Listing[T]
}

// Create creates an item. If the context ends before the request is sent, nothing is created. If the context ends later, Create
// still waits for the response, up to the timeout of the request, but requests no more lists. The request is sent again only if
// it is proven that the previous attempt created nothing. The error is ErrUncertain if it is unknown whether the item was
// created.
func (l *Listings[T]) Create(ctx context.Context, c Creation[T]) (*Created[T], error) {
	endTurn, err := l.turns.Take(ctx, c.Turn)
	if err != nil {
		return nil, err
	}
	defer endTurn()
	before, err := l.before(ctx, c)
	if err != nil && (ctx.Err() != nil || c.ListForbidden == nil || !c.ListForbidden(err)) {
		// The create request is not sent. If its response were lost, Create could not find the item without a baseline.
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
	if err == nil && c.UniqueName == "" && before != nil && before.Has(id) {
		err = &Error{
			Op: c.Op, Write: true, Section: l.Section, Status: http.StatusOK, Err: ErrUnexpectedResponse,
			Message: fmt.Sprintf("the response contains the %s %s, which existed before the request", l.Thing, id),
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

// before returns a baseline: a listing that is recent enough to show what existed before the create request. The Refusal of the
// baseline is set if the service refused the list request. If this client has already created or deleted an item with the same
// UniqueName, the method before requests a new listing, since an older listing may be outdated.
func (l *Listings[T]) before(ctx context.Context, c Creation[T]) (*Listing[T], error) {
	now := l.Clock.Local()
	if c.UniqueName != "" && (l.IsOurs(c.UniqueName) || l.IsDeleted(c.UniqueName)) {
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

// settling determines the result of a create request after its response was lost.
type settling[T any] struct {
	*Listings[T]
	Creation[T]
	// before is the baseline; nil if the credentials do not permit a list. known is true if the baseline was still recent
	// enough when the create request was sent.
	before *Listing[T]
	known  bool
	lost   error
	sentAt time.Time
	// doubted is true if the baseline was probably incomplete, that is, if both are true: the response for the baseline contained
	// no list (maybe the service could not read its data), and the latest listing shows new items that are not the requested
	// one and were not created by this client.
	doubted bool
	// seen is the Listing.number of the latest listing that was searched.
	seen uint64
}

// settle returns the item to adopt. If there is none, settle returns an error.
func (s *settling[T]) settle(ctx context.Context) (*T, error) {
	if s.before == nil {
		return nil, s.uncertain("the provider's credentials do not permit the list request", nil)
	}
	if s.UniqueName != "" && s.before.Has(s.UniqueName) {
		e := s.uncertain("the list already contained this name before the request", nil)
		e.Candidates = []string{s.UniqueName}
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
			return nil, s.uncertain("the list shows several new objects that may match", found)
		case len(found) == 1 && s.known && !s.doubted && s.Equal != nil && s.Equal(found[0]):
			if s.Unusable != nil {
				if why := s.Unusable(found[0]); why != nil {
					return nil, s.uncertain(why.Error(), found)
				}
			}
			return found[0], nil
		// The search goes on if no item was found, or one that does not meet the conditions of the previous case. Another user
		// may have created that item, and the requested item may appear later.
		case look < cmp.Or(s.Looks, looks) && s.Pause(ctx, look) == nil:
		case len(found) == 1 && !s.known:
			return nil, s.uncertain("an object that may match appeared after the request, or shortly before it", found)
		case len(found) == 1 && s.doubted:
			return nil, s.uncertain("an object that may match appeared after the request, but other objects did too, so the earlier list "+
				"was probably incomplete", found)
		case len(found) == 1:
			return nil, s.uncertain("an object that may match appeared after the request", found)
		default:
			return nil, s.uncertain("the list does not show the object yet", nil)
		}
	}
}

// arrived requests a new listing. It returns the items of this listing that may be the requested one and are not in the baseline.
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
		case s.MayEqual(item):
			found = append(found, item)
		default:
			s.doubted = s.before.Inferred || s.before.Refusal != nil
		}
	}
	for id := range now.unreadableIDs {
		if !s.before.Has(id) && !s.isKnown(id) {
			return found, fmt.Errorf("the new entry %s of the list could not be read", id)
		}
	}
	for _, listing := range []*Listing[T]{s.before, now} {
		if why := listing.unproven(""); why != nil {
			return found, fmt.Errorf("the list is not conclusive (%w)", why)
		}
	}
	if s.NotVisible != nil {
		return found, s.NotVisible(now)
	}
	return found, nil
}

// isKnown reports whether this client already created or deleted the item with this id. A deleted item with a UniqueName is not
// known, since the name can be used again. Other ids are never used again.
func (s *settling[T]) isKnown(id string) bool {
	if id == s.UniqueName {
		return s.IsOurs(id) && !s.IsDeleted(id)
	}
	return s.IsOurs(id) || s.IsDeleted(id)
}

func (s *settling[T]) uncertain(why string, candidates []*T) *Error {
	what := fmt.Sprintf("the response was lost (%v), and ", s.lost)
	if e, ok := errors.AsType[*Error](s.lost); ok {
		what = fmt.Sprintf("the response was lost (%s), and ", e.Reason())
		if e.Status != 0 && !e.IsUnexpected() {
			what = Sentence(e.Reason()) + " The object may have been created anyway, and "
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
