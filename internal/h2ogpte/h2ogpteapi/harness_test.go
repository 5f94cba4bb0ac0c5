// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Paths, in the form that journal entries and faults use.
const (
	keysPath       = "/api/v1/admin/api_keys"
	keyPath        = keysPath + "/{key_id}"
	deactivatePath = keysPath + "/deactivate/{key_id}"
	expirePath     = keysPath + "/expire/{key_id}"
	inactivityPath = keysPath + "/inactivity_interval/{key_id}"
	usersPath      = "/api/v1/users"
	userPath       = usersPath + "/{user_id}"
)

var (
	noon     = clienttest.Noon
	always   = clienttest.Always
	at       = clienttest.Concurrently
	must     = clienttest.Must
	wantErr  = clienttest.WantErr
	around   = clienttest.Around
	on       = clienttest.On
	jsonText = clienttest.JSON
	isCreate = clienttest.On("POST", keysPath)
)

func TestMain(m *testing.M) { clienttest.Main(m) }

type service struct {
	*h2ogptesim.Simulator
	*clienttest.Server
	// url is the base URL of the API.
	url *url.URL
}

// start serves a simulator, wrapped in the given handlers.
func start(t *testing.T, options h2ogptesim.Options, around ...clienttest.Wrap) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = clienttest.FixedNow
	}
	simulator := h2ogptesim.New(options)
	server := clienttest.Start(t, simulator, around...)
	return &service{simulator, server, server.URL.JoinPath("api/v1")}
}

func (s *service) client() *h2ogpteapi.Client {
	return connect(h2ogpteapi.Config{Endpoint: s.url, APIKey: s.AdminKey()})
}

func connect(config h2ogpteapi.Config) *h2ogpteapi.Client {
	if config.Now == nil {
		config.Now = clienttest.FixedNow
	}
	return h2ogpteapi.New(config, clienttest.Transport(time.Millisecond))
}

func (s *service) wantsLists(n int) {
	s.T.Helper()
	s.Wants(n, "GET", keysPath)
}

// key adds a key of alice, and returns its id.
func (s *service) key(name string) (id string) {
	id, _ = s.AddKey(h2ogptesim.Key{Name: name, UserName: "alice"})
	return id
}

// stored returns the service's key with this id, or nil.
func (s *service) stored(id string) *h2ogptesim.Key {
	for _, key := range s.Keys() {
		if key.ID == id {
			return &key
		}
	}
	return nil
}

func (s *service) userID(name string) string {
	s.T.Helper()
	for _, user := range s.Users() {
		if user.UserName == name {
			return user.ID
		}
	}
	s.T.Fatalf("there is no user %s", name)
	return ""
}

func (s *service) newKey(name string) h2ogpteapi.NewAPIKey {
	s.T.Helper()
	return h2ogpteapi.NewAPIKey{UserID: s.userID("alice"), UserName: "alice", Name: name, ExpiresInDays: new(int64(30))}
}

// addEqual adds a key of the given age with the values of k, as if another client had created it. It returns the id of the key.
func (s *service) addEqual(k h2ogpteapi.NewAPIKey, age time.Duration) (id string) {
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

// createdKeys returns all keys except the administrator's.
func (s *service) createdKeys() (keys []h2ogptesim.Key) {
	for _, key := range s.Keys() {
		if s.Secret(key.ID) != s.AdminKey() {
			keys = append(keys, key)
		}
	}
	return keys
}

// listResponse is a fault that returns these entries for a list.
func listResponse(entries string) simulation.Fault {
	return clienttest.Of("GET", keysPath, clienttest.Status(200, entries))
}

func asError(t *testing.T, err error) *h2ogpteapi.Error {
	t.Helper()
	return clienttest.AsError(t, err, "h2ogpte")
}

// list lists all keys, and returns the error.
func list(t *testing.T, c *h2ogpteapi.Client) error {
	t.Helper()
	_, err := c.APIKeys(t.Context(), "", 0)
	return err
}
