// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// thing is an item of the fake service.
type thing struct{ id, name string }

// shelf is a fake service in memory that contains things. It uses the clock of the synctest bubble.
type shelf struct {
	*testing.T
	things []thing
	// arrivals contains things that are not listed yet. The key is the time from which the thing is listed.
	arrivals map[time.Time]thing
	// departure is the time when all things disappear; zero means never.
	departure time.Time
	// shown returns the result of a list request. If shown is nil, a list request returns all things.
	shown func() (*apiclient.Listing[thing], error)
	// took is the duration of a list request.
	took time.Duration
	// fetches is the number of list requests since the last call of want. sent is the number of create requests. mu guards
	// both while requests are in progress.
	fetches, sent int
	mu            sync.Mutex
	*apiclient.Listings[thing]
}

// onShelf runs the function test in a synctest bubble, in parallel with other tests. The function must use the T of its shelf,
// since the T of the caller does not belong to the bubble.
func onShelf(t *testing.T, test func(s *shelf), things ...thing) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(newShelf(t, things...)) })
}

func newShelf(t *testing.T, things ...thing) *shelf {
	t.Helper()
	s := &shelf{T: t, things: things, arrivals: map[time.Time]thing{}}
	s.Listings = &apiclient.Listings[thing]{
		Op: "list things", Thing: "thing", ID: func(t *thing) string { return t.id },
		Compare: func(a, b thing) int { return cmp.Compare(a.id, b.id) }, Clock: &apiclient.Clock{Local: time.Now},
		Fetch: func(context.Context, string, bool) (*apiclient.Listing[thing], error) {
			s.mu.Lock()
			s.fetches++
			s.mu.Unlock()
			time.Sleep(s.took)
			if s.shown != nil {
				return s.shown()
			}
			return s.listing(), nil
		},
		Pause: func(ctx context.Context, retry int) error {
			select {
			case <-time.After(time.Duration(retry) * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
	}
	return s
}

func (s *shelf) listing() *apiclient.Listing[thing] {
	for at, t := range s.arrivals {
		if !time.Now().Before(at) {
			s.things = append(s.things, t)
			delete(s.arrivals, at)
		}
	}
	if !s.departure.IsZero() && !time.Now().Before(s.departure) {
		s.things = nil
	}
	l := &apiclient.Listing[thing]{}
	for _, t := range s.things {
		l.Add(t.id, t, nil)
	}
	return l
}

// shows makes list requests return a listing of all things to which the function change was applied.
func (s *shelf) shows(change func(l *apiclient.Listing[thing])) {
	s.shown = func() (*apiclient.Listing[thing], error) {
		l := s.listing()
		change(l)
		return l, nil
	}
}

// want checks the number of list requests since the last call of want.
func (s *shelf) want(fetches int) {
	s.Helper()
	if s.fetches != fetches {
		s.Errorf("%d list calls, want %d", s.fetches, fetches)
	}
	s.fetches = 0
}

func (s *shelf) find(id string, more ...func(*apiclient.Ref[thing])) error {
	ref := apiclient.Ref[thing]{ID: id}
	for _, with := range more {
		with(&ref)
	}
	found, err := s.Find(s.Context(), ref)
	if err == nil && found.id != id {
		return fmt.Errorf("found %s", found.id)
	}
	return err
}

// lost is the error of a write whose response was lost.
var lost = &apiclient.Error{Op: "create thing", Write: true, Err: &transport.Error{Method: "POST", Path: "/things", Err: errors.New("connection reset")}}

// create calls Listings.Create for a thing with this name. The function send stands for the create request.
func (s *shelf) create(ctx context.Context, name string, send func() (thing, error), more ...func(*apiclient.Creation[thing])) (*apiclient.Created[thing], error) {
	c := apiclient.Creation[thing]{
		Op: "create thing", Turn: name,
		Send: func(context.Context) (thing, string, error) {
			s.mu.Lock()
			s.sent++
			s.mu.Unlock()
			created, err := send()
			return created, created.id, err
		},
		Equal:    func(t *thing) bool { return t.name == name },
		MayEqual: func(t *thing) bool { return len(t.name) == len(name) },
	}
	for _, with := range more {
		with(&c)
	}
	return s.Create(ctx, c)
}

// loses returns a create request that adds the thing to the service, but its response is lost.
func (s *shelf) loses(t thing) func() (thing, error) {
	return func() (thing, error) {
		s.things = append(s.things, t)
		return thing{}, lost
	}
}

func (s *shelf) wantUncertain(err error, candidates ...string) {
	s.Helper()
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok || !errors.Is(err, apiclient.ErrUncertain) {
		s.Fatalf("got %v, want ErrUncertain", err)
	}
	if !slices.Equal(e.Candidates, candidates) || e.SentAt.IsZero() {
		s.Errorf("got the candidates %v at %s, want %v", e.Candidates, e.SentAt, candidates)
	}
}
