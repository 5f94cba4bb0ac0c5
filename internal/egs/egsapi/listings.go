// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"sync"
	"time"
)

// moment is when a listing was asked for. Listings embed it.
type moment struct {
	// request is the number of the request, from 1, and sent when it was sent.
	request uint64
	sent    time.Time
}

func (m *moment) asked() *moment { return m }

// listings keeps what was listed, for all who read, until something is written.
type listings[L interface{ asked() *moment }] struct {
	now func() time.Time

	mu sync.Mutex
	// requests counts the requests that were sent.
	requests uint64
	// writes counts the writes that have ended.
	writes uint64
	// kept are the listings by what they are filtered with, "" for the unfiltered
	// one: those under way, those that hold everything written so far, and those that
	// failed.
	kept map[string]keptListing[L]
	// latest are the listings that were had last, by filter likewise.
	latest map[string]L
}

type keptListing[L any] struct {
	*flight[L]
	moment
	// writes as they stood before the request was sent: what was written later may
	// not be in it.
	writes uint64
}

// changed makes what was listed stale. It is called when a write has ended,
// however it ended, so that a read that follows sees what was written.
func (l *listings[L]) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
}

// get returns the listing of a filter that holds everything written so far, and that
// was not asked for before a point in time nor by one of the first so many requests:
// the one that is kept, the one that is under way, or a new one. A failure is kept
// likewise, so that a thousand reads of a controller that is down fail once.
func (l *listings[L]) get(ctx context.Context, filter string, notBefore time.Time, after uint64, fetch func(context.Context) (L, error)) (L, error) {
	l.mu.Lock()
	kept, ok := l.kept[filter]
	if !ok || kept.writes != l.writes || kept.sent.Before(notBefore) || kept.request <= after {
		if l.kept == nil {
			l.kept = map[string]keptListing[L]{}
		}
		l.requests++
		asked := moment{request: l.requests, sent: l.now()}
		kept = keptListing[L]{takeOff(ctx, func(ctx context.Context) (L, error) {
			had, err := fetch(ctx)
			if err == nil {
				*had.asked() = asked
				l.had(filter, had)
			}
			return had, err
		}), asked, l.writes}
		l.kept[filter] = kept
	}
	l.mu.Unlock()
	return kept.wait(ctx)
}

// had keeps the listing, unless one that was asked for later came sooner.
func (l *listings[L]) had(filter string, listed L) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.latest == nil {
		l.latest = map[string]L{}
	}
	if latest, ok := l.latest[filter]; !ok || latest.asked().request < listed.asked().request {
		l.latest[filter] = listed
	}
}

// recent is the listing that was had last where it was not asked for before a point
// in time.
func (l *listings[L]) recent(filter string, notBefore time.Time) (listed L, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	listed, ok = l.latest[filter]
	return listed, ok && !listed.asked().sent.Before(notBefore)
}

// sent is how many requests were sent so far.
func (l *listings[L]) sent() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests
}
