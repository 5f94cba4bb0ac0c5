// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"fmt"
	"slices"
	"time"
)

// Listing is a list of items that was requested at one time. The service may return the list in several pages.
type Listing[T any] struct {
	// Items are in the service's order.
	Items []T
	// Unreadable is the number of entries whose id could not be read. Each of them could be any item. Hidden is the number of
	// entries with a masked id or key.
	Unreadable, Hidden int
	// Inconclusive is the reason why this listing cannot prove that an item does not exist, for example because the service
	// masks ids. It is nil if there is no such reason.
	Inconclusive error
	// Inferred is true if the response of the service contains no list, for example null instead of an empty array. The listing
	// is then empty. But a service that lost its data may respond in the same way. So a single Inferred listing does not prove
	// that there are no items. Several Inferred listings in a row do.
	Inferred bool
	// Refusal is the error if the service itself responded to the list request with 404. Maybe no item exists then. Reads return
	// Refusal as their error. A create treats the 404 as an empty list: maybe the service always responds with 404 as long as it
	// has no items.
	Refusal error
	// Partial is true if the service may have more items than the listing contains. If the parameter proof of Fetch is true,
	// Fetch never returns a partial listing.
	Partial bool

	index map[string]int
	// unreadableIDs contains the ids of entries of which only the id could be read, and ids that occur more than once.
	unreadableIDs map[string]bool

	// requested is the time, by this machine's clock, when the first request of the listing was sent. took is the total
	// duration of the requests of the listing.
	requested time.Time
	took      time.Duration
	filter    string
	// number numbers the client's listings in the order of their requests, from 1, whatever their filter.
	number uint64
}

// Add adds an entry of the list. The parameter err is the error of decoding the entry, or nil. If several entries have the same
// id, Add marks the id as unreadable.
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

// dropDuplicates removes all items with the same id as another entry, since it is unknown which of the entries is correct.
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

// dropSecretIDs removes the entries whose ids contain a credential of the client, and adds their number to Unreadable.
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

// SecretsOf returns the secret of each item of a listing.
func SecretsOf[T any](l *Listing[T], secret func(*T) string) []string {
	secrets := make([]string, len(l.Items))
	for i := range l.Items {
		secrets[i] = secret(&l.Items[i])
	}
	return secrets
}

// Requested returns the time, by this machine's clock, when the listing was requested.
func (l *Listing[T]) Requested() time.Time { return l.requested }

// NumUnreadableIDs returns the number of ids that have an unreadable entry or several entries.
func (l *Listing[T]) NumUnreadableIDs() int { return len(l.unreadableIDs) }

// Has reports whether any entry has the id, including unreadable entries.
func (l *Listing[T]) Has(id string) bool {
	_, ok := l.index[id]
	return ok || l.unreadableIDs[id]
}

// unproven returns nil if the listing proves that no item with the id exists. Otherwise, unproven returns the reason why the
// listing does not prove it. Call unproven only if no element of Items has the id.
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
	// A listing can be a baseline for a create, or a proof that an item does not exist, only up to a maximum age. The maximum age
	// is ageFactor times the duration of the list request, but not less than shortestAge and not more than longestAge. So list
	// requests take at most about a tenth of the time of an apply.
	shortestAge = time.Second
	longestAge  = 30 * time.Second
	ageFactor   = 10
	// For the duration of recentPeriod after an item was created, listings can still omit the item. During this time, the
	// proof that the item does not exist needs recentLooks listings instead of one. The pauses between these listings take 8 to
	// 16 s in total.
	recentPeriod = 2 * time.Minute
	recentLooks  = 6
)

// serves reports whether the listing is recent enough at the given time, by this machine's clock. If the listing is recent
// enough, a create that is sent at this time can use the listing as its baseline. An operation that began at this time can
// use the listing as a proof that an item does not exist.
func (l *Listing[T]) serves(at time.Time) bool {
	return at.Sub(l.requested) <= min(max(shortestAge, ageFactor*l.took), longestAge)
}
