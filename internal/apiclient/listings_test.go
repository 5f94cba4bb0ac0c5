// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// thingsListed is a listing.
type thingsListed struct {
	of string
	apiclient.Moment
}

// lister is a service that is listed.
type lister struct {
	apiclient.Listings[*thingsListed]
	time    time.Time
	failure error

	mu sync.Mutex
	// fetched counts the requests by filter.
	fetched map[string]int
}

func newLister() *lister {
	l := &lister{time: noon, fetched: map[string]int{}}
	l.Now = func() time.Time { return l.time }
	return l
}

// list lists what was not asked for before a point in time, and after so many listings.
func (l *lister) list(ctx context.Context, filter string, notBefore time.Time, after uint64) (*thingsListed, error) {
	return l.Get(ctx, filter, notBefore, after, l.fetch(filter))
}

// fetch is the request.
func (l *lister) fetch(filter string) func(context.Context) (*thingsListed, error) {
	return func(context.Context) (*thingsListed, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fetched[filter]++
		if l.failure != nil {
			return nil, l.failure
		}
		return &thingsListed{of: fmt.Sprintf("%s%d", filter, l.fetched[filter])}, nil
	}
}

// wants lists, and checks which listing is had.
func (l *lister) wants(t *testing.T, filter string, notBefore time.Time, after uint64, want string) *thingsListed {
	t.Helper()
	got, err := l.list(t.Context(), filter, notBefore, after)
	if err != nil || got.of != want {
		t.Fatalf("got %+v, %v; want %s", got, err, want)
	}
	return got
}

func TestListings_areShared(t *testing.T) {
	t.Parallel()
	l := newLister()
	var all sync.WaitGroup
	for i := range 100 {
		filter := []string{"", "red"}[i%2]
		all.Go(func() {
			if got, err := l.list(t.Context(), filter, time.Time{}, 0); err != nil || got.of != filter+"1" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	all.Wait()
	if l.fetched[""] != 1 || l.fetched["red"] != 1 || l.Sent() != 2 {
		t.Errorf("%v were fetched, %d counted", l.fetched, l.Sent())
	}
}

func TestListings_whenANewOneIsAskedFor(t *testing.T) {
	t.Parallel()
	l := newLister()
	first := l.wants(t, "", time.Time{}, 0, "1")
	if first.Number != 1 || !first.Sent.Equal(noon) {
		t.Errorf("the first is %+v", first.Moment)
	}
	l.wants(t, "", time.Time{}, 0, "1")

	// Something was written.
	l.Changed()
	l.wants(t, "", time.Time{}, 0, "2")
	l.wants(t, "", time.Time{}, 0, "2")

	// The one that is there is too old.
	l.time = noon.Add(time.Minute)
	l.wants(t, "", noon, 0, "2")
	third := l.wants(t, "", noon.Add(time.Second), 0, "3")
	if third.Number != 3 || !third.Sent.Equal(l.time) {
		t.Errorf("the third is %+v", third.Moment)
	}

	// It was seen already.
	l.wants(t, "", time.Time{}, third.Number, "4")
	l.wants(t, "", time.Time{}, third.Number, "4")
}

// What is written while a listing is under way may not be in it.
func TestListings_writeMeanwhile(t *testing.T) {
	t.Parallel()
	l := newLister()
	got, err := l.Get(t.Context(), "", time.Time{}, 0, func(context.Context) (*thingsListed, error) {
		l.Changed()
		return &thingsListed{of: "early"}, nil
	})
	if err != nil || got.of != "early" {
		t.Fatalf("got %+v, %v", got, err)
	}
	l.wants(t, "", time.Time{}, 0, "1")
}

func TestListings_failuresAreKept(t *testing.T) {
	t.Parallel()
	l := newLister()
	l.failure = errors.New("it is down")
	for range 10 {
		if got, err := l.list(t.Context(), "", time.Time{}, 0); !errors.Is(err, l.failure) {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	if l.fetched[""] != 1 {
		t.Errorf("%d requests that failed, want 1", l.fetched[""])
	}
	l.Changed()
	l.failure = nil
	l.wants(t, "", time.Time{}, 0, "2")
}

func TestListings_latest(t *testing.T) {
	t.Parallel()
	l := newLister()
	if got, ok := l.Latest(""); ok || got != nil {
		t.Errorf("before any: %+v", got)
	}
	l.wants(t, "", time.Time{}, 0, "1")
	l.wants(t, "red", time.Time{}, 0, "red1")

	// However much was written since, and failed.
	l.Changed()
	l.failure = errors.New("it is down")
	if _, err := l.list(t.Context(), "", time.Time{}, 0); err == nil {
		t.Fatal("it is not down")
	}
	for filter, want := range map[string]string{"": "1", "red": "red1"} {
		if got, ok := l.Latest(filter); !ok || got.of != want {
			t.Errorf("latest: got %+v, want %s", got, want)
		}
	}
	if _, ok := l.Latest("blue"); ok {
		t.Error("what was not listed has a latest listing")
	}
}

// A listing that was asked for earlier and comes later is not the latest.
func TestListings_latestIsWhatWasAskedForLast(t *testing.T) {
	t.Parallel()
	l := newLister()
	var slow sync.WaitGroup
	started, end := make(chan struct{}), make(chan struct{})
	slow.Go(func() {
		_, _ = l.Get(t.Context(), "", time.Time{}, 0, func(context.Context) (*thingsListed, error) {
			close(started)
			<-end
			return &thingsListed{of: "slow"}, nil
		})
	})
	<-started
	l.Changed()
	l.wants(t, "", time.Time{}, 0, "1")
	close(end)
	slow.Wait()
	if got, ok := l.Latest(""); !ok || got.of != "1" {
		t.Errorf("got %+v", got)
	}
}

func TestListings_baseline(t *testing.T) {
	t.Parallel()
	l := newLister()
	wants := func(notBefore time.Time, want string) {
		t.Helper()
		got, err := l.Baseline(t.Context(), "", notBefore, l.fetch(""))
		if err != nil || got.of != want {
			t.Fatalf("got %+v, %v; want %s", got, err, want)
		}
	}
	wants(noon, "1")
	// However much was written since.
	l.Changed()
	wants(noon, "1")
	// It is too old.
	l.time = noon.Add(time.Second)
	wants(l.time, "2")
	wants(noon, "2")
}

// A listing that is under way serves as a baseline, whatever was written since.
func TestListings_baselineUnderWay(t *testing.T) {
	t.Parallel()
	l := newLister()
	var both sync.WaitGroup
	started, end := make(chan struct{}), make(chan struct{})
	get := func() {
		got, err := l.Baseline(t.Context(), "", noon, func(context.Context) (*thingsListed, error) {
			close(started) // A second one would panic here.
			<-end
			return &thingsListed{of: "slow"}, nil
		})
		if err != nil || got.of != "slow" {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	both.Go(get)
	<-started
	l.Changed()
	both.Go(get)
	close(end)
	both.Wait()
	if l.Sent() != 1 {
		t.Errorf("%d were asked for, want 1", l.Sent())
	}
}

// A failure is kept until something is written, or it is too old.
func TestListings_baselineThatFails(t *testing.T) {
	t.Parallel()
	l := newLister()
	l.failure = errors.New("it is down")
	wants := func(notBefore time.Time, requests int) {
		t.Helper()
		if got, err := l.Baseline(t.Context(), "", notBefore, l.fetch("")); !errors.Is(err, l.failure) || l.fetched[""] != requests {
			t.Fatalf("got %+v, %v after %d requests, want %d", got, err, l.fetched[""], requests)
		}
	}
	wants(noon, 1)
	wants(noon, 1)
	l.Changed()
	wants(noon, 2)
	wants(noon, 2)
	l.time = noon.Add(time.Second)
	wants(l.time, 3)
}

// A context that has ended requests nothing, and spoils nothing for others.
func TestListings_afterTheEnd(t *testing.T) {
	t.Parallel()
	l := newLister()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := l.list(ctx, "", time.Time{}, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := l.Baseline(ctx, "", noon, l.fetch("")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v", got, err)
	}
	if l.Sent() != 0 {
		t.Errorf("%d listings were requested", l.Sent())
	}
	l.wants(t, "", time.Time{}, 0, "1")
}
