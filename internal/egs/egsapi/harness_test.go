// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

const (
	authPath = "/api/v1/auth"
	keyPath  = "/api/v1/api-key"
	listPath = "/api/v1/api-key/list"
)

// network is that of all tests.
var network simulation.Network

// noon is where the controllers' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

var dialects = []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient}

// controller is a simulator behind a server.
type controller struct {
	*egssim.Simulator
	t   *testing.T
	url *url.URL
}

// start serves a simulator, with handlers around it that see each request first.
func start(t *testing.T, options egssim.Options, around ...func(http.Handler) http.Handler) *controller {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := egssim.New(options)
	var handler http.Handler = simulator
	for _, wrap := range around {
		handler = wrap(handler)
	}
	return &controller{Simulator: simulator, t: t, url: serve(t, handler)}
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

// connect makes a client that has not sent anything. Without credentials in the
// configuration it has the controller's Owner key.
func (c *controller) connect(config egsapi.Config) *egsapi.Client {
	c.t.Helper()
	config.Endpoint = c.url
	if config.APIKey == "" && config.AccessToken == "" {
		config.APIKey = c.OwnerKey()
	}
	return connect(config)
}

func (c *controller) owner() *egsapi.Client {
	c.t.Helper()
	return c.connect(egsapi.Config{})
}

// as is a client with a new key of this role and the workspace red.
func (c *controller) as(role string) *egsapi.Client {
	c.t.Helper()
	return c.connect(egsapi.Config{APIKey: c.AddKey(egssim.Key{
		Name: "caller", Role: role, WorkspaceName: "red", Validity: "2027-01-01",
	})})
}

// connect makes a client with short pauses.
func connect(config egsapi.Config) *egsapi.Client {
	return connectWith(config, time.Millisecond)
}

// patient is an owner's client with the default pauses, for tests on a simulated clock.
func (c *controller) patient() *egsapi.Client {
	c.t.Helper()
	return connectWith(egsapi.Config{Endpoint: c.url, APIKey: c.OwnerKey(), Now: time.Now}, 0)
}

func connectWith(config egsapi.Config, wait time.Duration) *egsapi.Client {
	if config.Now == nil {
		config.Now = func() time.Time { return noon }
	}
	return egsapi.New(config, transport.New(transport.Options{
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   wait,
		RetryWaitMax:   wait,
		UserAgent:      "egsapi_test",
		DialContext:    network.DialContext,
	}))
}

// fail makes requests fail.
func (c *controller) fail(faults ...egssim.Fault) {
	c.t.Helper()
	if err := c.SetFaults(faults); err != nil {
		c.t.Fatal(err)
	}
}

// count is how many requests of this method and path came.
func (c *controller) count(method, path string) (n int) {
	for _, entry := range c.Journal() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// wants checks how many requests of each kind came.
func (c *controller) wants(auth, list int) {
	c.t.Helper()
	c.wantsLogIns(auth)
	if got := c.count("GET", listPath); got != list {
		c.t.Errorf("%d list requests, want %d", got, list)
	}
}

func (c *controller) wantsLogIns(n int) {
	c.t.Helper()
	if got := c.count("POST", authPath); got != n {
		c.t.Errorf("%d log-ins, want %d", got, n)
	}
}

// key adds a key and returns what a reader knows of it.
func (c *controller) key(name, role, workspace string) egsapi.KeyRef {
	c.t.Helper()
	secret := c.AddKey(egssim.Key{Name: name, Role: role, WorkspaceName: workspace, Validity: "2027-01-01"})
	return egsapi.KeyRef{ID: egsapi.APIKeyID(secret), Secret: secret, WorkspaceName: workspace}
}

// refs are the keys that the controller holds.
func (c *controller) refs() []egsapi.KeyRef {
	keys := c.Keys()
	refs := make([]egsapi.KeyRef, len(keys))
	for i, key := range keys {
		refs[i] = egsapi.KeyRef{ID: key.ID, WorkspaceName: key.WorkspaceName}
	}
	return refs
}

// token logs in beside the client under test and without it.
func (c *controller) token(secret string) string {
	c.t.Helper()
	request := httptest.NewRequest(http.MethodPost, authPath, strings.NewReader(`{"apiKey":"`+secret+`"}`))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	c.ServeHTTP(recorder, request)
	var answer struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || answer.Data.Token == "" {
		c.t.Fatalf("no token in %s", recorder.Body)
	}
	c.ResetJournal()
	return answer.Data.Token
}

// newKey is what a create asks for.
func newKey(name string) egsapi.NewAPIKey {
	return egsapi.NewAPIKey{
		Name: name, Role: "Editor", UserName: "admin", WorkspaceName: "red", ValidUntil: "2027-01-01",
	}
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

// is says whether the request is of this method and path.
func is(r *http.Request, method, path string) bool {
	return r.Method == method && r.URL.Path == path
}
