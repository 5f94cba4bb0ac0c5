// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// network is that of all tests.
var network simulation.Network

// noon is where the tests' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// shelf is a service whose things have a secret name, which is their path. It refuses
// in plain text, with no header.
type shelf struct {
	mu     sync.Mutex
	things []string
	// closed is what ExpireCredentials does.
	closed bool
}

func (s *shelf) Handle(c simulation.Call) simulation.Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, one := strings.CutPrefix(c.Path, "/things/")
	switch {
	case s.closed:
		return s.Failure(http.StatusUnauthorized, "closed")
	case c.Method == http.MethodGet && c.Path == "/things":
		return simulation.JSON(http.StatusOK, append([]string{}, s.things...))
	case c.Method == http.MethodPut && one:
		s.things = append(s.things, name)
		return simulation.JSON(http.StatusCreated, map[string]string{"thing": name})
	case c.Method == http.MethodDelete && slices.Contains(s.things, name):
		s.things = slices.DeleteFunc(s.things, func(thing string) bool { return thing == name })
		return simulation.Reply{Status: http.StatusNoContent}
	case c.Path == "/echo":
		return simulation.JSON(http.StatusOK, []string{c.Method, c.Query.Get("q"), c.ContentType, c.Authorization, string(c.Body)})
	default:
		return s.Failure(http.StatusNotFound, "nothing is there")
	}
}

func (s *shelf) Failure(status int, message string) simulation.Reply {
	return simulation.Reply{Status: status, Body: []byte(message)}
}

func (s *shelf) Route(_, path string) string {
	if strings.HasPrefix(path, "/things/") {
		return "/things/{thing}"
	}
	return path
}

func (s *shelf) ExpireCredentials() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.things)
}

// routes has an endpoint that reads a list, and one for each mistake.
func (s *shelf) routes(mux *http.ServeMux) {
	mux.HandleFunc("PUT /_sim/things", func(w http.ResponseWriter, r *http.Request) {
		var things []string
		if err := simulation.ReadControl(w, r, &things); err != nil {
			simulation.AnswerMistake(w, err)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.things = things
		w.WriteHeader(http.StatusNoContent)
	})
	for name, err := range map[string]error{
		"unknown": simulation.ErrUnknown, "exists": simulation.ErrExists, "bad": errors.New("bad"),
	} {
		mux.HandleFunc("GET /_sim/mistakes/"+name, func(w http.ResponseWriter, _ *http.Request) {
			simulation.AnswerMistake(w, err)
		})
	}
}

// newServer is a shelf's, whose clock stands at noon unless the options have one.
func newServer(options simulation.Options) (*simulation.Server, *shelf) {
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	s := &shelf{}
	return simulation.NewServer(options, s, s.routes), s
}

// service is a simulator behind a real server, and what a test asks it.
type service struct {
	*simulation.Server
	*shelf
	t      *testing.T
	url    string
	client *http.Client
}

// answer is what came back; err is set when the connection broke.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func serve(t *testing.T, options simulation.Options) *service {
	t.Helper()
	simulator, shelf := newServer(options)
	return serveHandler(t, simulator, simulator, shelf)
}

// serveHandler serves a handler that leads to the simulator.
func serveHandler(t *testing.T, handler http.Handler, simulator *simulation.Server, shelf *shelf) *service {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	client := &http.Client{
		// On a connection that was used before, net/http repeats a GET that was
		// dropped; a test wants to see the drop.
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: network.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &service{Server: simulator, shelf: shelf, t: t, url: base.String(), client: client}
}

func (s *service) ask(method, path, body string) answer {
	s.t.Helper()
	return s.send(s.t.Context(), method, path, body)
}

func (s *service) send(ctx context.Context, method, path, body string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"text/plain"}, "Authorization": {"Bearer me"}}
	response, err := s.client.Do(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(content), err: err}
}

// fail sets the faults.
func (s *service) fail(faults ...simulation.Fault) {
	s.t.Helper()
	if err := s.SetFaults(faults); err != nil {
		s.t.Fatal(err)
	}
}
