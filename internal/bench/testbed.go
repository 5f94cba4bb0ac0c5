// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// testbed is a setup that is ready to run. It consists of a folder with an initialized configuration, and a server for the
// simulators and the state.
type testbed struct {
	setup
	cli    *cli.CLI
	server *httptest.Server
	state  *stateServer
}

func newTestbed(ctx context.Context, tf *terraform, dir string, s setup) (*testbed, error) {
	egs := egssim.New(egssim.Options{Options: simulation.Options{Latency: s.latency}, Keys: s.unmanaged})
	h2ogpte := h2ogptesim.New(h2ogptesim.Options{Options: simulation.Options{Latency: s.latency}})
	gaia := gaiasim.New(gaiasim.Options{Options: simulation.Options{Latency: s.latency}})
	b := &testbed{setup: s, state: &stateServer{}}
	routes := http.NewServeMux()
	routes.Handle("/state", b.state)
	routes.Handle("/h2ogpte/", http.StripPrefix("/h2ogpte", h2ogpte))
	routes.Handle("/gaia/", http.StripPrefix("/gaia", gaia))
	routes.Handle("/", egs)
	b.server = httptest.NewServer(routes)
	url := b.server.URL
	var err error
	b.cli, err = tf.In(dir, s.configuration(url),
		"EGS_ENDPOINT="+url, "EGS_API_KEY="+egs.OwnerKey(),
		"H2OGPTE_ENDPOINT="+url+"/h2ogpte/api/v1", "H2OGPTE_API_KEY="+h2ogpte.AdminKey(),
		"GAIA_ENDPOINT="+url+"/gaia", "GAIA_API_KEY="+gaia.AdminKey())
	if err == nil {
		_, err = measure(b.cli.Command(ctx, "init", "-input=false"))
	}
	if err != nil {
		b.server.Close()
		return nil, err
	}
	return b, nil
}

func (b *testbed) run(ctx context.Context, command string) (measurement, error) {
	m, err := measure(b.cli.Command(ctx, append([]string{command}, flags(command)...)...))
	if err != nil {
		return measurement{}, fmt.Errorf("%s: %w", b.subject, err)
	}
	m.state = len(b.state.get())
	if info, err := os.Stat(filepath.Join(b.cli.Dir, "terraform.tfstate")); err == nil && b.local {
		m.state = int(info.Size())
	}
	return m, nil
}

// stateServer is a server for Terraform's backend "http". It keeps the state in memory.
type stateServer struct{ content atomic.Value }

func (s *stateServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content := s.get()
	switch {
	case r.Method == http.MethodPost:
		received, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.content.Store(received)
	case len(content) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		_, _ = w.Write(content) // An error means that Terraform closed the connection.
	}
}

func (s *stateServer) get() []byte {
	content, _ := s.content.Load().([]byte)
	return content
}
