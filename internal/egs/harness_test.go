// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Requests, in the form that simulation.Fault and the journal use.
const (
	logIn           = "POST /api/v1/auth"
	listKeys        = "GET /api/v1/api-key/list"
	createKey       = "POST /api/v1/api-key"
	deleteKey       = "DELETE /api/v1/api-key"
	listWorkspaces  = "GET /api/v1/slice-workspace/list"
	createWorkspace = "POST /api/v1/slice-workspace"
	deleteWorkspace = "DELETE /api/v1/slice-workspace"
	getKubeConfig   = "POST /api/v1/slice-workspace/kube-config"
)

const (
	testKey       suite.Resource = "egs_api_key.test"
	testWorkspace suite.Resource = "egs_workspace.test"
)

func TestMain(m *testing.M) { suite.Main(m) }

// controller is the simulated EGS of one test, together with a Terraform setup that uses it.
type controller struct {
	*egssim.Simulator
	*suite.Service
	// ids returns the ids of the objects under test. If ids is nil, the objects under test are keys and workspaces.
	ids func() []string
}

// only limits the objects under test to those that ids returns. Objects that already exist are treated as created outside
// Terraform.
func (c *controller) only(ids func() []string) {
	c.ids = ids
	clear(c.Unmanaged)
	for _, id := range ids() {
		c.Unmanaged[id] = true
	}
}

// simulate starts a controller at noon of 2026-11-21.
func simulate(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	return simulateOn(t, nil, options)
}

// simulateEmpty starts a controller without workspaces.
func simulateEmpty(t *testing.T, options egssim.Options) *controller {
	t.Helper()
	return simulate(t, noWorkspaces(options))
}

func noWorkspaces(options egssim.Options) egssim.Options {
	options.Workspaces = []string{}
	return options
}

// simulateOn is like simulate, but the controller serves on the given network. If network is nil, the controller serves on TCP.
func simulateOn(t *testing.T, network *simulation.Network, options egssim.Options) *controller {
	t.Helper()
	clock := acctest.NewClock()
	options.Now = clock.Now
	c := &controller{Simulator: egssim.New(options)}
	c.Service = suite.Serve(t, suite.Site{
		Simulator: c.Simulator, Clock: clock, Network: network, CreateRequest: createKey,
		Endpoint: "EGS_ENDPOINT", Settings: map[string]string{"EGS_API_KEY": c.OwnerKey()},
		IDs: func() []string {
			if c.ids != nil {
				return c.ids()
			}
			workspaces := suite.IDs(c.Workspaces(), func(w egssim.Workspace) string { return w.Name })
			return append(suite.IDs(c.Keys(), keyID), workspaces...)
		},
	})
	return c
}

func keyID(key egssim.ListedKey) string   { return key.ID }
func keyName(key egssim.ListedKey) string { return key.Name }

// onSimulatedTime runs a test with the driver in a synctest bubble, where pauses and timeouts take no real time.
func onSimulatedTime(t *testing.T, options egssim.Options, test func(*testing.T, *controller)) {
	t.Helper()
	suite.OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
		t.Helper()
		test(t, simulateOn(t, network, options))
	})
}

// forEachDialect runs a test once for each egssim.Dialect, each time with a new controller.
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

func of(s *suite.Subject) *controller {
	simulator, _ := s.Simulator().(*egssim.Simulator)
	return &controller{Simulator: simulator, Service: s.Service}
}

// successBody returns the body of a successful response. The parameter data has the JSON members of the object "data".
func successBody(data string) string {
	return `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{` + data + `}}`
}

// issue adds a key as if another user had created it, and returns its id and secret.
func (c *controller) issue(key egssim.Key) (id, secret string) {
	secret = c.AddKey(key)
	keys := c.Keys()
	id = keys[len(keys)-1].ID
	c.Unmanaged[id] = true
	return id, secret
}

// managed returns the key with the given name. It fails the test unless exactly one key has this name.
func (c *controller) managed(name string) egssim.ListedKey {
	c.T.Helper()
	return suite.One(c.T, c.Keys(), keyName, name)
}

// change changes a key as if another user had changed it.
func (c *controller) change(name, member, value string) {
	c.T.Helper()
	if err := c.ChangeKey(c.managed(name).ID, map[string]string{member: value}); err != nil {
		c.T.Fatal(err)
	}
}

// names returns the names of all keys, separated by spaces, without the simulator's own key.
func (c *controller) names() string {
	return strings.Join(suite.IDs(c.Keys()[1:], keyName), " ")
}

// addTeamA adds the workspace team-a as if another user had created it.
func (c *controller) addTeamA(clusters ...string) {
	c.T.Helper()
	c.Unmanaged["team-a"] = true
	if !c.AddWorkspace(egssim.Workspace{Name: "team-a", Clusters: clusters, Namespaces: []string{"a-serving", "a-training"}, UserName: "grace"}) {
		c.T.Fatal("the workspace already exists")
	}
}

// wantWorkspaces checks that the simulator has exactly these workspaces, in this order.
func (c *controller) wantWorkspaces(names ...string) {
	c.T.Helper()
	got := suite.IDs(c.Workspaces(), func(w egssim.Workspace) string { return w.Name })
	if strings.Join(got, " ") != strings.Join(names, " ") {
		c.T.Errorf("got the workspaces %v, want %v", got, names)
	}
}

// wantResources checks that the state contains exactly these resources.
func wantResources(t *testing.T, d *driver.Driver, addresses ...suite.Resource) {
	t.Helper()
	got := []suite.Resource{}
	for _, saved := range d.State().Values.RootModule.Resources {
		got = append(got, suite.Resource(saved.Address))
	}
	if fmt.Sprint(got) != fmt.Sprint(addresses) {
		t.Errorf("the state contains %v, want %v", got, addresses)
	}
}

// holdsSecret checks that the state contains the secret of the key.
func (c *controller) holdsSecret(s *terraform.State) error {
	id := s.RootModule().Resources[string(testKey)].Primary.Attributes["id"]
	return suite.Holds(string(testKey), "api_key", c.Secret(id))(s)
}

// viewerKey returns the configuration of a Viewer key of the workspace red. The parameter more adds arguments.
func viewerKey(more string) string { return viewerKeyOf("test", more) }

func viewerKeyOf(label, more string) string {
	return fmt.Sprintf(`
resource "egs_api_key" %q {
  name           = "ci"
  role           = "Viewer"
  workspace_name = "red"
  valid_until    = "2027-03-31"
  %s
}
`, label, more)
}

// teamA returns the configuration of the workspace team-a. The parameter more adds arguments.
func teamA(more string) string { return teamAOn(`"worker-1", "worker-2"`, more) }

func teamAOn(clusters, more string) string {
	return fmt.Sprintf(`
resource "egs_workspace" "test" {
  name       = "team-a"
  clusters   = [%s]
  namespaces = ["a-training", "a-serving"]
  username   = "rosa"
  email      = "rosa@example.com"
  %s
}
`, clusters, more)
}

func labelled(label, config string) string {
	return strings.Replace(config, `"test"`, `"`+label+`"`, 1)
}
