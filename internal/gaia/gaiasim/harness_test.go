// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	deletePath = keysPath + "delete/"
)

// network is that of all tests.
var network simulation.Network

// noon is where the tests' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// service is a simulator behind a real server, and what a test asks it.
type service struct {
	*gaiasim.Simulator
	t      *testing.T
	url    string
	client *http.Client
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func serve(t *testing.T, options gaiasim.Options) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := gaiasim.New(options)
	return serveHandler(t, simulator, simulator)
}

// serveHandler serves a handler that leads to the simulator.
func serveHandler(t *testing.T, handler http.Handler, simulator *gaiasim.Simulator) *service {
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

// ask sends a request as the administrator, as curl would; a body is declared as JSON.
func (s *service) ask(method, path, body string) answer {
	s.t.Helper()
	return s.askAs("Search "+s.AdminKey(), method, path, body)
}

func (s *service) askAs(authorization, method, path, body string) answer {
	s.t.Helper()
	header := http.Header{}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return s.send(method, path, header, body)
}

func (s *service) send(method, path string, header http.Header, body string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// create makes a key of this config and returns it.
func (s *service) create(config string) string {
	s.t.Helper()
	a := s.ask("POST", keysPath, `{"config":`+config+`}`)
	var created map[string]string
	decode(s.t, a.body, &created)
	if a.status != 200 || created["result"] != "created" || created["api_key"] == "" || len(created) != 2 {
		s.t.Fatalf("got %d %s", a.status, a.body)
	}
	return created["api_key"]
}

// wants checks status and body.
func (a answer) wants(t *testing.T, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("got %d %s, want %d %s", a.status, a.body, status, body)
	}
	if got := a.header.Get("Content-Type"); (got == "application/json") != (a.body != "") {
		t.Errorf("the content type is %q", got)
	}
}

// list is the list as it is on the wire.
func (s *service) list() string {
	s.t.Helper()
	a := s.ask("GET", keysPath, "")
	if a.status != 200 {
		s.t.Fatalf("got %d %s", a.status, a.body)
	}
	return a.body
}

func escape(key string) string { return url.PathEscape(key) }

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}
