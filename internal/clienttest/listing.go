// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// FuzzListing fuzzes the decoder of a list. It checks that each item has an id, that Listing.Has finds this id, and that the
// items do not change if they are encoded and decoded again. The function id returns "" for an invalid item.
func FuzzListing[T any](
	f *testing.F, seed string, decode func(string) (*apiclient.Listing[T], error),
	id func(T) string, encode func([]T) string, same func(a, b T) bool,
) {
	f.Helper()
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data string) {
		l, err := decode(data)
		if err != nil {
			if l != nil {
				t.Error("a listing and an error")
			}
			return
		}
		for _, item := range l.Items {
			if id(item) == "" || !l.Has(id(item)) {
				t.Errorf("got %+v", item)
			}
		}
		again, err := decode(encode(l.Items))
		if err != nil || again.Unreadable+again.Hidden+again.NumUnreadableIDs() != 0 || !slices.EqualFunc(again.Items, l.Items, same) {
			t.Errorf("got %+v, and then %+v, %v", l.Items, again, err)
		}
	})
}

// Entry is an entry of a list, and the expected result of decoding it.
type Entry[T any] struct {
	JSON string
	// Want is the decoded item. If Want is nil, the entry must not become an item.
	Want *T
	// UnreadableID is the id of an unreadable entry whose id is readable. For all other entries it is empty.
	UnreadableID string
	// Hidden and Unreadable are the expected values of the same fields of apiclient.Listing.
	Hidden, Unreadable int
}

// Entries checks how the function decode handles each of the entries. It places each entry between two other entries in a list.
// The tested entry must not hide the two entries. The parameter list is the text of the list, with %s in place of the tested
// entry. The function same compares two items; nil means reflect.DeepEqual.
func Entries[T any](
	t *testing.T, list string, decode func(list string) (*apiclient.Listing[T], error), id func(T) string, same func(a, b T) bool, entries map[string]Entry[T],
) {
	t.Helper()
	if same == nil {
		same = func(a, b T) bool { return reflect.DeepEqual(a, b) }
	}
	for name, entry := range entries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := decode(fmt.Sprintf(list, entry.JSON))
			if err != nil {
				t.Fatal(err)
			}
			if (l.NumUnreadableIDs() == 1 && l.Has(entry.UnreadableID)) != (entry.UnreadableID != "") || l.Hidden != entry.Hidden || l.Unreadable != entry.Unreadable {
				t.Errorf("%d unreadable ids, %d hidden and %d unreadable entries", l.NumUnreadableIDs(), l.Hidden, l.Unreadable)
			}
			items := l.Items
			if entry.Want != nil {
				if len(items) != 3 || !same(items[1], *entry.Want) || !l.Has(id(*entry.Want)) {
					t.Fatalf("got %+v, want %+v", items, *entry.Want)
				}
				items = slices.Delete(slices.Clone(items), 1, 2)
			}
			if len(items) != 2 || id(items[0]) == id(items[1]) || !l.Has(id(items[0])) || !l.Has(id(items[1])) {
				t.Errorf("the other entries are %+v", items)
			}
		})
	}
}
