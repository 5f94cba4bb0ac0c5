// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"fmt"
	"slices"
	"time"
)

// Listing is one complete response of a list call.
type Listing[T any] struct {
	// Items are in the service's order.
	Items []T
	// Unreadable counts the entries that have no id and could be any item, and Hidden those that hide what they are about,
	// such as a masked key.
	Unreadable, Hidden int
	// Silent is why the listing proves of no item that it does not exist, for example since it hides ids; nil where it
	// proves that.
	Silent error
	// Inferred says that the listing is empty since the service's own response holds no list, such as null in place of
	// an empty array. A service that lost its data may respond so: one such listing is not proof, several are.
	Inferred bool
	// Refusal is the service's own refusal that may mean that nothing exists: 404 in place of a list. It is the error
	// of all who read. A create takes it for an empty listing, since a service without items may have no other response.
	Refusal error
	// Partial says that more may follow: a listing that Fetch is asked for as proof holds it.
	Partial bool

	index map[string]int
	// odd are the ids of entries of which nothing else can be read, or that are listed twice.
	odd map[string]bool

	// requested is when its first request was sent, by this machine's clock, and took how long its requests took.
	requested time.Time
	took      time.Duration
	// filter is that of the request.
	filter string
	// number is the listing's, from 1 in the order of requests.
	number uint64
}

// Add adds an entry, which was read with this error. An id that is listed twice is unreadable.
func (l *Listing[T]) Add(id string, item T, err error) {
	if l.index == nil {
		l.index, l.odd = map[string]int{}, map[string]bool{}
	}
	_, twice := l.index[id]
	switch {
	case id != "" && (err != nil || twice):
		l.odd[id] = true
	case err != nil:
		l.Unreadable++
	default:
		l.index[id] = len(l.Items)
		l.Items = append(l.Items, item)
	}
}

// dropOdd takes the items out whose id is listed again: which of the entries is right is not known.
func (l *Listing[T]) dropOdd(id func(*T) string) {
	if len(l.odd) == 0 {
		return
	}
	l.Items = slices.DeleteFunc(l.Items, func(item T) bool { return l.odd[id(&item)] })
	clear(l.index)
	for i := range l.Items {
		l.index[id(&l.Items[i])] = i
	}
}

// withhold makes entries unreadable whose ids are secrets.
func (l *Listing[T]) withhold(secrets *Secrets, id func(*T) string) {
	if secrets == nil || len(secrets.own) == 0 {
		return
	}
	for odd := range l.odd {
		if secrets.Spelled(odd) {
			delete(l.odd, odd)
			l.Unreadable++
		}
	}
	kept := l.Items[:0]
	for i := range l.Items {
		name := id(&l.Items[i])
		if secrets.Spelled(name) {
			delete(l.index, name)
			l.Unreadable++
			continue
		}
		if len(kept) < i {
			l.index[name] = len(kept)
		}
		kept = append(kept, l.Items[i])
	}
	l.Items = kept
}

// SecretsOf are the secrets of the items of a listing.
func SecretsOf[T any](l *Listing[T], secret func(*T) string) []string {
	secrets := make([]string, len(l.Items))
	for i := range l.Items {
		secrets[i] = secret(&l.Items[i])
	}
	return secrets
}

// Requested is when the listing was requested, by this machine's clock.
func (l *Listing[T]) Requested() time.Time { return l.requested }

// Odd is how many ids the listing shows that cannot be read otherwise.
func (l *Listing[T]) Odd() int { return len(l.odd) }

// Has says whether an entry has the id, readable or not.
func (l *Listing[T]) Has(id string) bool {
	_, ok := l.index[id]
	return ok || l.odd[id]
}

// unproven is why the listing does not prove that no item has the id; nil where it does.
func (l *Listing[T]) unproven(id string) error {
	switch {
	case l.odd[id]:
		return fmt.Errorf("its entry could not be read (%w)", ErrForeign)
	case l.Unreadable > 0:
		return fmt.Errorf("%d entries could not be read (%w)", l.Unreadable, ErrForeign)
	}
	return l.Silent
}

const (
	// shortestAge and longestAge bound the age of a listing that serves as the baseline of creates and as proof of
	// absence: ten times as long as the listing took, so that listings take at most a tenth of an apply.
	shortestAge = time.Second
	longestAge  = 30 * time.Second
	ageFactor   = 10
	// youth is how long after its creation, by the service's clock, the absence of an item needs several listings:
	// youngLooks with pauses of the transport, which add up to 8 to 16 s.
	youth      = 2 * time.Minute
	youngLooks = 6
)

// serves says whether the listing serves, at a time by this machine's clock, as a baseline, and as proof of absence
// for an operation that began then: it was requested since, or shortly before.
func (l *Listing[T]) serves(at time.Time) bool {
	return at.Sub(l.requested) <= min(max(shortestAge, ageFactor*l.took), longestAge)
}
