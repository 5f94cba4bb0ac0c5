// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const day = 24 * time.Hour

const (
	// Requests, in the form that journal entries and faults use.
	listUsers     = "GET /api/v1/users"
	listKeys      = "GET /api/v1/admin/api_keys"
	createKey     = "POST /api/v1/admin/api_keys"
	deleteKey     = "DELETE /api/v1/admin/api_keys/{key_id}"
	setExpiry     = "PATCH /api/v1/admin/api_keys/expire/{key_id}"
	setInactivity = "PATCH /api/v1/admin/api_keys/inactivity_interval/{key_id}"
	deactivateKey = "POST /api/v1/admin/api_keys/deactivate/{key_id}"
	collection    = "0e9c1d5a-6d0c-4f0e-8a5c-5c8c0a5b9b11"
)

const testKey suite.Resource = "egs_h2ogpte_api_key.test"

func TestMain(m *testing.M) { suite.Main(m) }

// service is a simulated h2oGPTe, and a Terraform that is configured for this service only. Each test has its own.
type service struct {
	*h2ogptesim.Simulator
	*suite.Service
}

// simulate starts a service whose time is noon of 2026-11-21.
func simulate(t *testing.T, options h2ogptesim.Options) *service {
	t.Helper()
	return simulateOn(t, nil, options)
}

// simulateOn is like simulate, but serves on the given network. If network is nil, it serves on TCP.
func simulateOn(t *testing.T, network *simulation.Network, options h2ogptesim.Options) *service {
	t.Helper()
	clock := acctest.NewClock()
	options.Now = clock.Now
	s := &service{Simulator: h2ogptesim.New(options)}
	s.Service = suite.Serve(t, suite.Site{
		Simulator: s.Simulator, Clock: clock, Network: network, Path: "/api/v1", CreateRequest: createKey,
		Endpoint: "H2OGPTE_ENDPOINT", Settings: map[string]string{"H2OGPTE_API_KEY": s.AdminKey()},
		IDs: func() []string { return suite.IDs(s.Keys(), func(key h2ogptesim.Key) string { return key.ID }) },
	})
	return s
}

func of(s *suite.Subject) *service {
	simulator, _ := s.Simulator().(*h2ogptesim.Simulator)
	return &service{Simulator: simulator, Service: s.Service}
}

func start(t *testing.T, o suite.Options) *suite.Subject {
	t.Helper()
	common := simulation.Options{ListLag: o.ListLag, StoredName: o.StoredName, LogInsUntilAccepted: o.LogInsUntilAccepted}
	s := simulateOn(t, o.Network, h2ogptesim.Options{Options: common, Keys: o.Existing})
	return &suite.Subject{
		Service: s.Service, Remove: func(id string) { s.DeleteKey(id) }, Secret: s.Secret,
		Issue: func() string {
			end := s.Clock.Now().Add(30 * day)
			return s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci", ExpiresAt: &end})
		},
	}
}

// ownKey returns the Terraform configuration of the key that the provider logs in with. The parameter more contains further
// arguments.
func ownKey(more string) string {
	return "resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"admin\"\n  name = \"simulator\"\n  " + more + "\n}"
}

// Arguments of keys for tests of unknown values.
const (
	named   = "name = \"ci\"\nusername = \"alice\"\n"
	period  = named + "expires_in_days = 90\n"
	aliceID = "6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a02"
)

var collections = []string{"null", `"c3b9a0f2-5d1e-4f6a-8b7c-9d0e1f2a3b4c"`}

// triggers are values of rotate_when_changed.
var triggers = []string{"null", "{}", `{ a = "1" }`, `{ a = "2" }`}

// apiKeys configures the shared resource tests for egs_h2ogpte_api_key.
var apiKeys = suite.Suite{
	Type: "egs_h2ogpte_api_key", ID: "id", Secret: "secret_key", A: "An", Noun: "h2oGPTe API key", Name: `"ci" of "alice"`,
	Start:  start,
	Config: func(label, more string) string { return aliceKeyOf(label, "ci", "expires_in_days = 30\n  "+more) },
	Updated: func(label, more string) string {
		return aliceKeyOf(label, "ci", "expires_in_days = 60\n  inactivity_interval_days = 7\n  "+more)
	},
	Replaced: func(label, more string) string {
		return aliceKeyOf(label, "ci", "collection_id = \""+collection+"\"\n  "+more)
	},
	Other: func(label, more string) string { return aliceKeyOf(label, "other", more) },
	Many: func(n int, updated bool) string {
		return fmt.Sprintf(`
resource "egs_h2ogpte_api_key" "test" {
  count           = %d
  username        = ["alice", "bob"][count.index %% 2]
  name            = "test-${count.index}"
  expires_in_days = %d
}`, n, map[bool]int{false: 90, true: 60}[updated])
	},
	// h2oGPTe returns a secret only when the key is created.
	Unread: []string{"secret_key"},
	Imports: map[string]string{
		"7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90": `Cannot import non-existent remote object`,
		"sk-0123456789abcdef0123456789abcdef":  `looks like an API key\s+itself`,
		"two words":                            `white\s+space`,
	},
	Replacing: map[string]string{
		"name":          aliceKeyOf("test", "cd", ""),
		"username":      "resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"bob\"\n  name = \"ci\"\n}",
		"user_id":       "resource \"egs_h2ogpte_api_key\" \"test\" {\n  user_id = \"6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a03\"\n  name = \"ci\"\n}",
		"collection_id": aliceKey("collection_id = \"" + collection + "\""),
	},
	Invalid: map[string]string{
		aliceKey("expires_in_days = 0"):                              `expires_in_days.*between 1 and 36500`,
		aliceKey("expires_in_days = 36501"):                          `expires_in_days.*between 1 and 36500`,
		aliceKey("expires_in_days = 9\n  early_renewal_days = 9"):    `Early renewal is too early.*early_renewal_days is 9`,
		aliceKey("early_renewal_days = 9"):                           `early_renewal_days\s+requires\s+expires_in_days`,
		aliceKey("expires_in_days = 90\n  early_renewal_days = -1"):  `early_renewal_days.*at least 0`,
		aliceKey("inactivity_interval_days = 0"):                     `inactivity_interval_days.*between 1 and 36500`,
		aliceKey("collection_id = \"\""):                             `collection_id.*at least 1`,
		aliceKey("expires_in_days = 90\n  active = \"perhaps\""):     `active`,
		aliceKey("expires_in_days = 90\n  ready_for_renewal = true"): `ready_for_renewal`,
	},
	Unknown: []acctest.UnknownValues{
		{Attribute: "name", Others: "username = \"alice\"\n", Values: []string{`"ci"`, `"cd"`}},
		{Attribute: "username", Others: "name = \"ci\"\n", Values: []string{`"alice"`, `"bob"`}},
		{Attribute: "user_id", Others: named, Values: []string{"null"}},
		{
			Attribute: "username = %[1]s[0]\nuser_id = %[1]s[1]", Others: "name = \"ci\"\n",
			Values: []string{`["alice", null]`, `[null, "` + aliceID + `"]`, `["bob", null]`},
		},
		{Attribute: "collection_id", Others: named, Values: collections},
		{Attribute: "expires_in_days", Others: named, Values: []string{"null", "90", "120"}},
		{Attribute: "early_renewal_days", Others: period, Values: []string{"null", "14", "20"}},
		{Attribute: "inactivity_interval_days", Others: named, Values: []string{"null", "30", "60"}},
		{Attribute: "active", Others: named, Values: []string{"null", "true", "false"}},
		{Attribute: "rotate_when_changed", Others: named, Values: triggers},
		{Attribute: "rotate_when_changed", Others: named + "overlap_days = 7\n", Values: triggers},
		{Attribute: "overlap_days", Others: named, Values: []string{"null", "7", "14"}},
		{
			Attribute: "expires_in_days = %[1]s[0]\nearly_renewal_days = %[1]s[1]", Others: named,
			Values: []string{"[null, null]", "[90, 14]", "[120, null]"},
		},
		{
			Attribute: "collection_id = %[1]s[0]\ninactivity_interval_days = %[1]s[1]", Others: named,
			Values: []string{"[" + collections[0] + ", 30]", "[" + collections[1] + ", 30]", "[" + collections[1] + ", null]"},
		},
	},
	UnknownDue: []acctest.UnknownValues{
		{Attribute: "early_renewal_days", Others: period, Values: []string{"14", "20"}, Then: []string{"7", "14", "20"}},
		{
			Attribute: "expires_in_days", Others: named + "early_renewal_days = 14\n",
			Values: []string{"90", "120"}, Then: []string{"60", "90", "120"},
		},
		{
			Attribute: "expires_in_days = %[1]s[0]\nearly_renewal_days = %[1]s[1]", Others: named,
			Values: []string{"[90, 14]"}, Then: []string{"[60, 14]", "[90, 20]", "[120, 20]"},
		},
		{
			Attribute: "expires_in_days", Others: named + "early_renewal_days = 14\noverlap_days = 7\n",
			Values: []string{"90"}, Then: []string{"60", "90", "120"},
		},
		{Attribute: "collection_id", Others: period + "early_renewal_days = 14\n", Values: collections},
	},
	OwnKeyConfig: ownKey(""),
	OwnKeyErrors: map[string]string{
		ownKey(""):               "H2OGPTE_API_KEY",
		ownKey("active = false"): `Unable to deactivate the provider's own h2oGPTe API key`,
		ownKey("collection_id = \"" + collection + "\""): `Unable to delete the provider's own h2oGPTe API key`,
	},
	LogsIn: "h2ogpte = { api_key = %s }",
	List:   listKeys, Create: createKey, Update: setExpiry, Delete: deleteKey, Further: []string{setInactivity}, Creation: listUsers,
	Pages:          func(n int) int { return (n + 98) / 99 }, // Pages overlap by one key.
	Recognized:     true,
	UnreadableList: `[{"id":7}]`,
	Echo: func(secret string) string {
		return suite.JSON(map[string]any{"code": 400, "message": "key " + secret, "error_type": secret})
	},
	CandidateTexts:    []string{"egs_deactivate_h2ogpte_api_keys"},
	NoCandidateAdvice: "look for the key in h2oGPTe (data source egs_h2ogpte_api_keys, or terraform query)",
	ListedAfter:       8, UnlistedAfter: 11,
}

func TestAccAPIKeyResource(t *testing.T) {
	t.Parallel()
	apiKeys.Run(t)
}

func TestAccAPIKeyResource_names(t *testing.T) {
	t.Parallel()
	apiKeys.RunNames(t)
}

func TestAccAPIKeyResource_renewal(t *testing.T) {
	t.Parallel()
	apiKeys.RunRenewal(t, suite.Renewal{
		Renewed: aliceKey("expires_in_days = 90\n  early_renewal_days = 14"), Renews: testKey.Updates,
		Renewals: testKey.Has("expires_at", "2027-05-06T12:00:00Z"),
		Expiring: aliceKey("expires_in_days = 130") + aliceKeyOf("renewed", "renewed", "expires_in_days = 130\n  early_renewal_days = 0") +
			aliceKeyOf("never", "never", "") + aliceKeyOf("inactive", "inactive", "expires_in_days = 130\n  active = false"),
		Advice: "To set a new expiry now, change expires_in_days",
	})
}

func TestAccAPIKeys_own(t *testing.T) {
	t.Parallel()
	apiKeys.RunOwnKey(t)
}

func TestAccAPIKeys_importsOutput(t *testing.T) {
	t.Parallel()
	s, names := apiKeys.Start(t, suite.Options{}), map[string]string{}
	for _, name := range []string{"ci", "ci"} {
		id := of(s).issue(h2ogptesim.Key{UserName: "alice", Name: name})
		names[id] = "key_ci_alice_" + strings.ReplaceAll(id, "-", "_")
	}
	apiKeys.WantImports(t, apiKeys.ImportsOutput(s, "[key.name, key.username, key.id]"), names)
}

func TestAccAPIKeyListResource(t *testing.T) {
	t.Parallel()
	apiKeys.RunList(t, suite.List{
		Populate: func(subject *suite.Subject) {
			s := of(subject)
			s.populate()
			old, soon := s.Clock.Now().Add(-day), s.Clock.Now().Add(10*day)
			s.issue(h2ogptesim.Key{UserName: "bob", Name: "old", ExpiresAt: &old})
			s.issue(h2ogptesim.Key{UserName: "bob", Name: "soon", ExpiresAt: &soon, CollectionID: collection})
		},
		Filters: map[string]int{
			``: 7, `username = "bob"`: 3, `username = "lice"`: 0, `name = "a"`: 2, `active = true`: 5, `active = false`: 2,
			`expired = true`: 1, `expired = false`: 6, `expiring_within_days = 9`: 0, `expiring_within_days = 10`: 1,
			`collection_id = "` + collection + `"`: 1, "username = \"alice\"\nactive = true": 1,
		},
		Invalid: map[string]string{`expiring_within_days = -1`: `expiring_within_days.*at least 0`},
		Result: func(subject *suite.Subject) (id, display string, values map[string]any) {
			s := of(subject)
			end := s.Clock.Now().Add(30 * day)
			id = s.issue(h2ogptesim.Key{
				UserName: "alice", Name: "ci", CollectionID: collection, CollectionName: "papers", ExpiresAt: &end, Inactive: true,
			})
			return id, "ci (user alice, collection papers, expires at 2026-12-21T12:00:00Z, not active)", map[string]any{
				"username": "alice", "user_id": nil, "name": "ci", "expires_in_days": 30, "active": false,
			}
		},
		One: `[{"id":7},{"id":"7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90","name":"a","username":"bob","is_active":true}]`,
	})
}

var deactivation = suite.Action{
	Type: "egs_deactivate_h2ogpte_api_keys", Verb: "deactivate", Done: "Deactivated", Request: deactivateKey,
	Issue: func(s *suite.Subject, name string) string {
		return of(s).issue(h2ogptesim.Key{UserName: "alice", Name: name})
	},
	Group: `username = "alice"`, OwnKeyFilter: `expired = false`, Names: func(s *suite.Subject) string { return of(s).active() }, Shown: "user alice",
	Filters: func(subject *suite.Subject) [][2]string {
		s, ids := of(subject), map[string]string{}
		for i, user := range []string{"alice", "alice", "bob", "bob", "bob"} {
			name := string(rune('a' + i))
			ids[name] = s.issue(h2ogptesim.Key{UserName: user, Name: name})
		}
		old := s.Clock.Now().Add(-day)
		s.issue(h2ogptesim.Key{UserName: "carol", Name: "old", ExpiresAt: &old})
		return [][2]string{
			{"username = \"alice\"\n    dry_run = true", "a b c d e old"},
			{`username = "alice"`, "c d e old"},
			{`expired = true`, "c d e"},
			// The key a is already inactive.
			{fmt.Sprintf("ids = [%q, %q]", ids["c"], ids["a"]), "d e"},
			{`name = "d"`, "e"},
			{"used_by_provider = false\n    active = false", "e"},
			{`used_by_provider = false`, ""},
		}
	},
	OwnKeyError: `- simulator \(user admin.*logs\s+in\s+with\s+this\s+key`,
	Unknown:     "00000000-0000-4000-8000-000000000000",
	Invalid: map[string]string{
		``:                              `At least one of these attributes must be configured`,
		`dry_run = true`:                `At least one of these attributes must be configured`,
		"ids = [\"17\"]\nname = \"a\"":  `cannot be configured together`,
		`ids = []`:                      `ids.*at least 1`,
		`ids = [null]`:                  `Null`,
		`ids = ["sk-0123456789abcdef"]`: `Invalid h2oGPTe API key id.*looks like\s+an\s+API\s+key\s+itself`,
		`ids = [""]`:                    `Invalid h2oGPTe API key id.*empty`,
	},
}

func TestAccDeactivateAPIKeysAction(t *testing.T) {
	t.Parallel()
	apiKeys.RunAction(t, deactivation)
}

func TestAccTemporaryAPIKeyEphemeral(t *testing.T) {
	t.Parallel()
	apiKeys.RunTemporary(t, suite.Temporary{
		Type: "egs_h2ogpte_temporary_api_key", Arguments: "username = \"alice\"\n  name = \"smoke-test\"\n  collection_id = \"" + collection + `"`,
		Failing: func(dependsOn string) string {
			return "resource \"egs_h2ogpte_api_key\" \"test\" {\n  username = \"nobody\"\n  name = \"x\"\n  " + dependsOn + "\n}"
		},
		IssueEqual: func(s *suite.Subject) string {
			end := s.Clock.Now().Add(day)
			return of(s).issue(h2ogptesim.Key{UserName: "alice", Name: "smoke-test" + face.TemporarySuffix, CollectionID: collection, ExpiresAt: &end})
		},
		Finds: func(dependsOn string) (config string, options suite.Option) {
			return "data \"egs_h2ogpte_api_keys\" \"test\" {\n  username = \"alice\"\n  " + dependsOn + "\n}",
				expectKeys("alice/smoke-test-terraform-temporary")
		},
		Attributes: map[string]any{
			"expires_at": "2026-11-22T12:00:00Z", "id": regexp.MustCompile(`^[0-9a-f-]{36}$`), "secret_key": regexp.MustCompile(`^sk-`),
		},
		Invalid: map[string]string{"name = \"x\"": `Missing user`, "name = \"x\"\n  username = \"carol\"": `Unknown h2oGPTe user.*carol`},
	})
}

// aliceKey returns the Terraform configuration of a key of the user alice. The parameter more contains further arguments.
func aliceKey(more string) string { return aliceKeyOf("test", "ci", more) }

func aliceKeyOf(label, name, more string) string {
	return fmt.Sprintf("\nresource \"egs_h2ogpte_api_key\" %q {\n  username = \"alice\"\n  name = %q\n  %s\n}\n", label, name, more)
}

// issue adds a key outside Terraform, and returns its id.
func (s *service) issue(key h2ogptesim.Key) string {
	id, _ := s.AddKey(key)
	s.Unmanaged[id] = true
	return id
}

// managed returns the only key with the given name.
func (s *service) managed(name string) h2ogptesim.Key {
	s.T.Helper()
	return suite.One(s.T, s.Keys(), func(key h2ogptesim.Key) string { return key.Name }, name)
}

// change changes the key "ci" outside Terraform.
func (s *service) change(change func(*h2ogptesim.Key)) {
	s.T.Helper()
	s.ChangeKey(s.managed("ci").ID, change)
}

// holdsSecret checks that the state contains the secret of the key. The name of the key must be unique.
func (s *service) holdsSecret(state *terraform.State) error {
	attributes := state.RootModule().Resources[string(testKey)].Primary.Attributes
	return suite.Holds(string(testKey), "secret_key", s.Secret(s.managed(attributes["name"]).ID))(state)
}

// idOf returns the id of the user with the given name.
func (s *service) idOf(name string) string {
	s.T.Helper()
	return suite.One(s.T, s.Users(), func(user h2ogptesim.User) string { return user.UserName }, name).ID
}

func TestAccAPIKeyResource_rotation(t *testing.T) {
	t.Parallel()
	apiKeys.RunRotation(t)
}
