// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// managedEmail is that of all workspaces that tests make with Terraform, and of no
// other.
const managedEmail = "rosa@example.com"

// controller is a simulated EGS of one test, and the Terraform that is pointed at
// it.
type controller struct {
	*egssim.Simulator
	*acctest.Terraform
	url string
	// onCreate is called with the number of each create of a key that comes, from 1, before it
	// is handled.
	onCreate func(n int)
	creates  atomic.Int32
	// foreign are the keys that were there before Terraform came.
	foreign map[string]bool
}

// simulate starts a controller at noon of 2026-11-21.
func simulate(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	return simulateOn(t, nil, options)
}

// simulateOn is simulate with a controller that is served on the network; nil means TCP.
func simulateOn(t *testing.T, network *simulation.Network, options egssim.Options) *controller {
	t.Helper()
	c := &controller{
		Terraform: &acctest.Terraform{T: t, Clock: acctest.NewClock(), Network: network},
		foreign:   map[string]bool{},
	}
	c.Left = c.left
	options.Now = c.Clock.Now
	c.Simulator = egssim.New(options)
	for _, key := range c.Keys() {
		c.foreign[key.ID] = true
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/api/v1/api-key" {
			if n := c.creates.Add(1); c.onCreate != nil {
				c.onCreate(int(n))
			}
		}
		c.ServeHTTP(w, r)
	})
	if network == nil {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		c.url = server.URL
	} else {
		base, stop := network.Serve(handler)
		t.Cleanup(stop)
		c.url = base.String()
	}
	c.Environment = map[string]string{"EGS_ENDPOINT": c.url, "EGS_API_KEY": c.OwnerKey()}
	return c
}

// onSimulatedTime runs a test on the driver in a bubble in which pauses and timeouts take no
// time, as time.Now tells it. The clock of the provider and of the controller still stands.
func onSimulatedTime(t *testing.T, options egssim.Options, test func(*testing.T, *controller)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, simulateOn(t, &simulation.Network{}, options))
	})
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

// left is the error of keys and workspaces that destroy left behind.
func (c *controller) left() error {
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
	c.T.Helper()
	var found []egssim.ListedKey
	for _, key := range c.Keys() {
		if key.Name == name {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		c.T.Fatalf("there are %d keys of the name %q, want 1", len(found), name)
	}
	return found[0]
}

// change changes a key as if somebody else did.
func (c *controller) change(name, member, value string) {
	c.T.Helper()
	if err := c.ChangeKey(c.managed(name).ID, map[string]string{member: value}); err != nil {
		c.T.Fatal(err)
	}
}

// fault makes the controller fail.
func (c *controller) fault(faults ...simulation.Fault) {
	c.T.Helper()
	if err := c.SetFaults(faults); err != nil {
		c.T.Fatal(err)
	}
}

// servePrefixed serves the controller below a path, as a site's front may do, and
// points the provider there.
func (c *controller) servePrefixed(prefix string) {
	server := httptest.NewServer(http.StripPrefix(prefix, c.Simulator))
	c.T.Cleanup(server.Close)
	c.Environment["EGS_ENDPOINT"] = server.URL + prefix + "/"
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
