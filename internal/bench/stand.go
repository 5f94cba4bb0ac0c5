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

// stand is a folder with a configuration, and the simulators it is for.
type stand struct {
	setup
	cli    *cli.CLI
	server *httptest.Server
	state  *stateServer
}

func newStand(ctx context.Context, tf *terraform, dir string, s setup) (*stand, error) {
	egs := egssim.New(egssim.Options{Options: simulation.Options{Latency: s.latency}, Keys: s.foreign})
	h2ogpte := h2ogptesim.New(h2ogptesim.Options{Options: simulation.Options{Latency: s.latency}})
	gaia := gaiasim.New(gaiasim.Options{Options: simulation.Options{Latency: s.latency}})
	st := &stand{setup: s, state: &stateServer{}}
	routes := http.NewServeMux()
	routes.Handle("/state", st.state)
	routes.Handle("/h2ogpte/", http.StripPrefix("/h2ogpte", h2ogpte))
	routes.Handle("/gaia/", http.StripPrefix("/gaia", gaia))
	routes.Handle("/", egs)
	st.server = httptest.NewServer(routes)
	url := st.server.URL
	var err error
	st.cli, err = tf.In(dir, s.configuration(url),
		"EGS_ENDPOINT="+url, "EGS_API_KEY="+egs.OwnerKey(),
		"H2OGPTE_ENDPOINT="+url+"/h2ogpte/api/v1", "H2OGPTE_API_KEY="+h2ogpte.AdminKey(),
		"GAIA_ENDPOINT="+url+"/gaia", "GAIA_API_KEY="+gaia.AdminKey())
	if err == nil {
		_, err = measure(st.cli.Command(ctx, "init", "-input=false"))
	}
	if err != nil {
		st.server.Close()
		return nil, err
	}
	return st, nil
}

// run runs the command and measures it.
func (st *stand) run(ctx context.Context, command string) (measurement, error) {
	m, err := measure(st.cli.Command(ctx, append([]string{command}, flags(command)...)...))
	if err != nil {
		return measurement{}, fmt.Errorf("%s: %w", st.subject, err)
	}
	m.state = len(st.state.get())
	if info, err := os.Stat(filepath.Join(st.cli.Dir, "terraform.tfstate")); err == nil && st.local {
		m.state = int(info.Size())
	}
	return m, nil
}

// stateServer keeps a state in memory, for Terraform's backend "http".
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
		_, _ = w.Write(content) // Terraform may be gone
	}
}

func (s *stateServer) get() []byte {
	content, _ := s.content.Load().([]byte)
	return content
}
