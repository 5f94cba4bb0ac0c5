// SPDX-License-Identifier: MPL-2.0

package gaiaapi_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Routes, as the journal and faults name them.
const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	keyPath    = keysPath + "{api_key}"
	deletePath = keysPath + "delete/{api_key}"
)

// network is that of all tests.
var network simulation.Network

// noon is where the services' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// keyForms are what keys may look like.
var keyForms = map[string]gaiasim.KeyForm{"UUIDs": gaiasim.KeyUUID, "keys to escape": gaiasim.KeyToEscape}

// service is a simulator behind a server.
type service struct {
	*gaiasim.Simulator
	t   *testing.T
	url *url.URL
}

// start serves a simulator, with handlers around it that see each request first.
func start(t *testing.T, options gaiasim.Options, around ...func(http.Handler) http.Handler) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := gaiasim.New(options)
	var handler http.Handler = simulator
	for _, wrap := range around {
		handler = wrap(handler)
	}
	return &service{Simulator: simulator, t: t, url: serve(t, handler)}
}

func serve(t *testing.T, handler http.Handler) *url.URL {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	return base
}

// nowhere is a base URL at which nothing listens.
func nowhere(t *testing.T) *url.URL {
	t.Helper()
	base, stop := network.Serve(http.NotFoundHandler())
	stop()
	return base
}

// connect makes a client that has not sent anything. Without a key in the configuration
// it has the administrator's.
func (s *service) connect(config gaiaapi.Config) *gaiaapi.Client {
	s.t.Helper()
	config.Endpoint = s.url
	if config.APIKey == "" {
		config.APIKey = s.AdminKey()
	}
	return connect(config)
}

func (s *service) admin() *gaiaapi.Client {
	s.t.Helper()
	return s.connect(gaiaapi.Config{})
}

func connect(config gaiaapi.Config) *gaiaapi.Client {
	if config.Now == nil {
		config.Now = func() time.Time { return noon }
	}
	if config.Scheme == "" {
		config.Scheme = "Search"
	}
	return gaiaapi.New(config, transport.New(transport.Options{
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   time.Millisecond,
		RetryWaitMax:   time.Millisecond,
		UserAgent:      "gaiaapi_test",
		DialContext:    network.DialContext,
	}))
}

// fail makes requests fail.
func (s *service) fail(faults ...simulation.Fault) {
	s.t.Helper()
	if err := s.SetFaults(faults); err != nil {
		s.t.Fatal(err)
	}
}

// count is how many requests of this method and route came.
func (s *service) count(method, path string) (n int) {
	for _, entry := range s.Journal() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// wants checks how many requests of each kind came.
func (s *service) wants(lists, creates, updates, deletes int) {
	s.t.Helper()
	got := [4]int{s.count("GET", keysPath), s.count("POST", keysPath), s.count("PUT", keyPath), s.count("DELETE", deletePath)}
	if want := [4]int{lists, creates, updates, deletes}; got != want {
		s.t.Errorf("lists, creates, updates, deletes: got %v, want %v", got, want)
	}
}

// key adds somebody else's key that may read, and returns its id and itself.
func (s *service) key() (id, secret string) {
	s.t.Helper()
	secret = s.AddKey(gaiasim.Key{Permissions: "read"})
	return gaiaapi.APIKeyID(secret), secret
}

// config is the config of a key, as text.
func (s *service) config(id string) string {
	s.t.Helper()
	for _, key := range s.Keys() {
		if key.ID == id {
			return text(key.Config)
		}
	}
	s.t.Fatalf("there is no key %s", id)
	return ""
}

// readKey is what a create asks for.
func readKey() gaiaapi.NewAPIKey { return gaiaapi.NewAPIKey{Permissions: "read"} }

// members are further members of a config.
func members(t *testing.T, object string) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func text(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// asError checks that there is an error of the client.
func asError(t *testing.T, err error) *gaiaapi.Error {
	t.Helper()
	var e *gaiaapi.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *gaiaapi.Error", err)
	}
	return e
}

// at runs f n times side by side.
func at(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// listAnswer is a fault that answers lists.
func listAnswer(body string) simulation.Fault {
	return simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusOK, Body: body}
}

// listFails is a fault that refuses lists.
func listFails(status int) simulation.Fault {
	return simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: status}
}

// always is the fault for ever.
func always(f simulation.Fault) simulation.Fault {
	f.Times = 1000
	return f
}

// afterwards does something when a request of the method was handled, and loses its
// response.
func afterwards(method string, do func()) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != method {
				next.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(httptest.NewRecorder(), r)
			do()
			panic(http.ErrAbortHandler)
		})
	}
}
