// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	keysPath  = "/api/v1/admin/api_keys"
	usersPath = "/api/v1/users"
)

type service struct {
	*h2ogptesim.Simulator
	*simulationtest.Client
}

func serve(t *testing.T, options h2ogptesim.Options) *service {
	t.Helper()
	options.Now = simulationtest.Clock(options.Now)
	simulator := h2ogptesim.New(options)
	return &service{simulator, simulationtest.Serve(t, simulator, "Bearer "+simulator.AdminKey())}
}

type created struct {
	SecretKey string         `json:"secret_key"`
	APIKey    map[string]any `json:"api_key"`
}

// create creates a key for alice with these further members.
func (s *service) create(members map[string]any) created {
	s.T.Helper()
	var made created
	s.Request("POST", keysPath, s.object(members)).Decode(201, &made)
	return made
}

// object returns a JSON object of the members. user_id defaults to alice.
func (s *service) object(members map[string]any) string {
	s.T.Helper()
	all := map[string]any{"user_id": s.userID("alice")}
	maps.Copy(all, members)
	text, _ := json.Marshal(all)
	return string(text)
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

func (s *service) list(query string) (entries []map[string]any) {
	s.T.Helper()
	s.Request("GET", keysPath+query, "").Decode(200, &entries)
	return entries
}

// names returns the names of the listed keys, in the order of the list.
func (s *service) names(query string) (names string) {
	s.T.Helper()
	for _, entry := range s.list(query) {
		names += fmt.Sprint(" ", entry["name"])
	}
	return strings.TrimSpace(names)
}

// refuses checks an error response. The code in the body must equal the HTTP status.
func (s *service) refuses(got simulationtest.Response, status int, message string) {
	s.T.Helper()
	got.Want(status, fmt.Sprintf(`{"code":%d,"message":"`, status), message)
}

func (s *service) stored(id string) *h2ogptesim.Key {
	for _, key := range s.Keys() {
		if key.ID == id {
			return &key
		}
	}
	return nil
}
