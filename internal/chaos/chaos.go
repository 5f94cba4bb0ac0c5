// SPDX-License-Identifier: MPL-2.0

// Package chaos tests the guarantees of the clients:
//   - No object is lost or created twice.
//   - No client deletes an object that another client created.
//   - If a client adopts an object that another client created, it returns a warning, and the object is not older than the age
//     bound in DESIGN.md.
//   - A create returns the created object, or an error that reports the object.
//
// There are three tests for each service that has an Adapter: a matrix of faults, a run with random faults, and cases of lost
// responses. The tests compare the objects of the service with the objects that the clients returned. All tests run in memory,
// in testing/synctest bubbles.
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

// full is true if the tests use the full matrix and long runs. The nightly tests set TEST_FULL=1.
var full = os.Getenv("TEST_FULL") == "1"

// Adapter describes a service and one type of its objects. The objects are called things. Each thing has a kind: 0, 1, 2
// and so on. Two things of the same kind have equal attributes.
type Adapter struct {
	// LogIn, List, Create and Delete are the requests that can have faults, in the form "GET /path". LogIn is "" if the service
	// has no log-in request.
	LogIn, List, Create, Delete string
	// Variants contains the names of the variants of the service. Each variant is tested.
	Variants []string
	// New returns a service of the variant. The lists of the service show a change only after the duration lag.
	New func(variant string, lag time.Duration) Service
	// Unique is true if the id of a thing is its name. Then only one thing of each kind can exist at a time.
	Unique bool
}

// Service is a simulated service.
type Service struct {
	Simulator
	// Things returns all things that exist. Implement this field with the function Things of this package.
	Things func() []Thing
	// Add creates a thing without a client. If the parameter equal is false, only some attributes of the thing equal those of
	// other things of the kind. Add returns "" if the name already exists.
	Add func(kind int, equal bool) (id string)
	// Connect returns a new client that has sent no requests. The parameter number selects its credentials. The clients 0 and 1
	// have the same permissions. Client 2 has credentials with which lists do not show the things. Connect returns nil for
	// client 2 if the service has no such credentials.
	Connect func(number int, endpoint *url.URL, t *transport.Client) *Client
	// LostOutcome is the wanted outcome of a create if its response was lost and exactly one equal thing appeared afterwards.
	LostOutcome Outcome
}

// Simulator contains the methods that the simulators of all services have.
type Simulator interface {
	http.Handler
	SetFaults(faults []simulation.Fault) error
	// Secret returns the secret of a thing, as in the response to its create request.
	Secret(id string) string
	// DeleteKey deletes a thing without a client.
	DeleteKey(id string) bool
}

// Thing is an object of a service.
type Thing struct {
	ID   string
	Kind int
}

const nameForm = "chaos-%d"

// Name returns the name that all things of the kind have.
func Name(kind int) string { return fmt.Sprintf(nameForm, kind) }

// Things converts keys of a service to things. It omits keys that do not have a name that the function Name returns.
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
	// List returns the ids of the things that a data source shows, and the number of unreadable entries. See clienttest.Listed.
	List func(ctx context.Context) (ids []string, unreadable int, err error)
}

// Saved contains what a Terraform state contains about a thing.
type Saved struct {
	ID, Secret string
	// Created is the time, by the service's clock, when the create request was sent.
	Created time.Time
	// Adopted is true if the response was lost, and the client found the thing in a list and returned a warning.
	Adopted bool
}

// Outcome is the result of a create.
type Outcome string

// These are the possible outcomes of a create.
const (
	Created   Outcome = "created"
	Adopted   Outcome = "adopted"
	Uncertain Outcome = "uncertain"
	// Failed means that the error states that nothing was created.
	Failed Outcome = "failed"
)

// Test runs all tests of this package for the service of the adapter.
func Test(t *testing.T, a Adapter) {
	t.Helper()
	t.Parallel()
	t.Run("matrix", a.matrix)
	t.Run("run", a.run)
	t.Run("lost", a.lost)
}
