// SPDX-License-Identifier: MPL-2.0

// Package chaos tests the guarantees of the clients:
//   - No object is lost or created twice.
//   - No client deletes an object that another client created.
//   - No client adopts such an object without a warning, or an object that is older than the age bound.
//   - A create returns the created object, or an error that reports the object.
//
// The package has a fault matrix, a random run and cases of lost responses. They run for each service that has an Adapter. The
// tests compare the objects of the service with the objects that the clients returned. All tests run in memory, in
// testing/synctest bubbles.
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

// full reports whether to run the full matrix and long runs, as the nightly tests do.
var full = os.Getenv("TEST_FULL") == "1"

// Adapter describes a service and one type of its objects, which are called things. A thing has a kind: a number, starting
// at 0. Things of the same kind are equal.
type Adapter struct {
	// LogIn, List, Create and Delete are the requests that can have faults, in the form "GET /path". LogIn may be empty.
	LogIn, List, Create, Delete string
	// Variants has the names of the variants of the service to test.
	Variants []string
	// New returns a service of the variant. lag is how far its lists lag behind changes.
	New func(variant string, lag time.Duration) Service
	// Unique reports whether names are unique ids, so that only one thing of a kind can exist.
	Unique bool
}

// Service is a simulated service.
type Service struct {
	Simulator
	// Things returns all things. The function Things helps to implement it.
	Things func() []Thing
	// Add creates a thing outside the clients. If equal is false, the thing equals things of the kind only in part.
	// Add returns "" if the name already exists.
	Add func(kind int, equal bool) (id string)
	// Connect returns a new client, which has not requested a token or a list. Clients 0 and 1 have the same permissions.
	// Client 2, which may be nil, has credentials that cannot see the things.
	Connect func(number int, endpoint *url.URL, t *transport.Client) *Client
	// LostOutcome is the outcome of a create if its response was lost and exactly one equal thing has appeared since.
	LostOutcome Outcome
}

// Simulator has the methods that all simulators have in common.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	// Secret returns the secret in the response to the create.
	Secret(id string) string
	// DeleteKey deletes a thing outside the clients.
	DeleteKey(id string) bool
}

// Thing is an object of a service.
type Thing struct {
	ID   string
	Kind int
}

const nameForm = "chaos-%d"

// Name returns the name of things of the kind.
func Name(kind int) string { return fmt.Sprintf(nameForm, kind) }

// Things returns the keys whose name is the name of a kind, as things.
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
	// List returns the ids that a data source shows; see clienttest.Listed.
	List func(ctx context.Context) (ids []string, unreadable int, err error)
}

// Saved is a thing in a state.
type Saved struct {
	ID, Secret string
	// Created is the time of the create request, by the service's clock.
	Created time.Time
	// Adopted reports whether the response was lost and the client found the thing in a list and returned a warning.
	Adopted bool
}

// Outcome is the result of a create.
type Outcome string

// Outcomes of creates.
const (
	Created   Outcome = "created"
	Adopted   Outcome = "adopted"
	Uncertain Outcome = "uncertain"
	// Failed means that the error states that nothing was created.
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
