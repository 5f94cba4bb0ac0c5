// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"context"
	"sync"
	"time"
)

// Moment is when a listing was asked for. Listings embed it.
type Moment struct {
	// Number is that of the listing, from 1, and Sent when it was asked for.
	Number uint64
	Sent   time.Time
}

func (m *Moment) asked() *Moment { return m }

// Listings keeps what was listed, for all who read, until something is written. The
// listings are pointers to structs that embed a Moment.
type Listings[L interface{ asked() *Moment }] struct {
	// Now is this machine's clock. It is to be set before the first use.
	Now func() time.Time

	mu sync.Mutex
	// asked counts the listings that were asked for.
	asked uint64
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
	*Flight[L]
	Moment
	// writes as they stood before the request was sent: what was written later may
	// not be in it.
	writes uint64
}

// Changed makes what was listed stale. It is called when a write has ended,
// however it ended, so that a read that follows sees what was written.
func (l *Listings[L]) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
}

// Get returns the listing of a filter that holds everything written so far, and that
// was not asked for before a point in time nor by one of the first so many requests:
// the one that is kept, the one that is under way, or a new one. A failure is kept
// likewise, so that a thousand reads of a service that is down fail once.
func (l *Listings[L]) Get(ctx context.Context, filter string, notBefore time.Time, after uint64, fetch func(context.Context) (L, error)) (L, error) {
	if err := ctx.Err(); err != nil {
		var none L
		return none, err
	}
	l.mu.Lock()
	kept, ok := l.kept[filter]
	if !ok || kept.writes != l.writes || kept.Sent.Before(notBefore) || kept.Number <= after {
		kept = l.ask(ctx, filter, fetch)
	}
	l.mu.Unlock()
	return kept.Wait(ctx)
}

// Baseline returns a listing of a filter that was requested no earlier than notBefore,
// however much was written since: it tells what existed before a create. It is the latest
// one, the one that is under way, or a new one. A failure is kept as Get keeps it.
func (l *Listings[L]) Baseline(ctx context.Context, filter string, notBefore time.Time, fetch func(context.Context) (L, error)) (L, error) {
	if err := ctx.Err(); err != nil {
		var none L
		return none, err
	}
	l.mu.Lock()
	if latest, ok := l.latest[filter]; ok && !latest.asked().Sent.Before(notBefore) {
		l.mu.Unlock()
		return latest, nil
	}
	kept, ok := l.kept[filter]
	if !ok || kept.Sent.Before(notBefore) || (kept.Landed() && kept.writes != l.writes) {
		kept = l.ask(ctx, filter, fetch)
	}
	l.mu.Unlock()
	return kept.Wait(ctx)
}

// ask begins a new listing, which is kept. The caller holds the lock.
func (l *Listings[L]) ask(ctx context.Context, filter string, fetch func(context.Context) (L, error)) keptListing[L] {
	l.asked++
	asked := Moment{Number: l.asked, Sent: l.Now()}
	kept := keptListing[L]{TakeOff(ctx, func(ctx context.Context) (L, error) {
		had, err := fetch(ctx)
		if err == nil {
			*had.asked() = asked
			l.had(filter, had)
		}
		return had, err
	}), asked, l.writes}
	if l.kept == nil {
		l.kept = map[string]keptListing[L]{}
	}
	l.kept[filter] = kept
	return kept
}

// had keeps the listing, unless one that was asked for later came sooner.
func (l *Listings[L]) had(filter string, listed L) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.latest == nil {
		l.latest = map[string]L{}
	}
	if latest, ok := l.latest[filter]; !ok || latest.asked().Number < listed.asked().Number {
		l.latest[filter] = listed
	}
}

// Sent is how many listings were asked for so far.
func (l *Listings[L]) Sent() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// Latest is the listing that was had last, however old.
func (l *Listings[L]) Latest(filter string) (listed L, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	listed, ok = l.latest[filter]
	return listed, ok
}
