// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestDeletion(t *testing.T) {
	t.Parallel()
	var (
		lost    = &apiclient.Error{Op: "delete thing", Write: true, Err: &transport.Error{Err: errors.New("reset")}}
		refused = &apiclient.Error{Op: "delete thing", Write: true, Status: 403}
		down    = &apiclient.Error{Op: "list things", Status: 503}
		gone    = &apiclient.Error{Op: "list things", Err: apiclient.ErrNotFound}
	)
	type answer struct {
		proven bool
		err    error
	}
	for name, test := range map[string]struct {
		// answers are those of the deletes, and looks what the lists say after them; the
		// last ones hold for all that follow.
		answers []answer
		looks   []error
		// sent and looked are how often each comes.
		sent, looked int
		// want is a part of the error, "" for none.
		want string
	}{
		"proven":                        {answers: []answer{{proven: true}}, sent: 1},
		"gone":                          {answers: []answer{{}}, looks: []error{gone}, sent: 1, looked: 1},
		"lost, and gone":                {answers: []answer{{err: lost}}, looks: []error{gone}, sent: 1, looked: 1},
		"refused, and gone":             {answers: []answer{{err: refused}}, looks: []error{gone}, sent: 1, looked: 1},
		"refused":                       {answers: []answer{{err: refused}}, looks: []error{nil}, sent: 1, looked: 1, want: "HTTP 403"},
		"refused, and no list":          {answers: []answer{{err: refused}}, looks: []error{down}, sent: 1, looked: 1, want: "HTTP 403"},
		"lost, and proven then":         {answers: []answer{{err: lost}, {proven: true}}, looks: []error{nil}, sent: 2, looked: 1},
		"lost, and gone then":           {answers: []answer{{err: lost}}, looks: []error{nil, gone}, sent: 2, looked: 2},
		"lost, and no list":             {answers: []answer{{err: lost}}, looks: []error{down}, sent: 1, looked: 1, want: "reset"},
		"lost each time":                {answers: []answer{{err: lost}}, looks: []error{nil}, sent: 3, looked: 3, want: "reset"},
		"lost, refused then":            {answers: []answer{{err: lost}, {err: refused}}, looks: []error{nil}, sent: 2, looked: 2, want: "HTTP 403"},
		"proves nothing":                {answers: []answer{{}}, looks: []error{nil}, sent: 3, looked: 3, want: "and the thing is still listed"},
		"proves nothing, proven later":  {answers: []answer{{}, {proven: true}}, looks: []error{nil}, sent: 2, looked: 1},
		"proves nothing, and no list":   {answers: []answer{{}}, looks: []error{down}, sent: 1, looked: 1, want: "whether the thing is gone is not known (list things: HTTP 503"},
		"proves nothing, no list later": {answers: []answer{{}}, looks: []error{nil, down}, sent: 2, looked: 2, want: "whether the thing is gone is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, looked, paused := 0, 0, 0
			err := apiclient.Deletion{
				Op: "delete thing", Thing: "thing", Section: "gaia",
				Send: func(context.Context, <-chan struct{}) (bool, error) {
					sent++
					a := test.answers[min(sent, len(test.answers))-1]
					return a.proven, a.err
				},
				Look: func(context.Context) error {
					looked++
					return test.looks[min(looked, len(test.looks))-1]
				},
				Pause: func(_ context.Context, try int) error {
					paused++
					if try != paused {
						t.Errorf("pause %d is that of try %d", paused, try)
					}
					return nil
				},
			}.UntilGone(t.Context())
			if sent != test.sent || looked != test.looked || paused != max(sent-1, 0) {
				t.Errorf("sent %d, looked %d, paused %d times", sent, looked, paused)
			}
			if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v", err)
			}
			if e, ok := errors.AsType[*apiclient.Error](err); ok && e.Foreign() && (e.Op != "delete thing" || e.Section != "gaia" || !e.Write) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// An interrupt ends the pauses, and not what is under way.
func TestDeletion_interrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	lost := &apiclient.Error{Op: "delete thing", Write: true, Err: &transport.Error{Err: errors.New("reset")}}
	sent, looked := 0, 0
	err := apiclient.Deletion{
		Op: "delete thing", Thing: "thing",
		Send: func(ctx context.Context, stop <-chan struct{}) (bool, error) {
			sent++
			interrupt()
			<-stop
			if ctx.Err() != nil {
				t.Error("the request ended with the interrupt")
			}
			return false, lost
		},
		Look: func(ctx context.Context) error {
			looked++
			return ctx.Err()
		},
		Pause: func(ctx context.Context, _ int) error { return ctx.Err() },
	}.UntilGone(ctx)
	if !errors.Is(err, lost) || sent != 1 || looked != 1 {
		t.Errorf("got %v after %d requests and %d lists", err, sent, looked)
	}
}
