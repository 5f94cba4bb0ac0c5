// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// stand is a folder with a configuration, and the controller it is for.
type stand struct {
	setup
	tf        *terraform
	dir       string
	env       []string
	simulator *egssim.Simulator
	h2ogpte   *h2ogptesim.Simulator
	gaia      *gaiasim.Simulator
	server    *http.Server
	state     *stateServer
}

func newStand(ctx context.Context, tf *terraform, dir string, s setup) (*stand, error) {
	workspaces := make([]string, s.workspaces)
	for i := range workspaces {
		workspaces[i] = fmt.Sprintf("workspace-%04d", i)
	}
	st := &stand{
		setup: s, tf: tf, dir: dir, state: &stateServer{},
		simulator: egssim.New(egssim.Options{Latency: s.latency, Workspaces: workspaces, Keys: s.foreign}),
		h2ogpte:   h2ogptesim.New(h2ogptesim.Options{Latency: s.latency}),
		gaia:      gaiasim.New(gaiasim.Options{Latency: s.latency}),
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	routes := http.NewServeMux()
	routes.Handle("/state", st.state)
	routes.Handle("/h2ogpte/", http.StripPrefix("/h2ogpte", st.h2ogpte))
	routes.Handle("/gaia/", http.StripPrefix("/gaia", st.gaia))
	routes.Handle("/", st.simulator)
	st.server = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = st.server.Serve(listener) }() // it ends with close
	url := "http://" + listener.Addr().String()
	st.env = []string{
		"EGS_ENDPOINT=" + url, "EGS_API_KEY=" + st.simulator.OwnerKey(),
		"H2OGPTE_ENDPOINT=" + url + "/h2ogpte/api/v1", "H2OGPTE_API_KEY=" + st.h2ogpte.AdminKey(),
		"GAIA_ENDPOINT=" + url + "/gaia", "GAIA_API_KEY=" + st.gaia.AdminKey(),
	}

	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(s.configuration(url)), 0o600); err != nil {
		return nil, err
	}
	_, err = tf.run(ctx, dir, st.env, "init", "-input=false")
	return st, err
}

func (st *stand) close() { _ = st.server.Close() } // nobody is there to be cut off

// configuration is a Terraform configuration of so many keys, or whatever the
// subject has in their place.
func (s setup) configuration(url string) string {
	settings := ""
	if s.subject != data {
		// Our provider and its twins have the same resources.
		name := s.subject
		if name == hollow || name == stock {
			name = egs
		}
		settings = fmt.Sprintf("  required_providers {\n    %s = { source = \"bench/%s\" }\n  }\n", name, s.subject)
	}
	if s.memory {
		settings += fmt.Sprintf("  backend \"http\" { address = \"%s/state\" }\n", url)
	}
	resource := map[string]string{
		egs: s.resource, hollow: s.resource, stock: s.resource, random: "random_uuid", tls: "tls_private_key", data: data,
	}[s.subject]
	key := fmt.Sprintf(`  name           = "key-${count.index}"
  role           = "Editor"
  workspace_name = format("workspace-%%04d", count.index %% %d)
  valid_until    = "2999-12-31"
`, s.workspaces)
	switch s.resource {
	case h2ogpteKey:
		key = `  username        = "alice"
  name            = "key-${count.index}"
  expires_in_days = 365
`
	case gaiaKey:
		key = "  permissions = \"read\"\n"
	case workspace:
		key = `  name       = "team-${count.index}"
  clusters   = ["worker-1"]
  namespaces = ["team-${count.index}"]
  username   = "admin"
  email      = "admin@example.com"
`
	}
	arguments := map[string]string{
		egs: key, hollow: key, stock: key, tls: "  algorithm = \"ED25519\"\n", data: "  input = \"key-${count.index}\"\n",
	}[s.subject]
	return fmt.Sprintf("terraform {\n%s}\n\nresource %q \"this\" {\n  count = %d\n%s}\n", settings, resource, s.keys, arguments)
}

// run runs the command and measures it.
func (st *stand) run(ctx context.Context, command string) (measurement, error) {
	st.simulator.ResetJournal()
	st.h2ogpte.ResetJournal()
	st.gaia.ResetJournal()
	cost, err := st.tf.run(ctx, st.dir, st.env, st.arguments(command)...)
	if err != nil {
		return measurement{}, fmt.Errorf("%s: %w", st.subject, err)
	}
	m := measurement{cost: cost, requests: count(slices.Concat(st.simulator.Journal(), st.h2ogpte.Journal(), st.gaia.Journal())), state: st.state.size()}
	if info, err := os.Stat(filepath.Join(st.dir, "terraform.tfstate")); err == nil && !st.memory {
		m.state = int(info.Size())
	}
	return m, nil
}

// requests are how many of each kind there were.
type requests struct {
	auth, list, create, delete, other int
}

func count(journal []simulation.Entry) (n requests) {
	for _, entry := range journal {
		switch entry.Method + " " + entry.Path {
		case "POST /api/v1/auth":
			n.auth++
		case "GET /api/v1/api-key/list", "GET /api/v1/slice-workspace/list", "GET /api/v1/admin/api_keys", "GET /es/api/v1/credentials/api_keys/":
			n.list++
		case "POST /api/v1/api-key", "POST /api/v1/slice-workspace", "POST /api/v1/admin/api_keys", "POST /es/api/v1/credentials/api_keys/":
			n.create++
		case "DELETE /api/v1/api-key", "DELETE /api/v1/slice-workspace", "DELETE /api/v1/admin/api_keys/{key_id}",
			"DELETE /es/api/v1/credentials/api_keys/delete/{api_key}":
			n.delete++
		default:
			n.other++
		}
	}
	return n
}

// stateServer keeps a state in memory, for Terraform's backend "http".
type stateServer struct {
	mu      sync.Mutex
	content []byte
}

func (s *stateServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		content, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.content = content
	case len(s.content) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		_, _ = w.Write(s.content) // Terraform may be gone
	}
}

func (s *stateServer) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.content)
}
