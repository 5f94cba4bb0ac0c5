// SPDX-License-Identifier: MPL-2.0

package h2ogptesim_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	keysPath  = "/api/v1/admin/api_keys"
	usersPath = "/api/v1/users"
)

// network is that of all tests.
var network simulation.Network

// noon is where the tests' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// service is a simulator behind a real server, and what a test asks it.
type service struct {
	*h2ogptesim.Simulator
	t      *testing.T
	url    string
	client *http.Client
}

// answer is what came back; err is set when the connection broke.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func serve(t *testing.T, options h2ogptesim.Options) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := h2ogptesim.New(options)
	return serveHandler(t, simulator, simulator)
}

// serveHandler serves a handler that leads to the simulator.
func serveHandler(t *testing.T, handler http.Handler, simulator *h2ogptesim.Simulator) *service {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	client := &http.Client{
		// On a connection that was used before, net/http repeats a GET that was
		// dropped; a test wants to see the drop.
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: network.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &service{Simulator: simulator, t: t, url: base.String(), client: client}
}

// ask sends a request with the admin's key; a body is declared as JSON.
func (s *service) ask(method, path, body string) answer {
	s.t.Helper()
	return s.askAs(s.AdminKey(), method, path, body)
}

func (s *service) askAs(secret, method, path, body string) answer {
	s.t.Helper()
	header := http.Header{"Authorization": {"Bearer " + secret}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return s.send(s.t.Context(), method, path, header, body)
}

func (s *service) send(ctx context.Context, method, path string, header http.Header, body string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(content), err: err}
}

// created is the answer of a create.
type created struct {
	SecretKey string         `json:"secret_key"`
	APIKey    map[string]any `json:"api_key"`
}

// create makes a key for alice with these members besides.
func (s *service) create(members map[string]any) created {
	s.t.Helper()
	got := s.ask("POST", keysPath, s.object(members))
	if got.err != nil || got.status != http.StatusCreated {
		s.t.Fatalf("got status %d, error %v: %s", got.status, got.err, got.body)
	}
	var made created
	decode(s.t, got.body, &made)
	return made
}

// object is a JSON object of the members and, unless they name one, alice as the user.
func (s *service) object(members map[string]any) string {
	s.t.Helper()
	all := map[string]any{"user_id": s.userID("alice")}
	maps.Copy(all, members)
	return text(s.t, all)
}

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

// list is the list's entries as they are on the wire.
func (s *service) list(query string) []map[string]any {
	s.t.Helper()
	return s.entries(s.ask("GET", keysPath+query, ""))
}

// entries reads a bare array.
func (s *service) entries(got answer) (entries []map[string]any) {
	s.t.Helper()
	if got.err != nil || got.status != http.StatusOK {
		s.t.Fatalf("got status %d, error %v: %s", got.status, got.err, got.body)
	}
	decode(s.t, got.body, &entries)
	return entries
}

// names are the names of the listed keys, in their order.
func (s *service) names(query string) string {
	s.t.Helper()
	var names []string
	for _, entry := range s.list(query) {
		name, _ := entry["name"].(string)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// refuses checks a refusal: its code is its status.
func (s *service) refuses(got answer, status int, message string) {
	s.t.Helper()
	var body struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if got.err != nil {
		s.t.Fatal(got.err)
	}
	decode(s.t, got.body, &body)
	if got.status != status || body.Code != status || !strings.Contains(body.Message, message) || body.Message == "" {
		s.t.Errorf("got %d %s, want %d %q", got.status, got.body, status, message)
	}
}

// stored is the key of this id, or nil.
func (s *service) stored(id string) *h2ogptesim.Key {
	for _, key := range s.Keys() {
		if key.ID == id {
			return &key
		}
	}
	return nil
}

func text(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}
