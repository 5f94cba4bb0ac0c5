// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// errUsage is what errors about flags wrap.
var errUsage = errors.New("see -help")

// shutdownGrace is how long requests in flight may take when the command is
// told to stop.
const shutdownGrace = 3 * time.Second

// Services that can be served.
const (
	serviceEGS     = "egs"
	serviceH2OGPTe = "h2ogpte"
	serviceGAIA    = "gaia"
)

// settings are the flags' values.
type settings struct {
	listen string
	// services are those to serve, each once.
	services []string
	egs      egssim.Options
	h2ogpte  h2ogptesim.Options
	gaia     gaiasim.Options
}

// run serves until ctx ends and then returns nil. Errors about args wrap
// errUsage.
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
	// A name like localhost is what the resolver makes of it.
	if addr, ok := listener.Addr().(*net.TCPAddr); !ok || !addr.IP.IsLoopback() {
		_ = listener.Close() // nothing was accepted yet
		return fmt.Errorf("%w; %w", notLoopback(set.listen), errUsage)
	}
	handler, variables := mount(set, "http://"+listener.Addr().String())
	return serve(ctx, listener, handler, variables, stdout)
}

// mount makes the simulators. The variables are what the provider is to know of them,
// as lines NAME=value; base is the URL at which the handler will be served.
func mount(set settings, base string) (http.Handler, []string) {
	mux := http.NewServeMux()
	var variables []string
	for _, service := range set.services {
		switch service {
		case serviceEGS:
			simulator := egssim.New(set.egs)
			mux.Handle("/", simulator)
			variables = append(variables, "EGS_ENDPOINT="+base, "EGS_API_KEY="+simulator.OwnerKey())
		case serviceH2OGPTe:
			simulator := h2ogptesim.New(set.h2ogpte)
			mux.Handle("/h2ogpte/", http.StripPrefix("/h2ogpte", simulator))
			variables = append(variables, "H2OGPTE_ENDPOINT="+base+"/h2ogpte/api/v1", "H2OGPTE_API_KEY="+simulator.AdminKey())
		case serviceGAIA:
			simulator := gaiasim.New(set.gaia)
			mux.Handle("/gaia/", http.StripPrefix("/gaia", simulator))
			variables = append(variables, "GAIA_ENDPOINT="+base+"/gaia", "GAIA_API_KEY="+simulator.AdminKey())
		}
	}
	return mux, variables
}

// serve prints the variables once it serves.
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
	// ctx is over by now; what is in flight gets its own time.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		// Requests that are still waiting (for -latency, a delay fault) end here.
		_ = server.Close()
	}
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// parse reads the flags. It prints the usage to stdout for -help and returns
// flag.ErrHelp then.
func parse(args []string, stdout io.Writer) (settings, error) {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error, once
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 is any free one")
	services := flags.String("services", serviceEGS, "comma-separated `names` of the services to serve: egs, h2ogpte, gaia")
	dialect := flags.String("dialect", string(egssim.DialectLenient), "dialect of the wire of EGS: sdk, rest or lenient")
	latency := flags.Duration("latency", 0, "wait before every API answer")
	lag := flags.Duration("list-lag", 0, "age of what lists show")
	ttl := flags.Duration("token-ttl", 900*time.Second, "lifetime of access tokens of EGS")
	perSecond := flags.Float64("requests-per-second", 0, "`rate` of API requests to a service above which 429 is answered; 0 is off")
	keys := flags.Int("keys", 0, "`number` of seeded keys of each service, those of EGS spread over workspaces and roles")
	workspaces := flags.String("workspaces", "red,green,blue", "comma-separated `names` of the workspaces that exist")
	clusters := flags.String("clusters", "worker-1,worker-2", "comma-separated `names` of the clusters that workspaces can be on")
	delay := flags.Duration("workspace-delay", 0, "wait until a new workspace is listed and has a kubeconfig")
	gone := flags.Duration("workspace-gone-delay", 0, "wait until a deleted workspace is not listed any more")
	unready := flags.Int("workspace-unready-status", http.StatusNotFound, "HTTP `status` that refuses a kubeconfig until then")
	deletion := flags.String("workspace-deletion", "keeps-keys", "what deleting a workspace does to its keys: keeps-keys, removes-keys or refused-with-keys")

	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			flags.Usage()
		}
		return settings{}, err
	}
	known := []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient}
	deletions := map[string]egssim.WorkspaceDeletion{
		"keeps-keys":        egssim.WorkspaceDeletionKeepsKeys,
		"removes-keys":      egssim.WorkspaceDeletionRemovesKeys,
		"refused-with-keys": egssim.WorkspaceDeletionRefusedWithKeys,
	}
	whatDeletionDoes, knownDeletion := deletions[*deletion]
	switch {
	case flags.NArg() > 0:
		return settings{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case !areServices(*services):
		return settings{}, fmt.Errorf("-services %q is not one or several of egs, h2ogpte, gaia, each once", *services)
	case !slices.Contains(known, egssim.Dialect(*dialect)):
		return settings{}, fmt.Errorf("-dialect %q is not one of sdk, rest, lenient", *dialect)
	case *latency < 0:
		return settings{}, fmt.Errorf("-latency %s is negative", *latency)
	case *lag < 0:
		return settings{}, fmt.Errorf("-list-lag %s is negative", *lag)
	case *ttl <= 0:
		return settings{}, fmt.Errorf("-token-ttl %s is not positive", *ttl)
	case *perSecond < 0 || math.IsNaN(*perSecond) || math.IsInf(*perSecond, 0):
		return settings{}, fmt.Errorf("-requests-per-second %v is not a rate", *perSecond)
	case *keys < 0:
		return settings{}, fmt.Errorf("-keys %d is negative", *keys)
	case !areNames(*workspaces):
		return settings{}, fmt.Errorf("-workspaces %q has a name that is empty or has spaces around it", *workspaces)
	case !areNames(*clusters):
		return settings{}, fmt.Errorf("-clusters %q has a name that is empty or has spaces around it", *clusters)
	case *delay < 0:
		return settings{}, fmt.Errorf("-workspace-delay %s is negative", *delay)
	case *gone < 0:
		return settings{}, fmt.Errorf("-workspace-gone-delay %s is negative", *gone)
	case *unready < 400 || *unready > 599:
		return settings{}, fmt.Errorf("-workspace-unready-status %d is not between 400 and 599", *unready)
	case !knownDeletion:
		return settings{}, fmt.Errorf("-workspace-deletion %q is not one of keeps-keys, removes-keys, refused-with-keys", *deletion)
	}
	if err := checkLoopback(*listen); err != nil {
		return settings{}, err
	}
	return settings{
		listen: *listen, services: split(*services),
		egs: egssim.Options{
			Options: simulation.Options{Latency: *latency, ListLag: *lag, RequestsPerSecond: *perSecond},
			Dialect: egssim.Dialect(*dialect), TokenTTL: *ttl, Keys: *keys, Workspaces: split(*workspaces), Clusters: split(*clusters),
			WorkspaceDelay: *delay, WorkspaceGoneDelay: *gone, UnreadyStatus: *unready, WorkspaceDeletion: whatDeletionDoes,
		},
		h2ogpte: h2ogptesim.Options{Options: simulation.Options{Latency: *latency, ListLag: *lag, RequestsPerSecond: *perSecond}, Keys: *keys},
		gaia:    gaiasim.Options{Options: simulation.Options{Latency: *latency, ListLag: *lag, RequestsPerSecond: *perSecond}, Keys: *keys},
	}, nil
}

// split takes comma-separated names apart; of "" there are none.
func split(names string) []string {
	if names == "" {
		return []string{}
	}
	return strings.Split(names, ",")
}

// areNames reports whether none of comma-separated names is empty or has spaces
// around it.
func areNames(names string) bool {
	return !slices.ContainsFunc(split(names), func(name string) bool { return name == "" || strings.TrimSpace(name) != name })
}

// areServices reports whether comma-separated names are services, at least one and each
// once.
func areServices(names string) bool {
	left := []string{serviceEGS, serviceH2OGPTe, serviceGAIA}
	for _, name := range split(names) {
		i := slices.Index(left, name)
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return names != ""
}

// checkLoopback refuses addresses that others could reach: the control
// endpoints ask for no credentials.
func checkLoopback(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen %q is not host:port", address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("-listen %q has no port between 0 and 65535", address)
	}
	if host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return notLoopback(address)
	}
	return nil
}

func notLoopback(address string) error {
	return fmt.Errorf("-listen %q is not a loopback address, as 127.0.0.1:0", address)
}
