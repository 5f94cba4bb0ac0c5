// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// bad are the counts that must be 0:
//   - lost: a thing lives and was reported as gone, or lacked in a list of the client that created it, or is in a state and gone
//   - doubled: a client created a thing that was never in a state, and that no error told of
//   - adopted: a client took a thing of others for its own without a warning, or one that was too old for it
//   - unsaved: a client received a secret and did not return it
//   - stolen: a client deleted a thing of others
//
// Others are operations; uncertain and found: creates that ended so; and shared: things of others that were adopted inside
// the age bound and with a warning.
var bad = []string{"lost", "doubled", "adopted", "unsaved", "stolen"}

type counts map[string]int

func (c counts) add(other counts) {
	for name, n := range other {
		c[name] += n
	}
}

// bad is the sum of what must be 0.
func (c counts) bad() (sum int) {
	for _, name := range bad {
		c[name] += 0 // It is printed.
		sum += c[name]
	}
	return sum
}

// item is a thing from its birth on, and what is known of it.
type item struct {
	Thing
	born          time.Time
	foreign, gone bool
	// delivered says that a response with its secret reached a client, and saved that a client returned it.
	delivered, saved bool
	// excused says that somebody may delete it: a stranger did, or a client told that it took it.
	excused bool
}

// entry is a thing in a state.
type entry struct {
	Saved
	*item
	// deleting says that its delete was started: it may be carried out, whatever comes of it.
	deleting bool
	// walk is that of the client that created it.
	walk int
}

// told is what a user was told of a create: that one thing more may exist.
type told struct {
	kind int
	from time.Time
	text string
}

// ledger knows what the service holds, what the states of the workers hold, and what users were told. The world locks.
type ledger struct {
	counts
	// unique is Adapter.Unique.
	unique bool
	items  map[string]*item
	all    []*item
	states [workers][]*entry
	told   []*told
	// trace is what happened.
	trace []string
}

func (l *ledger) note(format string, args ...any) {
	l.trace = append(l.trace, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func (l *ledger) wrong(count string, format string, args ...any) {
	l.counts[count]++
	l.note("WRONG: "+format, args...)
}

// observe notes what appeared and disappeared.
func (l *ledger) observe(held []Thing) {
	for _, thing := range held {
		if known := l.items[thing.ID]; known == nil || known.gone {
			l.items[thing.ID] = &item{Thing: thing, born: time.Now()}
			l.all = append(l.all, l.items[thing.ID])
			l.note("%s of kind %d appears", thing.ID, thing.Kind)
		}
	}
	for id, it := range l.items {
		if !it.gone && !slices.Contains(held, it.Thing) {
			it.gone = true
			l.note("%s disappears", id)
		}
	}
}

// created notes the end of a create that began then. The secret is that of the thing, and window is how long before the
// request was sent a thing of others may have been created that is adopted.
func (l *ledger) created(worker, walk, kind int, began time.Time, window time.Duration, s Saved, secret string, err error) Outcome {
	l.counts["operations"]++
	l.note("worker %d created %s of kind %d: %v", worker, s.ID, kind, err)
	report := &told{kind: kind, from: began, text: fmt.Sprint(err, candidates(err))}
	it := l.items[s.ID]
	switch {
	case err == nil && it == nil:
		l.wrong("lost", "%s never existed", s.ID)
	case err == nil:
		if it.foreign || it.saved {
			l.told = append(l.told, report) // What it created itself may exist too.
			l.took(it, s.Created.Add(-window), s.Adopted)
		}
		if !it.gone && s.Secret != secret {
			l.wrong("unsaved", "%s was returned without its secret", s.ID)
		}
		it.saved = true
		l.states[worker] = append(l.states[worker], &entry{Saved: s, item: it, walk: walk})
		if s.Adopted {
			l.counts["found"]++
			return Adopted
		}
	case errors.Is(err, apiclient.ErrUncertain):
		l.told = append(l.told, report)
		l.counts["uncertain"]++
		l.misled(began, err)
		return Uncertain
	default:
		return Failed
	}
	return Created
}

// candidates are those that an error names.
func candidates(err error) []string {
	if e, ok := errors.AsType[*apiclient.Error](err); ok {
		return e.Candidates
	}
	return nil
}

// misled checks what an error tells of a create that began then: when the request was sent, and what may have come of it.
func (l *ledger) misled(began time.Time, err error) {
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok || e.SentAt.Before(began.Add(-time.Second)) || e.SentAt.After(time.Now()) { // The service tells whole seconds.
		l.wrong("doubled", "the error tells another time than since %s: %+v", began, err)
		return
	}
	for _, id := range e.Candidates {
		if l.items[id] == nil {
			l.wrong("doubled", "%s never existed", id)
		}
	}
}

// took notes that a create adopted something of others.
func (l *ledger) took(it *item, oldest time.Time, warned bool) {
	switch {
	case !warned:
		l.wrong("adopted", "%s of others was taken without a warning", it.ID)
	case it.born.Before(oldest):
		l.wrong("adopted", "%s of others was taken, which is %s too old", it.ID, oldest.Sub(it.born))
	default:
		l.counts["shared"]++
	}
	it.excused = true
}

// found notes the end of a read.
func (l *ledger) found(worker int, e *entry, err error) {
	l.counts["operations"]++
	l.note("worker %d read %s: %v", worker, e.ID, err)
	if errors.Is(err, apiclient.ErrNotFound) {
		l.drop(worker, e)
	}
}

// listed notes the end of a list that began when the client of the walk had created these things.
func (l *ledger) listed(worker int, walk int, own []*entry, ids []string, err error) {
	l.counts["operations"]++
	l.note("worker %d listed %d things: %v", worker, len(ids), err)
	for _, e := range own {
		if err == nil && e.walk == walk && !e.gone && !e.deleting && !slices.Contains(ids, e.ID) {
			l.wrong("lost", "%s lives, and the client that created it does not list it", e.ID)
		}
	}
}

// deleted notes the end of a delete.
func (l *ledger) deleted(worker int, e *entry, err error) {
	l.counts["operations"]++
	l.note("worker %d deleted %s: %v", worker, e.ID, err)
	if e.deleting = true; err == nil {
		l.drop(worker, e)
	}
}

// drop takes a thing that was reported as gone out of a state.
func (l *ledger) drop(worker int, e *entry) {
	l.states[worker] = slices.DeleteFunc(l.states[worker], func(other *entry) bool { return other == e })
	mayComeLate := func(t *told) bool { return t.kind == e.Kind }
	switch {
	case e.gone:
	case l.unique && e.deleting && slices.ContainsFunc(l.told, mayComeLate):
		e.gone = true // Another of the name took its place at once.
	default:
		e.excused = true
		l.wrong("lost", "%s lives, and worker %d reports it as gone", e.ID, worker)
	}
}

// compare compares the service with the states, after everything has ended.
func (l *ledger) compare() {
	for worker, state := range l.states {
		for _, e := range state {
			if e.gone && !e.excused && !e.deleting {
				l.wrong("lost", "%s is in the state of worker %d and gone", e.ID, worker)
			}
		}
	}
	for _, it := range l.all {
		if it.delivered && !it.saved {
			l.wrong("unsaved", "the secret of %s was received and not saved", it.ID)
		}
		if it.foreign && it.gone && !it.excused {
			l.wrong("stolen", "%s of others was deleted", it.ID)
		}
	}
	l.explain()
}

// explain finds for each thing that a create made, and that is in no state, a report of its own that told of it: a create
// makes no more than one thing. A thing whose id a report names may do without.
func (l *ledger) explain() {
	var named, others []*item
	for _, it := range l.all {
		names := func(t *told) bool { return strings.Contains(t.text, it.ID) }
		switch {
		case it.foreign || it.saved:
		case !l.unique && slices.ContainsFunc(l.told, names):
			named = append(named, it)
		default:
			others = append(others, it)
		}
	}
	explains := map[*told]*item{}
	for _, it := range named {
		l.assign(it, explains, map[*told]bool{})
	}
	for _, it := range others {
		if !l.assign(it, explains, map[*told]bool{}) {
			l.wrong("doubled", "%s of kind %d was created, and nobody was told", it.ID, it.Kind)
		}
	}
}

// assign finds a report for the thing, and another one for the thing that had it (Kuhn's algorithm).
func (l *ledger) assign(it *item, explains map[*told]*item, tried map[*told]bool) bool {
	for _, t := range l.told {
		if tried[t] || t.kind != it.Kind || t.from.After(it.born) {
			continue
		}
		tried[t] = true
		if explains[t] == nil || l.assign(explains[t], explains, tried) {
			explains[t] = it
			return true
		}
	}
	return false
}
