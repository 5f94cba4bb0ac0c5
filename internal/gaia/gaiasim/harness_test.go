// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	keysPath   = "/es/api/v1/credentials/api_keys/"
	deletePath = keysPath + "delete/"
)

type service struct {
	*gaiasim.Simulator
	*simulationtest.Client
}

func serve(t *testing.T, options gaiasim.Options) *service {
	t.Helper()
	options.Now = simulationtest.Clock(options.Now)
	simulator := gaiasim.New(options)
	return &service{simulator, simulationtest.Serve(t, simulator, "Search "+simulator.AdminKey())}
}

// create creates a key with the given config, and returns the secret key.
func (s *service) create(config string) string {
	s.T.Helper()
	var created map[string]string
	s.Request("POST", keysPath, `{"config":`+config+`}`).Decode(200, &created)
	if created["result"] != "created" || created["api_key"] == "" || len(created) != 2 {
		s.T.Fatalf("got %v", created)
	}
	return created["api_key"]
}

// lists checks that the response to a list request contains the given text.
func (s *service) lists(part string) {
	s.T.Helper()
	s.Request("GET", keysPath, "").Want(200, part)
}
