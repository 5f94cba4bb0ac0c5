// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// errUsage is wrapped by the errors about invalid flags.
var errUsage = errors.New("see -help")

// shutdownGrace is how long requests in progress can continue after the command is stopped.
const shutdownGrace = 3 * time.Second

// settings are the values of the flags.
type settings struct {
	listen string
	// services are the names of the services to serve, without duplicates.
	services []string
	egs      egssim.Options
	h2ogpte  h2ogptesim.Options
	gaia     gaiasim.Options
}

// run serves until ctx ends, and then returns nil. Errors about the arguments wrap errUsage.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	set, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; %w", err, errUsage)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", set.listen)
	if err != nil {
		return err
	}
	// A name such as localhost can resolve to any address.
	if addr, ok := listener.Addr().(*net.TCPAddr); !ok || !addr.IP.IsLoopback() {
		_ = listener.Close() // The listener has not accepted a connection yet.
		return fmt.Errorf("-listen %q must be a loopback address; %w", set.listen, errUsage)
	}
	handler, variables := mount(set, "http://"+listener.Addr().String())
	return serve(ctx, listener, handler, variables, stdout)
}

// mount creates the simulators of the services. It returns the handler for all simulators, and the provider's environment
// variables in the form NAME=value. The parameter base is the URL of the handler.
func mount(set settings, base string) (http.Handler, []string) {
	mux := http.NewServeMux()
	var variables []string
	for _, service := range set.services {
		switch service {
		case "egs":
			simulator := egssim.New(set.egs)
			mux.Handle("/", simulator)
			variables = append(variables, "EGS_ENDPOINT="+base, "EGS_API_KEY="+simulator.OwnerKey())
		case "h2ogpte":
			simulator := h2ogptesim.New(set.h2ogpte)
			mux.Handle("/h2ogpte/", http.StripPrefix("/h2ogpte", simulator))
			variables = append(variables, "H2OGPTE_ENDPOINT="+base+"/h2ogpte/api/v1", "H2OGPTE_API_KEY="+simulator.AdminKey())
		case "gaia":
			simulator := gaiasim.New(set.gaia)
			mux.Handle("/gaia/", http.StripPrefix("/gaia", simulator))
			variables = append(variables, "GAIA_ENDPOINT="+base+"/gaia", "GAIA_API_KEY="+simulator.AdminKey())
		}
	}
	return mux, variables
}

// serve serves the handler until ctx ends. When the server accepts requests, serve prints the variables and the line "ready".
func serve(ctx context.Context, listener net.Listener, handler http.Handler, variables []string, stdout io.Writer) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	_, err := fmt.Fprintf(stdout, "%s\nready\n", strings.Join(variables, "\n"))
	if err == nil {
		select {
		case err = <-served:
			return err
		case <-ctx.Done():
		}
	}
	// ctx has ended, so Shutdown needs a context of its own.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		// Close ends requests that -latency or a fault still delays.
		_ = server.Close()
	}
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
