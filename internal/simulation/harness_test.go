// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

// shelf is a service that stores named values, called things. The id of a thing is the end of its path. The initial value
// is the id, and the secret is "secret " followed by the id. Error responses are plain text without headers.
type shelf struct {
	simulation.Store[string]
	// closed is set by ExpireCredentials.
	closed atomic.Bool
}

func (s *shelf) service() simulation.Service {
	open := func(handle func(simulation.Call) simulation.Reply) func(simulation.Call) simulation.Reply {
		return func(c simulation.Call) simulation.Reply {
			if s.closed.Load() {
				return failure(http.StatusUnauthorized, "closed")
			}
			return handle(c)
		}
	}
	return simulation.Service{
		Routes: []simulation.Route{
			{Method: http.MethodGet, Path: "/things", Handle: open(s.list)},
			{Method: http.MethodPut, Path: "/things/{thing...}", Handle: open(s.put)},
			{Method: http.MethodDelete, Path: "/things/{thing...}", Handle: open(s.delete)},
			{Method: http.MethodPost, Path: "/echo", Handle: open(echo)},
			{Method: http.MethodPost, Path: "/echo/{name}", Handle: open(echo)},
			{Method: http.MethodPost, Path: "/empty", Handle: func(simulation.Call) simulation.Reply { return simulation.Reply{Status: http.StatusOK} }},
		},
		Otherwise:         open(func(simulation.Call) simulation.Reply { return failure(http.StatusNotFound, "no such thing") }),
		Failure:           failure,
		ExpireCredentials: func() { s.closed.Store(true) },
		Endpoints:         simulation.Keys(s.values, s.change, s.Remove),
	}
}

func failure(status int, message string) simulation.Reply {
	return simulation.Reply{Status: status, Body: []byte(message)}
}

func (s *shelf) list(simulation.Call) simulation.Reply {
	return simulation.JSON(http.StatusOK, simulation.Values(s.Listed()))
}

func (s *shelf) put(c simulation.Call) simulation.Reply {
	s.Add(simulation.Item[string]{ID: c.Parameter, Secret: "secret " + c.Parameter, Value: c.Parameter})
	return simulation.JSON(http.StatusCreated, map[string]string{"thing": c.Parameter})
}

func (s *shelf) delete(c simulation.Call) simulation.Reply {
	if !s.Remove(c.Parameter) {
		return failure(http.StatusNotFound, "no such thing")
	}
	return simulation.Reply{Status: http.StatusNoContent}
}

func echo(c simulation.Call) simulation.Reply {
	scheme, value := c.Credentials()
	return simulation.JSON(http.StatusOK, []string{c.Method, c.Parameter, c.Query.Get("q"), c.ContentType, scheme, value, string(c.Body)})
}

func (s *shelf) values() []string { return simulation.Values(s.All()) }

func (s *shelf) count() int { return len(s.All()) }

// change sets the value of a thing to the member "name". The name "taken" results in a conflict.
func (s *shelf) change(id string, members map[string]string) error {
	return s.Change(id, func(value *string) error {
		if members["name"] == "taken" {
			return simulation.ErrExists
		}
		return simulation.SetMembers(members, map[string]*string{"name": value}, func(field *string, value string) error {
			*field = value
			return nil
		})
	})
}

// newServer returns a shelf and its server. If the options have no clock, the time is always simulationtest.Noon.
func newServer(options simulation.Options) (*simulation.Server, *shelf) {
	options.Now = simulationtest.Clock(options.Now)
	s := &shelf{}
	s.Lag(options.ListLag)
	return simulation.NewServer(options, s.service()), s
}

// service is a simulator that is served in memory, with its client.
type service struct {
	*simulation.Server
	*shelf
	*simulationtest.Client
}

func serve(t *testing.T, options simulation.Options) *service {
	t.Helper()
	simulator, shelf := newServer(options)
	return &service{simulator, shelf, simulationtest.Serve(t, simulator, "Bearer me")}
}

func (s *service) fail(faults ...simulation.Fault) {
	s.T.Helper()
	if err := s.SetFaults(faults); err != nil {
		s.T.Fatal(err)
	}
}
