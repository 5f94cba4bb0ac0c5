// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestLinger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		interrupted, interrupt := context.WithTimeout(t.Context(), time.Hour)
		defer interrupt()
		ctx, cancel := apiclient.Linger(interrupted, apiclient.Grace)
		defer cancel()
		start := time.Now()
		<-ctx.Done()
		if got := time.Since(start); got != time.Hour+apiclient.Grace {
			t.Errorf("it ended after %s", got)
		}
	})
}

func TestLinger_cancelledAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := apiclient.Linger(t.Context(), time.Hour)
	if ctx.Err() != nil {
		t.Error("it ended before")
	}
	cancel()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("got %v", ctx.Err())
	}
}

func TestSending_failed(t *testing.T) {
	t.Parallel()
	other := errors.New("no error of clients")
	refused := &apiclient.Error{Op: "create API key", Write: true, Status: 503, Message: "later"}
	for name, test := range map[string]struct {
		err  error
		sent int
		want string
	}{
		"sent once":  {refused, 1, "create API key: HTTP 503: later; the list shows that no key was made"},
		"sent often": {refused, 3, "create API key: HTTP 503: later; the list shows that no key was made (tried 3 times in "},
		"lost": {
			&apiclient.Error{Op: "create API key", Write: true, Err: &transport.Error{Method: "POST", Path: "/keys", Err: errors.New("reset")}},
			1, "create API key: no answer to POST /keys: reset; the list shows that no key was made",
		},
		"another kind": {other, 1, "no error of clients"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := apiclient.BeginSending(t.Context(), noon)
			s.Sent = test.sent
			got := s.Failed(test.err, "that no key was made")
			if !strings.HasPrefix(got.Error(), test.want) {
				t.Errorf("got %v", got)
			}
			if apiclient.MaybeDone(got) != apiclient.MaybeDone(test.err) {
				t.Error("what may have been done is another now")
			}
		})
	}
	if refused.Message != "later" || refused.Attempts != 0 {
		t.Errorf("the error was changed: %+v", refused)
	}
}

func TestSending_uncertain(t *testing.T) {
	t.Parallel()
	lost := &apiclient.Error{Op: "create API key", Write: true, Section: "h2ogpte", Err: &transport.Error{Method: "POST", Path: "/keys", Err: errors.New("reset")}}
	s := apiclient.BeginSending(t.Context(), noon)
	s.Sent = 2
	err := s.Uncertain("create API key", lost, errors.New("the list hides it"), "one", "two")
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok || !errors.Is(err, apiclient.ErrUncertain) {
		t.Fatalf("got %v", err)
	}
	if e.Section != "h2ogpte" || !e.Write || e.Attempts != 2 || !e.SentAt.Equal(noon) || !slices.Equal(e.Candidates, []string{"one", "two"}) {
		t.Errorf("got %+v", e)
	}
	// Who gives advice sees what it was lost by.
	if _, ok := errors.AsType[*transport.Error](err); !ok {
		t.Error("the cause is lost")
	}
	const want = "create API key: the answer was lost (create API key: no answer to POST /keys: reset), and the list hides it (tried 2 times in "
	if !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}
