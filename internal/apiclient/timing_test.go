// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// limited is a fake service to which the client sends at most one request in 4 s.
type limited struct {
	*shelf
	conn *apiclient.Conn
	// created is the time when the service received the create request. If keep is false, the response to this request is lost.
	created time.Time
	keep    bool
}

func newLimited(t *testing.T) *limited {
	t.Helper()
	l := &limited{shelf: newShelf(t, thing{"1", "a"})}
	var network simulation.Network
	base, stop := network.Serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			l.created = time.Now()
			l.things = append(l.things, thing{"2", "a"})
			if !l.keep {
				panic(http.ErrAbortHandler)
			}
		}
	}))
	t.Cleanup(stop)
	l.conn = &apiclient.Conn{
		Endpoint: base, Secrets: apiclient.NewSecrets(nil), Clock: apiclient.Clock{Local: time.Now},
		Transport: transport.New(transport.Options{RequestTimeout: time.Minute, RequestsPerSecond: 0.25, DialContext: network.DialContext}),
	}
	fetch := l.Fetch
	l.Fetch = func(ctx context.Context, filter string, proof bool) (*apiclient.Listing[thing], error) {
		if _, err := l.conn.Send(ctx, apiclient.Call{Op: "list", Method: http.MethodGet, List: true}); err != nil {
			return nil, err
		}
		return fetch(ctx, filter, proof)
	}
	return l
}

func (l *limited) create(t *testing.T) (*apiclient.Created[thing], error) {
	t.Helper()
	return l.shelf.create(t.Context(), "a", nil, func(c *apiclient.Creation[thing]) {
		c.Send = func(ctx context.Context) (thing, string, error) {
			_, err := l.conn.Send(ctx, apiclient.Call{Op: "create", Method: http.MethodPost, Writes: true})
			return thing{"2", "a"}, "2", err
		}
	})
}

// CreatedAt is the time when the create request was sent. This is later than the time when it began to wait for the rate limit.
func TestCreate_createdAtIncludesRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimited(t)
		l.keep = true
		if created, err := l.create(t); err != nil || !created.CreatedAt.Equal(l.created) {
			t.Errorf("created at %s, want %s (%v)", created.CreatedAt, l.created, err)
		}
	})
}

// If the baseline is too old when the create request is sent, no item is adopted, and the error contains the id of the new item.
func TestCreate_oldBaseline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimited(t)
		_, err := l.create(t)
		l.wantUncertain(err, "2")
	})
}

// The duration of a listing does not include the time that its request waits for the rate limit. Otherwise, the maximum age of
// the listing would be too long.
func TestListings_durationWithoutRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimited(t)
		for range 2 {
			l.Changed()
			if err := l.find("1"); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(2 * time.Second)
		if err := l.find("3"); !errors.Is(err, apiclient.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		l.want(3)
	})
}
