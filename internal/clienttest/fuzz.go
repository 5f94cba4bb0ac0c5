// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"slices"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// FuzzListing fuzzes the decoder of a list. The list has the id of each item, which is "" for one that must not be, and items
// are the same if they are decoded again from what encode makes of them.
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
		if err != nil || again.Unreadable+again.Hidden+again.Odd() != 0 || !slices.EqualFunc(again.Items, l.Items, same) {
			t.Errorf("got %+v, and then %+v, %v", l.Items, again, err)
		}
	})
}
