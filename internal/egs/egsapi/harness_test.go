// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	authPath = "/api/v1/auth"
	keyPath  = "/api/v1/api-key"
	listPath = "/api/v1/api-key/list"
)

var (
	noon     = clienttest.Noon
	newClock = clienttest.NewClock
	always   = clienttest.Always
	at       = clienttest.Concurrently
	must     = clienttest.Must
	wantErr  = clienttest.WantErr
	text     = clienttest.JSON
	on       = clienttest.On
	dialects = []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient}
)

func TestMain(m *testing.M) { clienttest.Main(m) }

// controller is a simulator behind a server.
type controller struct {
	*egssim.Simulator
	*clienttest.Server
}

// start serves a simulator. The handlers in the parameter around receive each request before the simulator does.
func start(t *testing.T, options egssim.Options, around ...clienttest.Wrap) *controller {
	t.Helper()
	if options.Now == nil {
		options.Now = clienttest.FixedNow
	}
	simulator := egssim.New(options)
	return &controller{simulator, clienttest.Start(t, simulator, around...)}
}

// connect returns a client that has sent no request. If config has no credentials, the client uses the Owner key.
func (c *controller) connect(config egsapi.Config) *egsapi.Client {
	if config.Endpoint == nil {
		config.Endpoint = c.URL
	}
	if config.APIKey == "" && config.AccessToken == "" {
		config.APIKey = c.OwnerKey()
	}
	if config.Now == nil {
		config.Now = clienttest.FixedNow
	}
	return egsapi.New(config, clienttest.Transport(time.Millisecond))
}

func (c *controller) owner() *egsapi.Client { return c.connect(egsapi.Config{}) }

// withToken returns a client with an access token of the Owner key.
func (c *controller) withToken() *egsapi.Client {
	return c.connect(egsapi.Config{AccessToken: c.Token(c.OwnerKey())})
}

// administrator returns a client with the token in the Secret kubeslice-rbac-rw-admin.
func (c *controller) administrator() *egsapi.Client {
	return c.connect(egsapi.Config{AccessToken: c.AdministratorToken()})
}

// as returns a client with a new key that has this role and the workspace red.
func (c *controller) as(role string) *egsapi.Client {
	return c.connect(egsapi.Config{APIKey: c.key("caller", role, "red").Secret})
}

// patient returns a client with the Owner key and the default pauses, for tests on a simulated clock.
func (c *controller) patient() *egsapi.Client {
	return egsapi.New(egsapi.Config{Endpoint: c.URL, APIKey: c.OwnerKey(), Now: time.Now}, clienttest.Transport(0))
}

func (c *controller) wants(auth, list int) {
	c.T.Helper()
	c.Wants(auth, "POST", authPath)
	c.Wants(list, "GET", listPath)
}

func (c *controller) key(name, role, workspace string) egsapi.KeyRef {
	secret := c.AddKey(egssim.Key{Name: name, Role: role, WorkspaceName: workspace, Validity: "2027-01-01"})
	return egsapi.KeyRef{ID: egsapi.APIKeyID(secret), Secret: secret, WorkspaceName: workspace}
}

func newKey(name string) egsapi.NewAPIKey {
	return egsapi.NewAPIKey{Name: name, Role: "Editor", UserName: "admin", WorkspaceName: "red", ValidUntil: "2027-01-01"}
}

func envelope(data string) simulation.Fault {
	return clienttest.Status(200, `{"statusCode":200,"status":"OK","message":"Success","data":`+data+`}`)
}

// listResponse returns a response with these data to a list of keys.
func listResponse(data string) simulation.Fault {
	return clienttest.Of("GET", listPath, envelope(data))
}

func asError(t *testing.T, err error) *egsapi.Error {
	t.Helper()
	return clienttest.AsError(t, err, "")
}

func list(t *testing.T, c *egsapi.Client) error {
	t.Helper()
	_, err := c.APIKeys(t.Context(), "")
	return err
}
