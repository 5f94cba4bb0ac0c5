// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// changes has all functions that change a key. done reports whether the stored key shows the change.
var changes = []struct {
	name, method, path string
	do                 func(ctx context.Context, c *h2ogpteapi.Client, id string) error
	done               func(*h2ogptesim.Key) bool
}{
	{
		"change the expiry of h2oGPTe API key", "PATCH", expirePath,
		func(ctx context.Context, c *h2ogpteapi.Client, id string) error {
			return c.SetExpiry(ctx, id, time.Time{}, new(int64(7)))
		},
		func(key *h2ogptesim.Key) bool {
			return key.ExpiresAt != nil && key.ExpiresAt.Equal(noon.AddDate(0, 0, 7))
		},
	},
	{
		"change the expiry of h2oGPTe API key", "PATCH", expirePath,
		func(ctx context.Context, c *h2ogpteapi.Client, id string) error {
			return c.SetExpiry(ctx, id, time.Time{}, nil)
		},
		func(key *h2ogptesim.Key) bool { return key.ExpiresAt == nil },
	},
	{
		"change the inactivity interval of h2oGPTe API key", "PATCH", inactivityPath,
		func(ctx context.Context, c *h2ogpteapi.Client, id string) error {
			return c.SetInactivityInterval(ctx, id, time.Time{}, new(int64(7)))
		},
		func(key *h2ogptesim.Key) bool {
			return key.InactivityIntervalDays != nil && *key.InactivityIntervalDays == 7
		},
	},
	{
		"change the inactivity interval of h2oGPTe API key", "PATCH", inactivityPath,
		func(ctx context.Context, c *h2ogpteapi.Client, id string) error {
			return c.SetInactivityInterval(ctx, id, time.Time{}, nil)
		},
		func(key *h2ogptesim.Key) bool { return key.InactivityIntervalDays == nil },
	},
	{
		"deactivate h2oGPTe API key", "POST", deactivatePath,
		func(ctx context.Context, c *h2ogpteapi.Client, id string) error {
			return c.Deactivate(ctx, id, time.Time{})
		},
		func(key *h2ogptesim.Key) bool { return key.Inactive },
	},
}

// expiringKey adds a key whose values differ from the result of each change.
func (s *service) expiringKey() (id string) {
	id, _ = s.AddKey(h2ogptesim.Key{
		UserName: "alice", Name: "a", ExpiresAt: new(noon.AddDate(0, 0, 3)), InactivityIntervalDays: new(int64(3)),
	})
	return id
}

func TestClient_changes(t *testing.T) {
	t.Parallel()
	for i, change := range changes {
		t.Run(fmt.Sprint(change.name, i), func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{})
			id := s.expiringKey()
			client := s.client()
			for range 2 - i/4 {
				if err := change.do(t.Context(), client, id); err != nil || !change.done(s.stored(id)) {
					t.Errorf("got %v, %+v", err, s.stored(id))
				}
			}
			// After the documented response, the client requests no list.
			s.Wants(2-i/4, change.method, change.path)
			s.wantsLists(0)
		})
	}
}

// TestClient_changeUnderFaults checks that each function returns an error if and only if the key was not changed, even if
// the response is lost.
func TestClient_changeUnderFaults(t *testing.T) {
	t.Parallel()
	for i, change := range changes {
		for name, test := range map[string]struct {
			fault simulation.Fault
			times int
			fails bool
		}{
			"lost response":          {fault: simulation.Fault{Kind: simulation.FaultDropAfterCommit}, times: 1},
			"garbled":                {fault: simulation.Fault{Kind: simulation.FaultGarbled}, times: 1000},
			"empty":                  {fault: simulation.Fault{Kind: simulation.FaultEmpty}, times: 1, fails: true},
			"200 with JSON":          {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 200}, times: 1, fails: true},
			"400":                    {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 400}, times: 1, fails: true},
			"404 of an existing key": {fault: simulation.Fault{Kind: simulation.FaultStatus, Status: 404}, times: 1000, fails: true},
			"done, then 502":         {fault: simulation.Fault{Kind: simulation.FaultCommitLate}, times: 1},
		} {
			t.Run(fmt.Sprint(change.name, i, name), func(t *testing.T) {
				t.Parallel()
				s := start(t, h2ogptesim.Options{})
				id := s.expiringKey()
				test.fault.Method, test.fault.Path, test.fault.Times = change.method, change.path, test.times
				s.Fail(test.fault)
				err := change.do(t.Context(), s.client(), id)
				if (err != nil) != test.fails || change.done(s.stored(id)) == test.fails {
					t.Errorf("done: %t, %v", change.done(s.stored(id)), err)
				}
				if err != nil {
					if e := asError(t, err); e.Op != change.name || errors.Is(err, h2ogpteapi.ErrNotFound) {
						t.Errorf("got %v", err)
					}
				}
			})
		}
	}
}

func TestClient_changeOfMissingKey(t *testing.T) {
	t.Parallel()
	for i, change := range changes {
		for name, options := range map[string]h2ogptesim.Options{"one page": {}, "many": {Keys: 150}, "small pages": {Keys: 20, MaxLimit: 5}} {
			t.Run(fmt.Sprint(change.name, i, name), func(t *testing.T) {
				t.Parallel()
				s := start(t, options)
				client := s.client()
				for _, id := range []string{"missing", "a/b?c", "", ".", "..", "sk-0123456789"} {
					err := change.do(t.Context(), client, id)
					if e := asError(t, err); !errors.Is(err, h2ogpteapi.ErrNotFound) || e.Op != change.name || errors.Is(err, h2ogpteapi.ErrUnsupported) {
						t.Errorf("%q: got %v", id, err)
					}
					clienttest.WantNoSecret(t, err, "0123456789")
				}
				// Only "missing" and "a/b?c" (escaped) are sent. The client rejects the other ids.
				if got := s.Count(change.method, change.path); got != 2 {
					t.Errorf("%d requests", got)
				}
				// A failed list does not prove that a key does not exist.
				s.Fail(always(simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: 503}))
				if err := change.do(t.Context(), client, "missing"); errors.Is(err, h2ogpteapi.ErrNotFound) || errors.Is(err, h2ogpteapi.ErrUnsupported) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestClient_inactivityIntervalOfAnOlderService uses a service that does not support the request to set the inactivity interval.
// The key exists, so each of the responses below causes ErrUnsupported.
func TestClient_inactivityIntervalOfAnOlderService(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*simulation.Fault{
		"404":            nil,
		"404 with HTML":  {Kind: simulation.FaultHTML, Status: 404},
		"405":            {Kind: simulation.FaultStatus, Status: 405},
		"501":            {Kind: simulation.FaultStatus, Status: 501},
		"405 of a proxy": {Kind: simulation.FaultStatus, Status: 405, Body: `{"detail":"Method Not Allowed"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, h2ogptesim.Options{NoInactivityInterval: true})
			id := s.key("a")
			if fault != nil {
				fault := *fault
				fault.Method = "PATCH"
				s.Fail(always(fault))
			}
			client := s.client()
			err := client.SetInactivityInterval(t.Context(), id, time.Time{}, new(int64(7)))
			if !errors.Is(err, h2ogpteapi.ErrUnsupported) || !strings.HasPrefix(asError(t, err).Message, "this version of h2oGPTe does not support inactivity intervals (") {
				t.Errorf("got %v", err)
			}
			// Removing an interval that does not exist succeeds.
			if err := client.SetInactivityInterval(t.Context(), id, time.Time{}, nil); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The service rejects changes of an inactive key. The error contains the service's message.
func TestClient_changesOfAnInactiveKey(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{ExpiryDeactivates: true})
	deactivated, _ := s.AddKey(h2ogptesim.Key{UserName: "alice", Inactive: true})
	expired, _ := s.AddKey(h2ogptesim.Key{UserName: "alice", ExpiresAt: new(noon.Add(-time.Hour))})
	for _, id := range []string{deactivated, expired} {
		client := s.client()
		if e := asError(t, client.SetExpiry(t.Context(), id, time.Time{}, new(int64(7)))); e.Status != 409 || e.Message != "API key is not active" {
			t.Errorf("got %v", e)
		}
		// Deactivating an inactive key is not an error.
		if err := client.Deactivate(t.Context(), id, time.Time{}); err != nil {
			t.Errorf("got %v", err)
		}
	}
}

func TestClient_expiryAboveTheLimit(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{MaxExpiryDays: 7})
	id := s.expiringKey()
	client := s.client()
	if e := asError(t, client.SetExpiry(t.Context(), id, time.Time{}, new(int64(8)))); e.Status != 400 || !strings.Contains(e.Message, "must not exceed 7 days") {
		t.Errorf("got %v", e)
	}
	if e := asError(t, client.SetExpiry(t.Context(), id, time.Time{}, nil)); e.Status != 400 || !strings.Contains(e.Message, "keys have to expire here") {
		t.Errorf("got %v", e)
	}
	must(t, client.SetExpiry(t.Context(), id, time.Time{}, new(int64(7))))
}

// The clock of this machine differs from the service's clock by three years.
func TestClient_lostExpiryWithClockSkew(t *testing.T) {
	t.Parallel()
	s := start(t, h2ogptesim.Options{})
	id := s.expiringKey()
	s.Fail(always(simulation.Fault{Method: "PATCH", Kind: simulation.FaultDropAfterCommit}))
	client := connect(h2ogpteapi.Config{
		Endpoint: s.url, APIKey: s.AdminKey(), Now: func() time.Time { return noon.AddDate(-3, 0, 0) },
	})
	if err := client.SetExpiry(t.Context(), id, time.Time{}, new(int64(7))); err != nil {
		t.Errorf("got %v", err)
	}
}
