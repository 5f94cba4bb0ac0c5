// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// managedEmail is that of all workspaces that tests make with Terraform, and of no
// other.
const managedEmail = "rosa@example.com"

// clock is a test's time, the same for its simulator and its provider.
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

// controller is a simulated EGS of one test, and the Terraform that is pointed at
// it.
type controller struct {
	*egssim.Simulator
	t     *testing.T
	url   string
	clock *clock
	// environment is what the provider sees of it.
	environment map[string]string
	// do is done before the nth create.
	creates atomic.Int32
	nth     int32
	do      func()
	// foreign are the keys that were there before Terraform came.
	foreign map[string]bool
}

// simulate starts a controller at noon of 2026-11-21.
func simulate(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	c := &controller{
		t:       t,
		clock:   &clock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)},
		foreign: map[string]bool{},
	}
	options.Now = c.clock.Now
	c.Simulator = egssim.New(options)
	for _, key := range c.Keys() {
		c.foreign[key.ID] = true
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/api/v1/api-key" {
			if c.creates.Add(1) == c.nth {
				c.do()
			}
		}
		c.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	c.environment = map[string]string{"EGS_ENDPOINT": server.URL, "EGS_API_KEY": c.OwnerKey()}
	return c
}

// forEachDialect runs a test against each kind of controller.
func forEachDialect(t *testing.T, options egssim.Options, test func(*testing.T, *controller)) {
	t.Helper()
	for _, dialect := range []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			options := options
			options.Dialect = dialect
			test(t, simulate(t, options))
		})
	}
}

// run runs the steps, destroys what they made, and checks that no key of theirs is
// left.
func (c *controller) run(steps ...resource.TestStep) {
	c.t.Helper()
	c.runCase(resource.TestCase{Steps: steps})
}

// runFrom is run on a CLI of at least the version.
func (c *controller) runFrom(oldest *version.Version, steps ...resource.TestStep) {
	c.t.Helper()
	c.runCase(resource.TestCase{
		Steps:                  steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(oldest)},
	})
}

func (c *controller) runCase(test resource.TestCase) {
	c.t.Helper()
	test.ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){
		"egs": providerserver.NewProtocol6WithError(provider.New(provider.Options{
			Version:      "test",
			Getenv:       func(name string) string { return c.environment[name] },
			Now:          c.clock.Now,
			RetryWaitMin: time.Millisecond,
			RetryWaitMax: time.Millisecond,
		})()),
	}
	test.ProtoV6ProviderFactories["echo"] = echoprovider.NewProviderServer()
	test.CheckDestroy = func(*terraform.State) error {
		for _, key := range c.Keys() {
			if !c.foreign[key.ID] {
				return fmt.Errorf("destroy left the key %s (%s) behind", key.Name, key.ID)
			}
		}
		for _, w := range c.Workspaces() {
			if w.Email == managedEmail {
				return fmt.Errorf("destroy left the workspace %s behind", w.Name)
			}
		}
		return nil
	}
	resource.Test(c.t, test)
}

// issue adds a key that somebody else made, and returns its id and secret.
func (c *controller) issue(key egssim.Key) (id, secret string) {
	secret = c.AddKey(key)
	keys := c.Keys()
	id = keys[len(keys)-1].ID
	c.foreign[id] = true
	return id, secret
}

// managed returns the only key of the name.
func (c *controller) managed(name string) egssim.ListedKey {
	c.t.Helper()
	var found []egssim.ListedKey
	for _, key := range c.Keys() {
		if key.Name == name {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		c.t.Fatalf("there are %d keys of the name %q, want 1", len(found), name)
	}
	return found[0]
}

// change changes a key as if somebody else did.
func (c *controller) change(name, member, value string) {
	c.t.Helper()
	if err := c.ChangeKey(c.managed(name).ID, map[string]string{member: value}); err != nil {
		c.t.Fatal(err)
	}
}

// fault makes the controller fail.
func (c *controller) fault(faults ...egssim.Fault) {
	c.t.Helper()
	if err := c.SetFaults(faults); err != nil {
		c.t.Fatal(err)
	}
}

// beforeCreate does something when the nth create has come and before it is
// handled.
func (c *controller) beforeCreate(nth int32, do func()) { c.nth, c.do = nth, do }

// servePrefixed serves the controller below a path, as a site's front may do, and
// points the provider there.
func (c *controller) servePrefixed(prefix string) {
	server := httptest.NewServer(http.StripPrefix(prefix, c.Simulator))
	c.t.Cleanup(server.Close)
	c.environment["EGS_ENDPOINT"] = server.URL + prefix + "/"
}

// requests counts the journal's requests of the method and path.
func (c *controller) requests(method, path string) int {
	n := 0
	for _, entry := range c.Journal() {
		if entry.Method == method && entry.Path == path {
			n++
		}
	}
	return n
}

// wantRequests is a step's check that what was journaled since the last reset is
// so many log-ins, lists, creates and deletes.
func (c *controller) wantRequests(logins, lists, creates, deletes int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := [4]int{
			c.requests(http.MethodPost, "/api/v1/auth"),
			c.requests(http.MethodGet, "/api/v1/api-key/list"),
			c.requests(http.MethodPost, "/api/v1/api-key"),
			c.requests(http.MethodDelete, "/api/v1/api-key"),
		}
		if want := [4]int{logins, lists, creates, deletes}; got != want {
			return fmt.Errorf("log-ins, lists, creates, deletes: got %v, want %v", got, want)
		}
		return nil
	}
}

// wantNoWrites is a step's check that nothing was created or deleted since the
// last reset.
func (c *controller) wantNoWrites(*terraform.State) error {
	for _, entry := range c.Journal() {
		if entry.Path == "/api/v1/api-key" {
			return fmt.Errorf("%s %s was sent", entry.Method, entry.Path)
		}
	}
	return nil
}
