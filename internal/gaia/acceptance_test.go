// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Requests, in the form that journal entries and faults use.
const (
	listKeys  = "GET /es/api/v1/credentials/api_keys/"
	createKey = "POST /es/api/v1/credentials/api_keys/"
	updateKey = "PUT /es/api/v1/credentials/api_keys/{api_key}"
	deleteKey = "DELETE /es/api/v1/credentials/api_keys/delete/{api_key}"
)

const testKey suite.Resource = "egs_gaia_api_key.test"

func TestMain(m *testing.M) { suite.Main(m) }

// service is a simulated Search GAIA, and a Terraform that is configured for it. Each test has its own.
type service struct {
	*gaiasim.Simulator
	*suite.Service
}

// simulate starts a service with a path prefix, as behind a reverse proxy.
func simulate(t *testing.T, options gaiasim.Options) *service {
	t.Helper()
	return simulateOn(t, nil, options)
}

// simulateOn is like simulate, but serves on the given network. If network is nil, it serves on TCP.
func simulateOn(t *testing.T, network *simulation.Network, options gaiasim.Options) *service {
	t.Helper()
	clock := acctest.NewClock()
	options.Now = clock.Now
	s := &service{Simulator: gaiasim.New(options)}
	s.Service = suite.Serve(t, suite.Site{
		Simulator: s.Simulator, Clock: clock, Network: network, Below: "/gaia", CreateRequest: createKey,
		Endpoint: "GAIA_ENDPOINT", Settings: map[string]string{"GAIA_API_KEY": s.AdminKey()},
		IDs: func() []string { return suite.IDs(s.Keys(), keyID) },
	})
	return s
}

func keyID(key gaiasim.ListedKey) string { return key.ID }

func of(s *suite.Subject) *service {
	simulator, _ := s.Simulator().(*gaiasim.Simulator)
	return &service{Simulator: simulator, Service: s.Service}
}

// everyKey is the prefix of all keys that the simulator creates with gaiasim.KeyToEscape, including deleted keys.
const everyKey = "k/+%2F?#&;"

// triggers are values of rotate_when_changed.
var triggers = []string{"null", "{}", `{ a = "1" }`, `{ a = "2" }`}

// apiKeys configures the shared resource tests for egs_gaia_api_key.
var apiKeys = suite.Suite{
	Type: "egs_gaia_api_key", ID: "id", Secret: "api_key", A: "A", Noun: "Search GAIA API key",
	Start: func(t *testing.T, o suite.Options) *suite.Subject {
		t.Helper()
		options := gaiasim.Options{Options: simulation.Options{ListLag: o.ListLag, LogInsUntilAccepted: o.LogInsUntilAccepted}, Keys: o.Existing, AddsMember: o.Uncertain}
		if o.Escaped {
			options.KeyForm = gaiasim.KeyToEscape
		}
		if o.OtherCredentials {
			options.Admin = "YWRtaW46aHVzaA=="
		}
		s := simulateOn(t, o.Network, options)
		return &suite.Subject{
			Service: s.Service, Remove: func(id string) { s.DeleteKey(id) }, Secret: s.Secret,
			Issue: func() string {
				id, _ := s.issue(gaiasim.Key{Permissions: "read"})
				return id
			},
		}
	},
	Config:  func(label, more string) string { return labelled(label, key("read", more)) },
	Updated: func(label, more string) string { return labelled(label, key("write", more)) },
	Other:   func(label, more string) string { return labelled(label, key("admin", more)) },
	Many: func(n int, updated bool) string {
		return key(map[bool]string{false: "read", true: "write"}[updated], fmt.Sprintf("count = %d", n))
	},
	Lookup: func(id string) string {
		return "ephemeral \"egs_gaia_api_key\" \"test\" {\n  id = " + id + "\n}\n" + suite.Echo("egs_gaia_api_key")
	},
	Imports: map[string]string{
		strings.Repeat("0", 64):                `Cannot import non-existent remote object`,
		"45338461-ec42-49d2-aef3-ff39099950c5": `Invalid import ID.*SHA-256`,
	},
	ImportAs: strings.ToUpper,
	Invalid: map[string]string{
		key("", ""):                  `permissions`,
		key("a\nb", ""):              `must\s+not\s+contain\s+control\s+characters`,
		key("read", `config = "{"`):  `(?i)JSON`,
		key("read", `config = "[]"`): `Invalid config.*jsonencode`,
		key("read", `config = jsonencode({ permissions = "write" })`): `Invalid config.*argument`,
	},
	Unknown: []acctest.UnknownValues{
		{Attribute: "permissions", Values: []string{`"read"`, `"write"`}},
		{Attribute: "config", Others: "permissions = \"read\"\n", Values: []string{"null", `jsonencode({})`, `jsonencode({ a = 1 })`, `jsonencode({ a = 2 })`}},
		{Attribute: "rotate_when_changed", Others: "permissions = \"read\"\n", Values: triggers},
		{Attribute: "rotate_when_changed", Others: "permissions = \"read\"\noverlap_days = 7\n", Values: triggers},
		{Attribute: "overlap_days", Others: "permissions = \"read\"\n", Values: []string{"null", "7", "14"}},
		{Attribute: "config = jsonencode({ a = %[1]s })", Others: "permissions = \"read\"\n", Values: []string{"1", "2"}},
		{
			Attribute: "permissions = %[1]s[0]\nconfig = %[1]s[1]",
			Values:    []string{`["read", null]`, `["write", null]`, `["write", jsonencode({ a = 1 })]`, `["read", jsonencode({ a = 2 })]`},
		},
	},
	OwnKeyConfig: key("write", ""), OwnKeyErrors: map[string]string{key("write", ""): "GAIA_API_KEY"},
	LogsIn: "gaia = { api_key = %s }", Recovers: "terraform apply -refresh-only",
	Marker: everyKey,
	List:   listKeys, Create: createKey, Update: updateKey, Delete: deleteKey,
	UnreadableList: `[7]`,
	Echo: func(secret string) string {
		return suite.JSON(map[string]any{"detail": "refused: " + secret + " at /es/api/v1/credentials/api_keys/" + url.PathEscape(secret)})
	},
	Adopts: true, CandidateTexts: []string{`permissions "read"`, "import it"},
	NoCandidateAdvice: "look for the key in Search GAIA (data source egs_gaia_api_keys, or terraform query)",
	AdoptedAfter:      3, ListedAfter: 4, UnlistedAfter: 5,
}

func TestAccAPIKeyResource(t *testing.T) {
	t.Parallel()
	apiKeys.Run(t)
}

func TestAccAPIKeys_own(t *testing.T) {
	t.Parallel()
	apiKeys.RunOwnKey(t)
}

func TestAccAPIKeys_importsOutput(t *testing.T) {
	t.Parallel()
	s, names := apiKeys.Start(t, suite.Options{}), map[string]string{}
	for permissions, label := range map[string]string{"read": "key_read_", "": "key_"} {
		id, _ := of(s).issue(gaiasim.Key{Permissions: permissions})
		names[id] = label + id
	}
	apiKeys.WantImports(t, apiKeys.ImportsOutput(s, "[key.permissions, key.id]"), names)
}

func TestAccAPIKeyListResource(t *testing.T) {
	t.Parallel()
	apiKeys.RunList(t, suite.List{
		Populate: func(s *suite.Subject) {
			s.Issue()
			s.Issue()
		},
		Filters: map[string]int{``: 3, `permissions = "read"`: 2, `permissions = "none"`: 0},
		Invalid: map[string]string{`permissions = ""`: `permissions`},
		Result: func(s *suite.Subject) (id, display string, values map[string]any) {
			id = s.Issue()
			return id, id[:12] + "… (read)", map[string]any{"permissions": "read", "config": "{}"}
		},
		One: `[7,{"api_key":"b","config":{"permissions":"read"}}]`,
	})
}

// forEachForm runs a test against two simulators. One behaves as documented. The other behaves differently where the
// documentation of the service leaves the behavior open.
func forEachForm(t *testing.T, test func(*testing.T, *service)) {
	t.Helper()
	for name, options := range map[string]gaiasim.Options{
		"as documented": {},
		"undocumented": {
			KeyForm: gaiasim.KeyToEscape, UpdateMerges: true, ErrorForm: gaiasim.ErrorsEmpty, UnknownKeyStatus: http.StatusBadRequest,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, simulate(t, options))
		})
	}
}

// issue adds a key outside Terraform, and returns its id and secret.
func (s *service) issue(key gaiasim.Key) (id, secret string) {
	secret = s.AddKey(key)
	keys := s.Keys()
	id = keys[len(keys)-1].ID
	s.Unmanaged[id] = true
	return id, secret
}

// managed returns the only key that Terraform created.
func (s *service) managed() gaiasim.ListedKey {
	s.T.Helper()
	return suite.One(s.T, s.Keys(), keyID, s.OnlyCreated())
}

// change changes the managed key outside Terraform.
func (s *service) change(members map[string]any) {
	s.T.Helper()
	if err := s.ChangeKey(s.OnlyCreated(), members); err != nil {
		s.T.Fatal(err)
	}
}

// holds checks that the managed key has the given config in the service, and that the state contains the key's secret.
func (s *service) holds(config string) suite.Option {
	return suite.Check(func(state *terraform.State) error {
		key := s.managed()
		got, err := json.Marshal(key.Config)
		if err != nil {
			return err
		}
		if string(got) != config {
			return fmt.Errorf("the service has the config %s, want %s", got, config)
		}
		return suite.Holds(string(testKey), "api_key", s.Secret(key.ID))(state)
	})
}

// key returns the Terraform configuration of a key with the given permissions. The parameter more contains further arguments.
func key(permissions, more string) string {
	return fmt.Sprintf("\nresource \"egs_gaia_api_key\" \"test\" {\n  permissions = %q\n  %s\n}\n", permissions, more)
}

func labelled(label, config string) string {
	return strings.Replace(config, `"test"`, `"`+label+`"`, 1)
}

func TestAccAPIKeyResource_rotation(t *testing.T) {
	t.Parallel()
	apiKeys.RunRotation(t)
}
