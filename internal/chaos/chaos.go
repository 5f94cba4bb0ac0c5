// SPDX-License-Identifier: MPL-2.0

// Package chaos tests the guarantees of the clients: no object is lost, created twice, taken from another client or
// forgotten without an error. It has one fault matrix, one random run and one set of cases of lost responses, for every
// service with an Adapter, and compares the objects of the service with those that its clients returned. Everything runs
// in memory, in testing/synctest bubbles.
package chaos

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// full says whether the full matrix and long runs are wanted, as in nightly tests.
var full = os.Getenv("TEST_FULL") == "1"

// Adapter is what differs between services, and between the things that a service holds. Things are of kinds, from 0:
// those of a kind are equal.
type Adapter struct {
	// LogIn, List, Create and Delete are the requests that a fault can hit, as "GET /path". LogIn may be empty.
	LogIn, List, Create, Delete string
	// Variants of the service are all tested.
	Variants []string
	// New makes a service whose lists lag.
	New func(variant string, lag time.Duration) Service
	// Unique says that a kind is a unique name, and the id of its thing.
	Unique bool
}

// Service is a simulated service.
type Service struct {
	Simulator
	// Held returns the things: see Things.
	Held func() []Thing
	// Add adds a thing, as a stranger does: of the kind or, if not equal, one that resembles it. It returns "" where
	// there is one of the name.
	Add func(kind int, equal bool) (id string)
	// Connect makes a client that has read nothing, the first or second of the service. A third, which may be nil, has
	// credentials that do not see the things.
	Connect func(number int, endpoint *url.URL, t *transport.Client) *Client
	// Settles is what becomes of a create whose response was lost, if one equal thing appeared since.
	Settles Outcome
}

// Simulator is what all simulators of keys have.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	// Secret is what the response of the create held.
	Secret(id string) string
	// DeleteKey deletes a thing, as a stranger does.
	DeleteKey(id string) bool
}

// Thing is what a service holds.
type Thing struct {
	ID   string
	Kind int
}

const nameForm = "chaos-%d"

// Name is the name of things of the kind.
func Name(kind int) string { return fmt.Sprintf(nameForm, kind) }

// Things returns the keys that have the name of a kind.
func Things[K any](keys []K, of func(K) (id, name string)) (things []Thing) {
	for _, key := range keys {
		var kind int
		id, name := of(key)
		if _, err := fmt.Sscanf(name, nameForm, &kind); err == nil {
			things = append(things, Thing{id, kind})
		}
	}
	return things
}

// Client is a client of the service.
type Client struct {
	Create       func(ctx context.Context, kind int) (Saved, error)
	Find, Delete func(ctx context.Context, s Saved) error
	// List returns the ids of what a data source shows; see clienttest.Listed.
	List func(ctx context.Context) (ids []string, unreadable int, err error)
}

// Saved is what a state holds of a thing.
type Saved struct {
	ID, Secret string
	// Created is when the request was sent, by the service's clock.
	Created time.Time
	// Adopted says that the user is warned that the response was lost, and the thing found.
	Adopted bool
}

// Outcome is how a create ends.
type Outcome string

// Outcomes of creates.
const (
	Created   Outcome = "created"
	Adopted   Outcome = "adopted"
	Uncertain Outcome = "uncertain"
	// Failed is an error that says that nothing was created.
	Failed Outcome = "failed"
)

// Test runs all tests of the adapter.
func Test(t *testing.T, a Adapter) {
	t.Helper()
	t.Parallel()
	t.Run("matrix", a.matrix)
	t.Run("run", a.run)
	t.Run("lost", a.lost)
}
