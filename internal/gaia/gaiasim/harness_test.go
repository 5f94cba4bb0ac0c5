// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"net/url"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	deletePath = keysPath + "delete/"
)

// service is a simulator behind a real server, and what a test asks it.
type service struct {
	*gaiasim.Simulator
	*simulationtest.Client
}

func serve(t *testing.T, options gaiasim.Options) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = simulationtest.AtNoon
	}
	simulator := gaiasim.New(options)
	return &service{simulator, simulationtest.Serve(t, simulator)}
}

// response is what came back.
type response simulationtest.Response

// ask sends a request as the administrator.
func (s *service) ask(method, path, body string) response {
	s.T.Helper()
	return s.askAs("Search "+s.AdminKey(), method, path, body)
}

func (s *service) askAs(authorization, method, path, body string) response {
	s.T.Helper()
	return response(s.Ask(method, path, authorization, body))
}

// create makes a key of this config and returns it.
func (s *service) create(config string) string {
	s.T.Helper()
	a := s.ask("POST", keysPath, `{"config":`+config+`}`)
	var created map[string]string
	simulationtest.Decode(s.T, a.Body, &created)
	if a.Status != 200 || created["result"] != "created" || created["api_key"] == "" || len(created) != 2 {
		s.T.Fatalf("got %d %s", a.Status, a.Body)
	}
	return created["api_key"]
}

// wants checks status and body.
func (a response) wants(t *testing.T, status int, body string) {
	t.Helper()
	if a.Status != status || a.Body != body {
		t.Errorf("got %d %s, want %d %s", a.Status, a.Body, status, body)
	}
	if got := a.Header.Get("Content-Type"); (got == "application/json") != (a.Body != "") {
		t.Errorf("the content type is %q", got)
	}
}

// list is the list as it is on the wire.
func (s *service) list() string {
	s.T.Helper()
	a := s.ask("GET", keysPath, "")
	if a.Status != 200 {
		s.T.Fatalf("got %d %s", a.Status, a.Body)
	}
	return a.Body
}

func escape(key string) string { return url.PathEscape(key) }
