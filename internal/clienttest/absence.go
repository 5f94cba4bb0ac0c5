// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// absence checks that Find does not report an object as missing if the list is unreadable. If the service also rejects the
// delete request, Delete must return the error of the delete request, because it is more useful than the error of the list.
func (s *Suite) absence(t *testing.T, more map[string]simulation.Fault) {
	t.Helper()
	lists := map[string]simulation.Fault{
		"HTML 404": {Kind: simulation.FaultHTML, Status: 404},
		"dropped":  {Kind: simulation.FaultDropBefore},
		"empty":    {Kind: simulation.FaultEmpty},
		"other":    Status(200, `{"items":[]}`),
		"cut":      Status(200, `[`),
	}
	for _, status := range []int{401, 403, 404, 500, 503} {
		lists[fmt.Sprint(status)] = Status(status, "")
	}
	maps.Copy(lists, more)
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t)
			subject.Fail(subject.List.of(list))
			err := subject.Find(t.Context(), "unknown")
			if e := AsError(t, err, s.Section); errors.Is(err, apiclient.ErrNotFound) || e.Op != subject.List.Name {
				t.Errorf("got %v", err)
			}
			if subject.Delete == nil {
				return
			}
			err = subject.Delete(t.Context(), "unknown")
			if e := AsError(t, err, s.Section); e.Op == subject.List.Name || e.Status != http.StatusNotFound || e.IsUnexpected() {
				t.Errorf("got %v", err)
			}
		})
	}
}

// deletedOutside checks that Delete succeeds if the object was deleted outside the client, whatever status the delete response
// has. Delete must request a new list: a list from before the delete does not prove that the object no longer exists.
func (s *Suite) deletedOutside(t *testing.T) {
	t.Helper()
	for _, status := range []int{400, 401, 403, 404, 409, 410, 422, 500, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			subject := s.Start(t)
			if err := subject.Find(t.Context(), subject.ID); err != nil {
				t.Fatal(err)
			}
			subject.Remove()
			subject.Fail(Always(simulation.Fault{Method: http.MethodDelete, Kind: simulation.FaultStatus, Status: status}))
			if err := subject.Delete(t.Context(), subject.ID); err != nil {
				t.Error(err)
			}
			if subject.lists() < 2 {
				t.Error("the client used the list from before the delete as a proof")
			}
		})
	}
}

// deleted checks that the client does not find or list an object that it deleted, even if an outdated list shows the object.
func (s *Suite) deleted(t *testing.T) {
	t.Helper()
	subject := s.Start(t)
	if err := subject.Delete(t.Context(), subject.ID); err != nil {
		t.Fatal(err)
	}
	subject.Fail(subject.List.of(subject.ListFault(subject.ID, "other")))
	if err := subject.Find(t.Context(), subject.ID); !errors.Is(err, apiclient.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if ids, _, err := subject.Listed(t.Context()); err != nil || !slices.Equal(ids, []string{"other"}) {
		t.Errorf("got %v, %v", ids, err)
	}
}

// unreadable checks that an unreadable list entry does not hide other entries. Find must not report the object of the
// unreadable entry as missing.
func (s *Suite) unreadable(t *testing.T) {
	t.Helper()
	subject := s.Start(t)
	subject.Fail(subject.List.of(subject.UnreadableEntryFault))
	for id, want := range map[string]error{"a": nil, "unreadable": apiclient.ErrUnexpectedResponse, "unknown": apiclient.ErrNotFound} {
		if err := subject.Find(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
	}
	if ids, unreadable, err := subject.Listed(t.Context()); err != nil || !slices.Equal(ids, []string{"a"}) || unreadable != 1 {
		t.Errorf("got %v, %d unreadable, %v", ids, unreadable, err)
	}
}

// duplicate checks that list entries with the same id are treated as unreadable: one of these entries could belong to another
// object.
func (s *Suite) duplicate(t *testing.T) {
	t.Helper()
	subject := s.Start(t)
	subject.Fail(subject.List.of(subject.ListFault(subject.ID, subject.ID)))
	if err := subject.Find(t.Context(), subject.ID); !errors.Is(err, apiclient.ErrUnexpectedResponse) {
		t.Errorf("got %v", err)
	}
	if ids, unreadable, err := subject.Listed(t.Context()); err != nil || len(ids) > 0 || unreadable == 0 {
		t.Errorf("got %v, %d unreadable, %v", ids, unreadable, err)
	}
}
