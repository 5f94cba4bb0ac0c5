// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

func TestDelete(t *testing.T) {
	t.Parallel()
	refused := &apiclient.Error{Op: "delete thing", Write: true, Status: 403}
	unknown := &apiclient.Error{Op: "delete thing", Write: true, Status: 404}
	for name, test := range map[string]struct {
		// send returns the result of a delete request. The parameter nth is 1 for the first request.
		send    func(s *shelf, nth int) (proven bool, err error)
		sent    int
		fetches int
		want    error
		// text is a part of the wanted error.
		text string
	}{
		"proven by its response": {send: func(*shelf, int) (bool, error) { return true, nil }, sent: 1},
		"proven by a listing": {send: func(s *shelf, _ int) (bool, error) {
			s.things = nil
			return false, nil
		}, sent: 1, fetches: 1},
		"lost, and done": {send: func(s *shelf, _ int) (bool, error) {
			s.things = nil
			return false, lost
		}, sent: 1, fetches: 1},
		"lost, and done the second time": {send: func(_ *shelf, nth int) (bool, error) {
			return nth == 2, lost
		}, sent: 2, fetches: 1},
		"lost each time":  {send: func(*shelf, int) (bool, error) { return false, lost }, sent: 3, fetches: 3, want: lost},
		"empty each time": {send: func(*shelf, int) (bool, error) { return false, nil }, sent: 3, fetches: 3, want: apiclient.ErrUnexpectedResponse, text: "and the thing is still listed"},
		"refused":         {send: func(*shelf, int) (bool, error) { return false, refused }, sent: 1, fetches: 1, want: refused},
		"refused, and done": {send: func(s *shelf, _ int) (bool, error) {
			s.things = nil
			return false, refused
		}, sent: 1, fetches: 1},
		"lost, then not found, while the list lags": {send: func(s *shelf, nth int) (bool, error) {
			if nth == 1 {
				return false, lost
			}
			s.departure = time.Now().Add(5 * time.Second)
			return false, unknown
		}, sent: 2, fetches: 5},
		"lost, then not found, and listed": {send: func(_ *shelf, nth int) (bool, error) {
			return false, map[int]error{1: lost, 2: unknown}[nth]
		}, sent: 2, fetches: 7, want: unknown},
		"not found, while the list lags": {send: func(s *shelf, _ int) (bool, error) {
			s.departure = time.Now().Add(5 * time.Second)
			return false, unknown
		}, sent: 1, fetches: 4},
		"not found, and listed": {send: func(*shelf, int) (bool, error) { return false, unknown }, sent: 1, fetches: 6, want: unknown},
		"lost, and the list fails": {send: func(s *shelf, _ int) (bool, error) {
			s.shown = func() (*apiclient.Listing[thing], error) { return nil, errors.New("down") }
			return false, lost
		}, sent: 1, fetches: 1, want: lost},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				sent := 0
				err := s.Delete(s.Context(), "delete thing", apiclient.Ref[thing]{ID: "1"}, func(context.Context) (bool, error) {
					sent++
					return test.send(s, sent)
				})
				if !errors.Is(err, test.want) || (err == nil) != s.IsDeleted("1") || sent != test.sent {
					s.Errorf("got %v after %d deletes, want %v after %d; deleted: %t", err, sent, test.want, test.sent, s.IsDeleted("1"))
				}
				if err != nil && !strings.Contains(err.Error(), test.text) {
					s.Errorf("got %v, want %q", err, test.text)
				}
				s.want(test.fetches)
			}, thing{"1", "a"})
		})
	}
}

func TestDelete_interrupted(t *testing.T) {
	onShelf(t, func(s *shelf) {
		ctx, cancel := context.WithCancel(s.Context())
		sent := 0
		err := s.Delete(ctx, "delete thing", apiclient.Ref[thing]{ID: "1"}, func(context.Context) (bool, error) {
			sent++
			cancel()
			return false, lost
		})
		if !errors.Is(err, error(lost)) || sent != 1 || s.IsDeleted("1") {
			s.Errorf("got %v after %d deletes", err, sent)
		}
		if err := s.Delete(ctx, "delete thing", apiclient.Ref[thing]{ID: "1"}, func(context.Context) (bool, error) {
			sent++
			return true, nil
		}); !errors.Is(err, context.Canceled) || sent != 1 {
			s.Errorf("after the interrupt: got %v after %d deletes", err, sent)
		}
	}, thing{"1", "a"})
}
