// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
)

func TestListings_areSharedUntilAWrite(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.took = time.Second
		var readers sync.WaitGroup
		for range 100 {
			readers.Go(func() {
				if err := s.find("1"); err != nil {
					s.Error(err)
				}
			})
		}
		readers.Wait()
		s.want(1)
		time.Sleep(time.Hour)
		if err := s.find("1"); err != nil {
			s.Error(err)
		}
		s.want(0)
		s.Changed()
		if err := s.find("1"); err != nil {
			s.Error(err)
		}
		s.want(1)
	}, thing{"1", "a"})
}

func TestListings_failuresAreShared(t *testing.T) {
	onShelf(t, func(s *shelf) {
		down := errors.New("down")
		s.shown = func() (*apiclient.Listing[thing], error) { return nil, down }
		for range 100 {
			if err := s.find("1"); !errors.Is(err, down) {
				s.Fatalf("got %v", err)
			}
		}
		s.want(1)
		time.Sleep(30*time.Second + 1)
		if err := s.find("1"); !errors.Is(err, down) {
			s.Errorf("got %v", err)
		}
		s.want(1)
	})
}

// If this client created an item, and the listing does not show it, Fresh requests further listings for a few seconds. But if
// the filter excludes the item, Fresh requests only one listing.
func TestListings_freshShowsCreatedItems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		age, listedAfter time.Duration
		filter           string
		inferred         bool
		fetches          int
	}{
		"no list":               {age: 2 * time.Minute, listedAfter: 2 * time.Second, inferred: true, fetches: 3},
		"no list until the end": {age: 2 * time.Minute, listedAfter: time.Hour, inferred: true, fetches: 6},
		"it appears":            {listedAfter: 2 * time.Second, fetches: 3},
		"it appears, filtered":  {listedAfter: 2 * time.Second, filter: "red", fetches: 3},
		"it does not appear":    {listedAfter: time.Hour, fetches: 6},
		"another filter":        {listedAfter: time.Hour, filter: "green", fetches: 1},
		"it is not recent":      {age: 2 * time.Minute, listedAfter: time.Hour, fetches: 1},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				s.Created("1", "red")
				time.Sleep(test.age)
				s.arrivals[time.Now().Add(test.listedAfter)] = thing{"1", "a"}
				s.shows(func(l *apiclient.Listing[thing]) { l.Inferred = test.inferred && len(l.Items) == 0 })
				l, err := s.Fresh(s.Context(), test.filter)
				if fails := test.inferred && test.fetches == 6; fails != (err != nil) || !fails && l.Has("1") != (test.fetches == 3) {
					s.Errorf("got %+v, %v", l, err)
				}
				s.want(test.fetches)
			})
		})
	}
}

// If a listing was requested before a write ended, it is not used after the write, since it can lack the write's effect.
func TestListings_writeDuringAListing(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.took = 2 * time.Second
		var reader sync.WaitGroup
		reader.Go(func() { _ = s.find("1") })
		synctest.Wait()
		s.took = time.Second
		s.Changed()
		if err := s.find("1"); err != nil {
			s.Error(err)
		}
		reader.Wait()
		s.want(2)
		// The response to the older list request arrives last, but does not replace the newer listing.
		if err := s.find("1"); err != nil {
			s.Error(err)
		}
		s.want(0)
	}, thing{"1", "a"})
}

// Fresh does not use a list request in progress that was sent long before the call. It sends a new one.
func TestListings_oldListingInProgress(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.took = time.Minute
		var reader sync.WaitGroup
		reader.Go(func() { _ = s.find("1") })
		time.Sleep(31 * time.Second)
		if _, err := s.Fresh(s.Context(), ""); err != nil {
			s.Error(err)
		}
		reader.Wait()
		s.want(2)
	})
}

// Only two kinds of listings prove that an item does not exist: a listing that was requested after the call began, and a listing
// that is recent enough for a baseline.
func TestListings_absence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		took, age time.Duration
		fetches   int
	}{
		"no listing yet":               {fetches: 1},
		"recent":                       {age: time.Second, fetches: 1},
		"too old":                      {age: time.Second + 1, fetches: 2},
		"slow, ten times its duration": {took: 2 * time.Second, age: 18 * time.Second, fetches: 1},
		"slow, more than that":         {took: 2 * time.Second, age: 18*time.Second + 1, fetches: 2},
		"very slow, more than 30 s":    {took: 20 * time.Second, age: 10*time.Second + 1, fetches: 2},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				s.took = test.took
				if err := s.find("1"); err != nil {
					s.Fatal(err)
				}
				time.Sleep(test.age)
				if err := s.find("2"); !errors.Is(err, apiclient.ErrNotFound) {
					s.Errorf("got %v, want ErrNotFound", err)
				}
				s.want(test.fetches)
			}, thing{"1", "a"})
		})
	}
}

// Shortly after a change of an item, listings may still show the old values.
func TestListings_findAs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		age, listedAfter time.Duration
		want             string
		fetches          int
	}{
		"listed immediately":         {age: time.Second, want: "new", fetches: 1},
		"listed a second later":      {age: time.Second, listedAfter: time.Second, want: "new", fetches: 2},
		"changed by another client":  {age: time.Second, listedAfter: time.Hour, want: "old", fetches: 6},
		"changed two minutes ago":    {age: 2 * time.Minute, listedAfter: time.Second, want: "old", fetches: 1},
		"time of the change unknown": {listedAfter: time.Second, want: "old", fetches: 1},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				now := time.Now()
				s.shows(func(l *apiclient.Listing[thing]) {
					if time.Since(now) < test.listedAfter {
						l.Items[0].name = "old"
					}
				})
				ref := apiclient.Ref[thing]{ID: "1"}
				if test.age > 0 {
					ref.Created = now.Add(-test.age)
				}
				found, err := s.FindAs(s.Context(), ref, func(t *thing) bool { return t.name == "new" })
				if err != nil || found.name != test.want {
					s.Errorf("got %+v, %v", found, err)
				}
				s.want(test.fetches)
			}, thing{"1", "new"})
		})
	}
}

// Shortly after an item was created, listings may not show it yet. If this client created the item, Ref.Created can be zero.
func TestListings_absenceOfRecentItem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		age, listedAfter time.Duration
		// ours is true if this client created the item.
		ours, found bool
		fetches     int
		elapsed     time.Duration
	}{
		"it appears":         {age: time.Second, listedAfter: 2 * time.Second, found: true, fetches: 3, elapsed: 3 * time.Second},
		"it does not appear": {age: time.Second, listedAfter: time.Hour, fetches: 6, elapsed: 15 * time.Second},
		"it is not recent":   {age: 2 * time.Minute, listedAfter: 2 * time.Second, fetches: 1},
		"ours":               {ours: true, age: time.Minute, listedAfter: time.Hour, fetches: 6, elapsed: 15 * time.Second},
		"ours, not recent":   {ours: true, age: 2 * time.Minute, listedAfter: time.Hour, fetches: 1},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				created := time.Now()
				if test.ours {
					s.Created("1", "")
				}
				time.Sleep(test.age)
				start := time.Now()
				s.arrivals[start.Add(test.listedAfter)] = thing{"1", "a"}
				err := s.find("1", func(ref *apiclient.Ref[thing]) {
					if !test.ours {
						ref.Created = created
					}
				})
				if (err == nil) != test.found || !test.found && !errors.Is(err, apiclient.ErrNotFound) {
					s.Errorf("got %v", err)
				}
				s.want(test.fetches)
				if elapsed := time.Since(start); elapsed != test.elapsed {
					s.Errorf("it took %s, want %s", elapsed, test.elapsed)
				}
			})
		})
	}
}

func TestListings_absenceNotProven(t *testing.T) {
	t.Parallel()
	notVisible, inconclusive := errors.New("bound to another workspace"), errors.New("it is null")
	for name, test := range map[string]struct {
		listing func(*apiclient.Listing[thing])
		// notVisible is the error that Ref.NotVisible returns.
		notVisible, want error
	}{
		"an entry without an id": {listing: func(l *apiclient.Listing[thing]) { l.Add("", thing{}, errors.New("no id")) }, want: apiclient.ErrUnexpectedResponse},
		"its unreadable entry":   {listing: func(l *apiclient.Listing[thing]) { l.Add("2", thing{}, errors.New("no name")) }, want: apiclient.ErrUnexpectedResponse},
		"duplicate entries": {listing: func(l *apiclient.Listing[thing]) {
			l.Add("2", thing{"2", "b"}, nil)
			l.Add("2", thing{"2", "c"}, nil)
		}, want: apiclient.ErrUnexpectedResponse},
		"a listing that proves nothing":  {listing: func(l *apiclient.Listing[thing]) { l.Inconclusive = inconclusive }, want: inconclusive},
		"credentials that do not see it": {listing: func(*apiclient.Listing[thing]) {}, notVisible: notVisible, want: notVisible},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				s.shows(test.listing)
				sees := func(r *apiclient.Ref[thing]) {
					r.NotVisible = func(*apiclient.Listing[thing]) error { return test.notVisible }
				}
				if err := s.find("2", sees); !errors.Is(err, test.want) || errors.Is(err, apiclient.ErrNotFound) {
					s.Errorf("got %v, want %v", err, test.want)
				}
				if err := s.find("1", sees); err != nil {
					s.Errorf("a listed item is not found: %v", err)
				}
			}, thing{"1", "a"})
		})
	}
}

// A partial listing does not prove that an item does not exist, so Find requests a complete listing.
func TestListings_partial(t *testing.T) {
	onShelf(t, func(s *shelf) {
		partial := true
		s.shows(func(l *apiclient.Listing[thing]) { l.Partial, partial = partial, false })
		if err := s.find("2"); !errors.Is(err, apiclient.ErrNotFound) {
			s.Errorf("got %v", err)
		}
		s.want(2)
	}, thing{"1", "a"})
}

// If a listing was requested with proof = false, but is complete, it is shared with readers that need a complete listing.
func TestListings_completeListingsAreShared(t *testing.T) {
	t.Parallel()
	for name, partial := range map[string]bool{"complete": false, "partial": true} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				s.took = time.Millisecond
				first := true
				s.shows(func(l *apiclient.Listing[thing]) { l.Partial, first = partial && first, false })
				want := 1
				if partial {
					want = 2
				}
				var readers sync.WaitGroup
				readers.Go(func() {
					if err := s.find("1"); err != nil {
						s.Error(err)
					}
				})
				synctest.Wait()
				for range 10 {
					readers.Go(func() {
						if l, err := s.Fresh(s.Context(), ""); err != nil || l.Partial {
							s.Errorf("got %+v, %v", l, err)
						}
					})
				}
				readers.Wait()
				if l, err := s.Fresh(s.Context(), ""); err != nil || l.Partial {
					s.Errorf("got %+v, %v", l, err)
				}
				s.want(want)
			}, thing{"1", "a"})
		})
	}
}

// After this client deleted an item, Find returns ErrNotFound, even if an outdated listing shows the item.
func TestListings_deleted(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.Deleted("1")
		if err := s.find("1"); !errors.Is(err, apiclient.ErrNotFound) || !s.IsDeleted("1") {
			s.Errorf("got %v, want ErrNotFound", err)
		}
		s.Created("1", "")
		if err := s.find("1"); err != nil || s.IsDeleted("1") || !s.IsOurs("1") {
			s.Errorf("got %v after the item was created again", err)
		}
	}, thing{"1", "a"})
}

func TestListings_findByMatch(t *testing.T) {
	onShelf(t, func(s *shelf) {
		found, err := s.Find(s.Context(), apiclient.Ref[thing]{ID: "1", Match: func(t *thing) bool { return t.name == "a" }})
		if err != nil || found.id != "X" {
			s.Errorf("got %v, %v", found, err)
		}
	}, thing{"X", "a"})
}

// Narrow is called only by operations that need a listing. Here, Delete needs none, since the response proves the deletion.
func TestListings_narrow(t *testing.T) {
	onShelf(t, func(s *shelf) {
		var narrowed []string
		failure := errors.New("unknown filter")
		s.Narrow = func(_ context.Context, filter string) (string, error) {
			narrowed = append(narrowed, filter)
			if filter == "none" {
				return "", failure
			}
			return "", nil
		}
		for _, filter := range []string{"red", "green"} {
			if err := s.find("1", func(r *apiclient.Ref[thing]) { r.Filter = filter }); err != nil {
				s.Error(err)
			}
		}
		s.want(1)
		if err := s.find("1", func(r *apiclient.Ref[thing]) { r.Filter = "none" }); !errors.Is(err, failure) {
			s.Errorf("got %v", err)
		}
		if err := s.Delete(s.Context(), "delete thing", apiclient.Ref[thing]{ID: "1", Filter: "none"}, func(context.Context) (bool, error) {
			return true, nil
		}); err != nil {
			s.Error(err)
		}
		if want := []string{"red", "green", "none"}; !slices.Equal(narrowed, want) {
			s.Errorf("narrowed %v, want %v", narrowed, want)
		}
	}, thing{"1", "a"})
}

// A service that lost its data may send a response without a list. So one such response does not prove that an item no longer
// exists, but several in a row, over a few seconds, do.
func TestListings_inferred(t *testing.T) {
	onShelf(t, func(s *shelf) {
		lostUntil := time.Now()
		s.shown = func() (*apiclient.Listing[thing], error) {
			if time.Now().Before(lostUntil) {
				return &apiclient.Listing[thing]{Inferred: true}, nil
			}
			return s.listing(), nil
		}
		lostFor := func(d time.Duration) {
			time.Sleep(time.Minute)
			lostUntil = time.Now().Add(d)
			s.Changed()
		}
		absent := func() bool { return errors.Is(s.find("1"), apiclient.ErrNotFound) }

		lostFor(10 * time.Second)
		if absent() {
			s.Error("a few responses without a list prove that the item no longer exists")
		}
		s.want(5)

		// After it is proven once that the list is empty, every further proof needs only one listing.
		lostFor(time.Hour)
		start := time.Now()
		if !absent() || time.Since(start) != 15*time.Second {
			s.Errorf("it took %s", time.Since(start))
		}
		s.want(6)
		time.Sleep(time.Minute)
		if !absent() {
			s.Error("the item is found")
		}
		s.want(1)

		// After a response with a list, the proof needs several responses without a list again.
		lostFor(0)
		if absent() {
			s.Error("the item is not found")
		}
		lostFor(10 * time.Second)
		if absent() {
			s.Error("a few responses without a list prove that the item no longer exists")
		}
	}, thing{"1", "a"})
}

// If the service responds to the list request with 404, reads return this response as their error.
func TestListings_refusal(t *testing.T) {
	onShelf(t, func(s *shelf) {
		refusal := &apiclient.Error{Op: "list things", Status: 404}
		s.shown = func() (*apiclient.Listing[thing], error) { return &apiclient.Listing[thing]{Refusal: refusal}, nil }
		for name, err := range map[string]error{
			"Find": s.find("1"), "Get": clienttest.Err(s.Get(s.Context(), "")), "Fresh": clienttest.Err(s.Fresh(s.Context(), "")),
			"Since": clienttest.Err(s.Since(s.Context(), "", time.Now())),
		} {
			if !errors.Is(err, error(refusal)) {
				s.Errorf("%s: got %v", name, err)
			}
		}
		s.want(1) // All reads within 30 s get the same error from one request.
		time.Sleep(31 * time.Second)
		_ = s.find("1")
		s.want(1)
	})
}

// If the id of a listed entry contains the client's credential, the entry is unreadable.
func TestListings_secretAsID(t *testing.T) {
	t.Parallel()
	const secret = "45338461-ec42-49d2-aef3-ff39099950c5"
	spellings := hostile.Spellings(secret)
	l := &apiclient.Listings[string]{
		ID: func(id *string) string { return *id }, Compare: strings.Compare, Clock: &apiclient.Clock{Local: time.Now},
		Secrets: apiclient.NewSecrets(nil, secret),
		Fetch: func(context.Context, string, bool) (*apiclient.Listing[string], error) {
			l := &apiclient.Listing[string]{}
			l.Add("a", "a", nil)
			for _, id := range spellings {
				l.Add(id, id, nil)
			}
			l.Add("b", "b", nil)
			return l, nil
		},
	}
	list, err := l.List(t.Context(), "")
	if err != nil || strings.Join(list.Items, " ") != "a b" || list.Unreadable == 0 {
		t.Errorf("got %+v, %v", list, err)
	}
	if found, err := l.Find(t.Context(), apiclient.Ref[string]{ID: "b"}); err != nil || *found != "b" {
		t.Errorf("got %v, %v", found, err)
	}
}
