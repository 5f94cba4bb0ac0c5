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
)

// errUsage is what errors about flags wrap.
var errUsage = errors.New("see -help")

// shutdownGrace is how long requests in flight may take when the command is
// told to stop.
const shutdownGrace = 3 * time.Second

// settings are the flags' values.
type settings struct {
	listen  string
	options egssim.Options
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
	return serve(ctx, listener, egssim.New(set.options), stdout)
}

func serve(ctx context.Context, listener net.Listener, simulator *egssim.Simulator, stdout io.Writer) error {
	server := &http.Server{Handler: simulator, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	_, err := fmt.Fprintf(stdout, "EGS_ENDPOINT=http://%s\nEGS_API_KEY=%s\nready\n", listener.Addr(), simulator.OwnerKey())
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
	dialect := flags.String("dialect", string(egssim.DialectLenient), "dialect of the wire: sdk, rest or lenient")
	latency := flags.Duration("latency", 0, "wait before every API answer")
	ttl := flags.Duration("token-ttl", 900*time.Second, "lifetime of access tokens")
	perSecond := flags.Float64("requests-per-second", 0, "`rate` of API requests above which 429 is answered; 0 is off")
	keys := flags.Int("keys", 0, "`number` of seeded keys, spread over workspaces and roles")
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
	case !slices.Contains(known, egssim.Dialect(*dialect)):
		return settings{}, fmt.Errorf("-dialect %q is not one of sdk, rest, lenient", *dialect)
	case *latency < 0:
		return settings{}, fmt.Errorf("-latency %s is negative", *latency)
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
	return settings{listen: *listen, options: egssim.Options{
		Dialect: egssim.Dialect(*dialect), Latency: *latency, TokenTTL: *ttl,
		RequestsPerSecond: *perSecond, Keys: *keys, Workspaces: split(*workspaces), Clusters: split(*clusters),
		WorkspaceDelay: *delay, WorkspaceGoneDelay: *gone, UnreadyStatus: *unready, WorkspaceDeletion: whatDeletionDoes,
	}}, nil
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
