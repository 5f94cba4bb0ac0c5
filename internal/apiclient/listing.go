// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"fmt"
	"slices"
	"time"
)

// Listing is the result of one list call, which may consist of several requests.
type Listing[T any] struct {
	// Items are in the service's order.
	Items []T
	// Unreadable is the number of unreadable entries without an id. Each could be any item. Hidden is the number of entries with a
	// masked id or key.
	Unreadable, Hidden int
	// Inconclusive is the reason why the listing never proves that an item does not exist, for example because the listing hides
	// ids; nil if there is no such reason.
	Inconclusive error
	// Inferred is true if the listing is empty because the service's own response contains no list, such as null instead of
	// an empty array. A service that lost its data may respond in the same way. So one such listing proves nothing, but
	// several in a row prove that the list is empty.
	Inferred bool
	// Refusal is the service's own 404 instead of a list, which may mean that no item exists. Reads return it as their
	// error. A create treats it as an empty listing, since a service without items may have no other response.
	Refusal error
	// Partial is true if there may be more items. Fetch never returns a partial listing if proof is true.
	Partial bool

	index map[string]int
	// unreadableIDs has the ids of entries that are otherwise unreadable, and duplicate ids.
	unreadableIDs map[string]bool

	// requested is the time of the listing's first request, by this machine's clock, and took the duration of its requests.
	requested time.Time
	took      time.Duration
	// filter is the filter of the request.
	filter string
	// number numbers the listings in the order of their requests, from 1.
	number uint64
}

// Add adds an entry. err is the error of decoding the entry. A duplicate id is unreadable.
func (l *Listing[T]) Add(id string, item T, err error) {
	if l.index == nil {
		l.index, l.unreadableIDs = map[string]int{}, map[string]bool{}
	}
	_, duplicate := l.index[id]
	switch {
	case id != "" && (err != nil || duplicate):
		l.unreadableIDs[id] = true
	case err != nil:
		l.Unreadable++
	default:
		l.index[id] = len(l.Items)
		l.Items = append(l.Items, item)
	}
}

// dropDuplicates removes the items whose id appears in several entries, since it is unknown which entry is correct.
func (l *Listing[T]) dropDuplicates(id func(*T) string) {
	if len(l.unreadableIDs) == 0 {
		return
	}
	l.Items = slices.DeleteFunc(l.Items, func(item T) bool { return l.unreadableIDs[id(&item)] })
	clear(l.index)
	for i := range l.Items {
		l.index[id(&l.Items[i])] = i
	}
}

// dropSecretIDs removes the entries whose ids contain a credential of the client, and counts them as unreadable.
func (l *Listing[T]) dropSecretIDs(secrets *Secrets, id func(*T) string) {
	if secrets == nil || len(secrets.own) == 0 {
		return
	}
	for unreadable := range l.unreadableIDs {
		if secrets.FoundIn(unreadable) {
			delete(l.unreadableIDs, unreadable)
			l.Unreadable++
		}
	}
	kept := l.Items[:0]
	for i := range l.Items {
		name := id(&l.Items[i])
		if secrets.FoundIn(name) {
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

// SecretsOf returns the secrets of the items of a listing.
func SecretsOf[T any](l *Listing[T], secret func(*T) string) []string {
	secrets := make([]string, len(l.Items))
	for i := range l.Items {
		secrets[i] = secret(&l.Items[i])
	}
	return secrets
}

// Requested returns the time when the listing was requested, by this machine's clock.
func (l *Listing[T]) Requested() time.Time { return l.requested }

// NumUnreadableIDs returns the number of ids that are listed with an unreadable entry, or more than once.
func (l *Listing[T]) NumUnreadableIDs() int { return len(l.unreadableIDs) }

// Has reports whether a readable or unreadable entry has the id.
func (l *Listing[T]) Has(id string) bool {
	_, ok := l.index[id]
	return ok || l.unreadableIDs[id]
}

// unproven returns nil if the listing proves that no item has the id, and otherwise the reason why there is no proof. It
// must be called only for an id that Items does not contain.
func (l *Listing[T]) unproven(id string) error {
	switch {
	case l.unreadableIDs[id]:
		return fmt.Errorf("its entry could not be read (%w)", ErrUnexpectedResponse)
	case l.Unreadable > 0:
		return fmt.Errorf("%d entries could not be read (%w)", l.Unreadable, ErrUnexpectedResponse)
	}
	return l.Inconclusive
}

const (
	// shortestAge and longestAge bound the maximum age of a listing that is a baseline for creates, or a proof that an item
	// does not exist. In between, the maximum age is ageFactor times the duration of the listing, so that listings take at most a
	// tenth of an apply.
	shortestAge = time.Second
	longestAge  = 30 * time.Second
	ageFactor   = 10
	// recentPeriod is the time for which an item counts as recently created, by the service's clock. To prove that such an item
	// does not exist, recentLooks listings are needed instead of one. The pauses between them add up to 8 to 16 s.
	recentPeriod = 2 * time.Minute
	recentLooks  = 6
)

// serves reports whether the listing is recent enough at the given time, by this machine's clock. If it is, a create that is sent
// at that time can use it as its baseline, and an operation that began at that time as proof that an item does not exist.
func (l *Listing[T]) serves(at time.Time) bool {
	return at.Sub(l.requested) <= min(max(shortestAge, ageFactor*l.took), longestAge)
}
