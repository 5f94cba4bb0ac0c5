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

// looks is the number of listings that are searched for the created item if the response is lost. There are pauses between
// them, since the timeout of a proxy (502, 504) may end before the service has created the item.
const looks = 4

// Creation describes the create of an item. The baseline is a listing from before the create.
type Creation[T any] struct {
	// Op is the value of Error.Op, for example "create API key".
	Op string
	// Turn has the same value for items that cannot be distinguished from each other. Creates with the same Turn run one after
	// the other.
	Turn string
	// Filter is the filter of a listing that would show the item.
	Filter string
	// UniqueName is the name of the item if the service uses unique names as ids; otherwise "".
	UniqueName string
	// Looks is the number of listings, with pauses, that are searched if the response is lost; 0 means 4.
	Looks int
	// ListForbidden reports whether the error of the baseline means that the credentials do not permit a list. If so, the item
	// is created without a baseline. After any other error of the baseline, or if ListForbidden is nil, nothing is sent.
	ListForbidden func(error) bool
	// NotVisible returns the reason why lists with these credentials would not show the item, or nil if they would. The
	// function may be nil.
	NotVisible func(*Listing[T]) error
	// Refuse returns an error if the baseline shows that the request must not be sent. Refuse may be nil.
	Refuse func(before *Listing[T]) error
	// Send sends the request, and returns the item and its id.
	Send func(context.Context) (item T, id string, err error)
	// Equal reports whether an item equals the requested one in everything that a listing shows. MayEqual reports whether an
	// item may be the requested one: its values may differ if the service normalizes values. If the response to the create
	// contains values that a listing does not show, items cannot be adopted. Equal is then nil, and the error names the new items.
	Equal, MayEqual func(*T) bool
	// Unusable returns the reason why an equal item cannot be adopted, or nil if it can. Unusable may be nil.
	Unusable func(*T) error
}

// Created is the result of a create.
type Created[T any] struct {
	Item T
	// CreatedAt is the time of the last attempt of the request, by the service's clock.
	CreatedAt time.Time
	// Adopted is the id of the item if the response was lost, and a listing showed exactly one new item that is equal in
	// everything; otherwise "". The user gets a warning about an adopted item.
	Adopted string
	// Before is the baseline; nil if the credentials do not permit a list.
	Before *Listing[T]
}

// Create creates an item. If the context ends before the request is sent, nothing is created. A request that was sent runs to
// its own timeout, and Create returns its response immediately. The request is sent again only if it is proven that the
// previous attempt created nothing. The error is ErrUncertain if it is unknown whether the item was created.
func (l *Listings[T]) Create(ctx context.Context, c Creation[T]) (*Created[T], error) {
	endTurn, err := l.turns.Take(ctx, c.Turn)
	if err != nil {
		return nil, err
	}
	defer endTurn()
	before, err := l.before(ctx, c)
	if err != nil && (ctx.Err() != nil || c.ListForbidden == nil || !c.ListForbidden(err)) {
		// The request is not sent: if its response were lost, the result could not be determined without a baseline.
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

// before returns a baseline: a listing that is recent enough to show what existed before a create. The listing's Refusal may be set.
// For a name that this client has already created or deleted, before requests a new listing, since an older one may be outdated.
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

// settling determines the result of a create whose response was lost.
type settling[T any] struct {
	*Listings[T]
	Creation[T]
	// before is the baseline; nil if the credentials do not permit a list. known is true if the baseline was recent
	// enough when the request was sent.
	before *Listing[T]
	known  bool
	lost   error
	sentAt time.Time
	// doubted is true if the baseline was probably incomplete: the response for the baseline contained no list, which may mean
	// that the service lost its data, and the last listing shows new items that neither match nor come from this client.
	doubted bool
	// seen is Listing.number of the last listing that was searched.
	seen uint64
}

// settle returns the item to adopt, or an error if there is none.
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
		// An item that cannot be adopted may belong to another user, and the requested one may still appear.
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

// arrived returns the items that may be the requested one, are listed now, and are not in the baseline.
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

// isKnown reports whether this client created or deleted the item before. The id of a deleted item is not used again, but its
// name may be.
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
