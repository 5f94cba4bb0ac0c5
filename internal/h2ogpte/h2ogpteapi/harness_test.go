// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// The paths as the journal and faults name them.
const (
	keysPath       = "/api/v1/admin/api_keys"
	keyPath        = keysPath + "/{key_id}"
	deactivatePath = keysPath + "/deactivate/{key_id}"
	expirePath     = keysPath + "/expire/{key_id}"
	inactivityPath = keysPath + "/inactivity_interval/{key_id}"
	usersPath      = "/api/v1/users"
)

// network is that of all tests.
var network simulation.Network

// noon is where the clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// service is a simulator behind a server.
type service struct {
	*h2ogptesim.Simulator
	t   *testing.T
	url *url.URL
}

// start serves a simulator, with handlers around it that see each request first.
func start(t *testing.T, options h2ogptesim.Options, around ...func(http.Handler) http.Handler) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := h2ogptesim.New(options)
	var handler http.Handler = simulator
	for _, wrap := range around {
		handler = wrap(handler)
	}
	return &service{Simulator: simulator, t: t, url: serve(t, handler)}
}

// serve returns the base URL of the API that the handler serves.
func serve(t *testing.T, handler http.Handler) *url.URL {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	base.Path = "/api/v1"
	return base
}

// nowhere is a base URL at which nothing listens.
func nowhere(t *testing.T) *url.URL {
	t.Helper()
	base, stop := network.Serve(http.NotFoundHandler())
	stop()
	base.Path = "/api/v1"
	return base
}

// client makes a client with the admin's key that has not sent anything.
func (s *service) client() *h2ogpteapi.Client {
	s.t.Helper()
	return connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey()})
}

func connect(config h2ogpteapi.Config) *h2ogpteapi.Client {
	if config.Now == nil {
		config.Now = func() time.Time { return noon }
	}
	return h2ogpteapi.New(config, transport.New(transport.Options{
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   time.Millisecond,
		RetryWaitMax:   time.Millisecond,
		UserAgent:      "h2ogpteapi_test",
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

// count is how many requests of this method and path came.
func (s *service) count(method, path string) (n int) {
	for _, entry := range s.Journal() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// wants checks how many requests of this method and path came.
func (s *service) wants(n int, method, path string) {
	s.t.Helper()
	if got := s.count(method, path); got != n {
		s.t.Errorf("%d times %s %s, want %d", got, method, path, n)
	}
}

func (s *service) wantsLists(n int) {
	s.t.Helper()
	s.wants(n, "GET", keysPath)
}

// key adds a key of alice and returns its id.
func (s *service) key(name string) (id string) {
	id, _ = s.AddKey(h2ogptesim.Key{Name: name, UserName: "alice"})
	return id
}

// stored is the key of this id as the service has it, or nil.
func (s *service) stored(id string) *h2ogptesim.Key {
	for _, key := range s.Keys() {
		if key.ID == id {
			return &key
		}
	}
	return nil
}

// userID is that of a user.
func (s *service) userID(name string) string {
	s.t.Helper()
	for _, user := range s.Users() {
		if user.UserName == name {
			return user.ID
		}
	}
	s.t.Fatalf("there is no user %s", name)
	return ""
}

// newKey is what a create for alice asks for.
func (s *service) newKey(name string) h2ogpteapi.NewAPIKey {
	s.t.Helper()
	return h2ogpteapi.NewAPIKey{UserID: s.userID("alice"), UserName: "alice", Name: name, ExpiresInDays: new(int64(30))}
}

// alike adds somebody else's key that is the same in everything, and older by this
// than now.
func (s *service) alike(k h2ogpteapi.NewAPIKey, age time.Duration) (id string) {
	created := s.Now().Add(-age)
	key := h2ogptesim.Key{
		UserName: k.UserName, Name: k.Name, CollectionID: k.CollectionID, CreatedAt: created,
		InactivityIntervalDays: k.InactivityIntervalDays,
	}
	if k.ExpiresInDays != nil {
		key.ExpiresAt = new(created.AddDate(0, 0, int(*k.ExpiresInDays)))
	}
	id, _ = s.AddKey(key)
	return id
}

// made are the keys that were made beside the admin's.
func (s *service) made() (keys []h2ogptesim.Key) {
	for _, key := range s.Keys() {
		if s.Secret(key.ID) != s.AdminKey() {
			keys = append(keys, key)
		}
	}
	return keys
}

// at runs f n times side by side.
func at(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// is says whether the request is of this method and its path begins so.
func is(r *http.Request, method, path string) bool {
	return r.Method == method && strings.HasPrefix(r.URL.Path, strings.TrimSuffix(path, "{key_id}"))
}

// isCreate says whether the request makes a key.
func isCreate(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == keysPath }

// around has a handler see the requests it wants, instead of the service.
func around(wants func(*http.Request) bool, f func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wants(r) {
				f(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// listAnswer is a list of these entries.
func listAnswer(entries string) simulation.Fault {
	return simulation.Fault{Method: "GET", Path: keysPath, Kind: simulation.FaultStatus, Status: http.StatusOK, Body: entries}
}

// always makes a fault last.
func always(fault simulation.Fault) simulation.Fault {
	fault.Times = 1000
	return fault
}

func asError(t *testing.T, err error) *h2ogpteapi.Error {
	t.Helper()
	e, ok := errors.AsType[*h2ogpteapi.Error](err)
	if !ok {
		t.Fatalf("this is no *Error: %v", err)
	}
	if e.Section != "h2ogpte" {
		t.Errorf("the section is %q: %v", e.Section, err)
	}
	return e
}

// list lists all keys.
func list(t *testing.T, c *h2ogpteapi.Client) error {
	t.Helper()
	_, err := c.APIKeys(t.Context(), "", 0)
	return err
}
