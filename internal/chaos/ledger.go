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

// bad has the names of the counts that must be 0. A foreign thing is a thing that no client created.
//   - lost: a client reported an existing thing as missing, or omitted it from a list although the client created it, or a
//     missing thing is in a state
//   - duplicate: a client created a thing, but the thing was never in a state, and no error reported it
//   - adopted: a client adopted a foreign thing without a warning, or a foreign thing that is older than the age bound
//   - unsaved: a client received a secret and did not return it
//   - foreign: a client deleted a foreign thing
//
// The other counts are: operations; uncertain, the creates with the outcome Uncertain; found, the creates with the outcome
// Adopted; and shared, the foreign things that were adopted within the age bound and with a warning.
var bad = []string{"lost", "duplicate", "adopted", "unsaved", "foreign"}

type counts map[string]int

func (c counts) add(other counts) {
	for name, n := range other {
		c[name] += n
	}
}

// bad returns the sum of the counts that must be 0.
func (c counts) bad() (sum int) {
	for _, name := range bad {
		c[name] += 0 // So that the output includes it.
		sum += c[name]
	}
	return sum
}

// item is a thing that exists or has existed.
type item struct {
	Thing
	created          time.Time
	foreign, missing bool
	// delivered reports whether a client received a response with the secret. saved reports whether a client returned the thing.
	delivered, saved bool
	// deletable reports whether the thing may be missing: it was deleted outside the clients, or a client adopted it.
	deletable bool
}

// entry is a thing in a state.
type entry struct {
	Saved
	*item
	// deleting reports whether a delete has started. The service may handle it at any later time.
	deleting bool
	// walk is the number of the client's walk in which the thing was created.
	walk int
}

// report is an error or a warning of a create. It says that one more thing may exist.
type report struct {
	kind int
	from time.Time
	text string
}

// ledger records the things that the service has, the states of the workers, and the reports. The world locks it.
type ledger struct {
	counts
	unique  bool             // Adapter.Unique
	items   map[string]*item // latest, by id
	all     []*item
	states  [workers][]*entry
	reports []*report
	trace   []string // log of all events
}

func (l *ledger) note(format string, args ...any) {
	l.trace = append(l.trace, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func (l *ledger) wrong(count string, format string, args ...any) {
	l.counts[count]++
	l.note("WRONG: "+format, args...)
}

// observe records which things were created and deleted since the last call.
func (l *ledger) observe(held []Thing) {
	for _, thing := range held {
		if known := l.items[thing.ID]; known == nil || known.missing {
			l.items[thing.ID] = &item{Thing: thing, created: time.Now()}
			l.all = append(l.all, l.items[thing.ID])
			l.note("%s of kind %d appears", thing.ID, thing.Kind)
		}
	}
	for id, it := range l.items {
		if !it.missing && !slices.Contains(held, it.Thing) {
			it.missing = true
			l.note("%s disappears", id)
		}
	}
}

// created records the end of a create. began is the time when the create started, and secret is the secret of the thing.
// A client may adopt a foreign thing that was created at most window before the create request was sent.
func (l *ledger) created(worker, walk, kind int, began time.Time, window time.Duration, s Saved, secret string, err error) Outcome {
	l.counts["operations"]++
	l.note("worker %d created %s of kind %d: %v", worker, s.ID, kind, err)
	r := &report{kind: kind, from: began, text: fmt.Sprint(err, candidates(err))}
	it := l.items[s.ID]
	switch {
	case err == nil && it == nil:
		l.wrong("lost", "%s never existed", s.ID)
	case err == nil:
		if it.foreign || it.saved {
			l.reports = append(l.reports, r) // The create may also have created a thing.
			l.adopt(it, s.Created.Add(-window), s.Adopted)
		}
		if !it.missing && s.Secret != secret {
			l.wrong("unsaved", "%s was returned without its secret", s.ID)
		}
		it.saved = true
		l.states[worker] = append(l.states[worker], &entry{Saved: s, item: it, walk: walk})
		if s.Adopted {
			l.counts["found"]++
			return Adopted
		}
	case errors.Is(err, apiclient.ErrUncertain):
		l.reports = append(l.reports, r)
		l.counts["uncertain"]++
		l.checkUncertain(began, err)
		return Uncertain
	default:
		return Failed
	}
	return Created
}

// candidates returns the ids of the candidates in an error.
func candidates(err error) []string {
	if e, ok := errors.AsType[*apiclient.Error](err); ok {
		return e.Candidates
	}
	return nil
}

// checkUncertain checks the error of an uncertain create that started at began. It checks the time of the request and the
// candidates in the error.
func (l *ledger) checkUncertain(began time.Time, err error) {
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok || e.SentAt.Before(began.Add(-time.Second)) || e.SentAt.After(time.Now()) { // The service's clock has whole seconds.
		l.wrong("duplicate", "the error has a time that is not between %s and now: %+v", began, err)
		return
	}
	for _, id := range e.Candidates {
		if l.items[id] == nil {
			l.wrong("duplicate", "%s never existed", id)
		}
	}
}

// adopt records that a create adopted a foreign thing. A thing that was created before oldest is too old.
func (l *ledger) adopt(it *item, oldest time.Time, warned bool) {
	switch {
	case !warned:
		l.wrong("adopted", "foreign %s was adopted without a warning", it.ID)
	case it.created.Before(oldest):
		l.wrong("adopted", "foreign %s was adopted, although it is %s too old", it.ID, oldest.Sub(it.created))
	default:
		l.counts["shared"]++
	}
	it.deletable = true
}

// found records the end of a read.
func (l *ledger) found(worker int, e *entry, err error) {
	l.counts["operations"]++
	l.note("worker %d read %s: %v", worker, e.ID, err)
	if errors.Is(err, apiclient.ErrNotFound) {
		l.drop(worker, e)
	}
}

// listed records the end of a list. own has the things that were in the worker's state when the list started.
func (l *ledger) listed(worker int, walk int, own []*entry, ids []string, err error) {
	l.counts["operations"]++
	l.note("worker %d listed %d things: %v", worker, len(ids), err)
	for _, e := range own {
		if err == nil && e.walk == walk && !e.missing && !e.deleting && !slices.Contains(ids, e.ID) {
			l.wrong("lost", "%s exists, but a list of the client that created it does not show it", e.ID)
		}
	}
}

// deleted records the end of a delete.
func (l *ledger) deleted(worker int, e *entry, err error) {
	l.counts["operations"]++
	l.note("worker %d deleted %s: %v", worker, e.ID, err)
	if e.deleting = true; err == nil {
		l.drop(worker, e)
	}
}

// drop removes a thing from the state of a worker, after a client reported the thing as missing or deleted.
func (l *ledger) drop(worker int, e *entry) {
	l.states[worker] = slices.DeleteFunc(l.states[worker], func(other *entry) bool { return other == e })
	mayBeLate := func(r *report) bool { return r.kind == e.Kind }
	switch {
	case e.missing:
	case l.unique && e.deleting && slices.ContainsFunc(l.reports, mayBeLate):
		e.missing = true // A late create immediately created another thing with this name.
	default:
		e.deletable = true
		l.wrong("lost", "%s exists, but worker %d reports it as missing", e.ID, worker)
	}
}

// compare compares the service with the states after all operations.
func (l *ledger) compare() {
	for worker, state := range l.states {
		for _, e := range state {
			if e.missing && !e.deletable && !e.deleting {
				l.wrong("lost", "%s is in the state of worker %d, but does not exist", e.ID, worker)
			}
		}
	}
	for _, it := range l.all {
		if it.delivered && !it.saved {
			l.wrong("unsaved", "the secret of %s was received, but not saved", it.ID)
		}
		if it.foreign && it.missing && !it.deletable {
			l.wrong("foreign", "foreign %s was deleted", it.ID)
		}
	}
	l.explain()
}

// explain assigns a report to each thing that a client created and that was never in a state. A report explains only one
// thing, since a create makes at most one. A thing whose id is in a report needs no report of its own.
func (l *ledger) explain() {
	var named, others []*item
	for _, it := range l.all {
		names := func(r *report) bool { return strings.Contains(r.text, it.ID) }
		switch {
		case it.foreign || it.saved:
		case !l.unique && slices.ContainsFunc(l.reports, names):
			named = append(named, it)
		default:
			others = append(others, it)
		}
	}
	explains := map[*report]*item{}
	for _, it := range named {
		l.assign(it, explains, map[*report]bool{})
	}
	for _, it := range others {
		if !l.assign(it, explains, map[*report]bool{}) {
			l.wrong("duplicate", "%s of kind %d was created, but neither saved nor reported", it.ID, it.Kind)
		}
	}
}

// assign assigns a report to the thing. If a report is already assigned to another thing, assign first looks for a different
// report for the other thing (Kuhn's algorithm).
func (l *ledger) assign(it *item, explains map[*report]*item, tried map[*report]bool) bool {
	for _, r := range l.reports {
		if tried[r] || r.kind != it.Kind || r.from.After(it.created) {
			continue
		}
		tried[r] = true
		if explains[r] == nil || l.assign(explains[r], explains, tried) {
			explains[r] = it
			return true
		}
	}
	return false
}
