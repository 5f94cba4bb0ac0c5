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

// bad contains the names of the counts that must be 0. A foreign thing is a thing that no client created.
//   - lost: a client reported that an existing thing is missing; a client's list did not show a thing that the same client
//     created; or a state contains a thing that does not exist
//   - duplicate: a client created a thing, but the thing was never in a state, and no error reported the thing
//   - adopted: a client adopted a foreign thing without a warning, or a foreign thing that is older than the age bound
//   - unsaved: a client received a secret and did not return the secret
//   - foreign: a client deleted a foreign thing
//
// The following counts need not be 0:
//   - operations: all operations of clients
//   - uncertain: the creates with the outcome Uncertain
//   - found: the creates with the outcome Adopted
//   - shared: the adoptions, with a warning and within the age bound, of a foreign thing or a thing that was already in a state
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
		c[name] += 0 // This adds the name to the map, so that the output contains counts that are 0.
		sum += c[name]
	}
	return sum
}

// item is a thing that exists now or existed earlier.
type item struct {
	Thing
	created          time.Time
	foreign, missing bool
	// delivered is true if a client received a response with the secret. saved is true if a client returned the thing.
	delivered, saved bool
	// deletable reports whether it is no error if the thing is missing: the thing was deleted outside the clients, or a client
	// adopted it and can therefore delete it.
	deletable bool
}

// entry is a thing in the state of a worker.
type entry struct {
	Saved
	*item
	// deleting is true if a client has sent a delete request. The service may carry out this request at any later time.
	deleting bool
	// walk is the number of the client's simulated plan or apply in which the thing was created (see world.walks).
	walk int
}

// report is an error or a warning of a create. It says that one thing may exist that is in no state.
type report struct {
	kind int
	from time.Time
	text string
}

// ledger records the things of the service, the states of the workers, and the reports. The type world locks its ledger.
type ledger struct {
	counts
	unique  bool             // Adapter.Unique
	items   map[string]*item // The key is the id. If several things had the same id, the value is the latest of them.
	all     []*item
	states  [workers][]*entry
	reports []*report
	trace   []string // The log of all events.
}

func (l *ledger) note(format string, args ...any) {
	l.trace = append(l.trace, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func (l *ledger) wrong(count string, format string, args ...any) {
	l.counts[count]++
	l.note("WRONG: "+format, args...)
}

// observe records which things were created and deleted since the previous call. The parameter held contains the things that
// exist now.
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

// created records the end of a create. The parameter began is the time when the create started. The parameter secret is the
// secret that the service has for the thing. The parameter window is the age bound: a client is allowed to adopt a foreign thing
// if the thing was created no longer than this duration before the create request was sent.
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
			l.reports = append(l.reports, r) // The service may have carried out the create too, so that two things exist.
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

func candidates(err error) []string {
	if e, ok := errors.AsType[*apiclient.Error](err); ok {
		return e.Candidates
	}
	return nil
}

// checkUncertain checks the time and the candidates in the error of an uncertain create. The parameter began is the time when the
// create started.
func (l *ledger) checkUncertain(began time.Time, err error) {
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok || e.SentAt.Before(began.Add(-time.Second)) || e.SentAt.After(time.Now()) { // The service's clock shows only seconds.
		l.wrong("duplicate", "the error has a time that is not between %s and now: %+v", began, err)
		return
	}
	for _, id := range e.Candidates {
		if l.items[id] == nil {
			l.wrong("duplicate", "%s never existed", id)
		}
	}
}

// adopt records that a create adopted a thing that it did not create. It is an error if the client returned no warning, or if
// the thing is too old. The parameter oldest is the earliest allowed creation time.
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

// listed records the end of a list. The parameter own contains the things that were in the worker's state when the list started.
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

// drop removes a thing from the state of a worker, after a client reported that the thing is missing or was deleted. It is an
// error if the thing still exists.
func (l *ledger) drop(worker int, e *entry) {
	l.states[worker] = slices.DeleteFunc(l.states[worker], func(other *entry) bool { return other == e })
	mayBeLate := func(r *report) bool { return r.kind == e.Kind }
	switch {
	case e.missing:
	case l.unique && e.deleting && slices.ContainsFunc(l.reports, mayBeLate):
		e.missing = true // The service carried out a create late, so a new thing with the same name exists.
	default:
		e.deletable = true
		l.wrong("lost", "%s exists, but worker %d reports it as missing", e.ID, worker)
	}
}

// compare is called after all operations. It compares the things of the service with the states.
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

// explain assigns a report to each thing that a client created but that was never in a state. If there is no report for such a
// thing, the thing is a duplicate. Each report is assigned to only one thing, since a create creates at most one thing. If names
// are not unique and a report contains the id of the thing, the thing is not a duplicate, even if the report is assigned to a
// different thing.
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

// assign tries to assign a report to the thing, and returns true on success. If a report is already assigned to a second thing,
// assign tries to find a different report for the second thing (Kuhn's algorithm).
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
