// SPDX-License-Identifier: MPL-2.0

package main

import (
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
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// about precedes the flags in the output of -help.
const about = `Serves simulated services on the loopback interface. The control endpoints need no credentials.
GET /_sim/, /h2ogpte/_sim/ or /gaia/_sim/ lists the control endpoints of a service.

Flags:
`

// emptyLists are the allowed values of -empty-list, in the order of the egssim.EmptyList constants.
var emptyLists = []string{"usual", "array", "null", "missing", "null-data", "no-data", "404"}

// listedSecrets are the allowed values of -listed-secrets, in the order of the egssim.ListedSecrets constants.
var listedSecrets = []string{"shown", "masked", "omitted"}

// parse parses the flags. For -help it prints the usage to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (settings, error) {
	var set settings
	var common simulation.Options
	var keys int
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error.
	flags.StringVar(&set.listen, "listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 selects a free port")
	services := flags.String("services", "egs", "comma-separated `names` of the services to serve: egs, h2ogpte, gaia")
	dialect := flags.String("dialect", "lenient", "dialect of the EGS API: sdk, rest or lenient")
	flags.DurationVar(&common.Latency, "latency", 0, "wait before every API response")
	flags.DurationVar(&common.ListLag, "list-lag", 0, "how far lists lag behind changes")
	flags.Float64Var(&common.RequestsPerSecond, "requests-per-second", 0, "maximum `rate` of API requests to each service, per second; the service responds to further requests with 429; 0 turns the limit off")
	flags.IntVar(&keys, "keys", 0, "`number` of keys that each service starts with; EGS keys are spread over workspaces and roles")
	flags.DurationVar(&set.egs.TokenTTL, "token-ttl", 900*time.Second, "lifetime of EGS access tokens")
	workspaces := flags.String("workspaces", "red,green,blue", "comma-separated `names` of the existing workspaces")
	clusters := flags.String("clusters", "worker-1,worker-2", "comma-separated `names` of the clusters for workspaces")
	flags.DurationVar(&set.egs.WorkspaceDelay, "workspace-delay", 0, "time until a new workspace is listed and has a kubeconfig")
	flags.DurationVar(&set.egs.WorkspaceDeletionDelay, "workspace-deletion-delay", 0, "time until a deleted workspace is no longer listed")
	deletion := flags.String("workspace-deletion", "keeps-keys", "effect of deleting a workspace on its keys: keeps-keys, removes-keys or refused-with-keys")
	secrets := flags.String("listed-secrets", "shown", "how EGS lists secrets: "+strings.Join(listedSecrets, ", "))
	for name, status := range map[string]struct {
		into  *int
		value int
		usage string
	}{
		"workspace-unready-status":   {&set.egs.UnreadyStatus, http.StatusInternalServerError, "requests for the kubeconfig of a workspace that is not ready"},
		"gpr-conflict-status":        {&set.egs.GPRConflictStatus, http.StatusConflict, "creating a GPR template or binding with an existing name; 200 overwrites the existing object"},
		"gpr-unknown-status":         {&set.egs.UnknownGPRStatus, http.StatusNotFound, "requests for a GPR template or binding that does not exist"},
		"gpr-template-in-use-status": {&set.egs.TemplateInUseStatus, 0, "deleting a GPR template that a binding uses; 0 allows the deletion"},
	} {
		flags.IntVar(status.into, name, status.value, "HTTP `status` for "+status.usage)
	}
	for name, on := range map[string]struct {
		into  *bool
		usage string
	}{
		"gpr-changes-merge":       {&set.egs.GPRChangesMerge, "keep the values that a change of a GPR template omits"},
		"gpr-normalize-durations": {&set.egs.NormalizeDurations, "return durations of GPR templates in Go's format, for example 1h0m0s instead of 1h"},
		"gpr-own-binding-names":   {&set.egs.OwnBindingNames, "name GPR template bindings binding-WORKSPACE instead of WORKSPACE"},
		"gpr-no-template-status":  {&set.egs.NoTemplateStatus, "list GPR template bindings without the status of templates"},
	} {
		flags.BoolVar(on.into, name, false, on.usage)
	}
	flags.Int64Var(&set.egs.MaxPriority, "gpr-max-priority", 0, "maximum `priority` of stored GPR templates; 0 turns the limit off")
	empty := flags.String("empty-list", "usual", "how EGS returns an empty list: "+strings.Join(emptyLists, ", "))

	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			_, _ = io.WriteString(stdout, about) // PrintDefaults ignores errors too.
			flags.PrintDefaults()
		}
		return settings{}, err
	}
	set.services = split(*services)
	set.egs.Dialect = egssim.Dialect(*dialect)
	set.egs.Workspaces, set.egs.Clusters = split(*workspaces), split(*clusters)
	deletions := []string{"keeps-keys", "removes-keys", "refused-with-keys"} // order of the egssim.WorkspaceDeletion constants
	set.egs.WorkspaceDeletion = egssim.WorkspaceDeletion(slices.Index(deletions, *deletion))
	set.egs.ListedSecrets = egssim.ListedSecrets(slices.Index(listedSecrets, *secrets))
	set.egs.EmptyKeyList = egssim.EmptyList(slices.Index(emptyLists, *empty))
	set.egs.EmptyWorkspaceList, set.egs.EmptyInventory, set.egs.EmptyGPRList = set.egs.EmptyKeyList, set.egs.EmptyKeyList, set.egs.EmptyKeyList
	set.egs.Options, set.h2ogpte.Options, set.gaia.Options = common, common, common
	set.egs.Keys, set.h2ogpte.Keys, set.gaia.Keys = keys, keys, keys
	if flags.NArg() > 0 {
		return settings{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	for _, check := range []struct {
		flag string
		ok   bool
		must string
	}{
		{"listen", isHostPort(set.listen), "be host:port with a port between 0 and 65535"},
		{"listen", isLoopback(set.listen), "be a loopback address such as 127.0.0.1:0"},
		{"services", areServices(set.services), "be one or more of egs, h2ogpte, gaia, each once"},
		{"dialect", slices.Contains([]string{"sdk", "rest", "lenient"}, *dialect), "be one of sdk, rest, lenient"},
		{"latency", common.Latency >= 0, "not be negative"},
		{"list-lag", common.ListLag >= 0, "not be negative"},
		{"requests-per-second", common.RequestsPerSecond >= 0 && common.RequestsPerSecond <= math.MaxFloat64, "be 0 or a positive number"},
		{"keys", keys >= 0, "not be negative"},
		{"token-ttl", set.egs.TokenTTL > 0, "be positive"},
		{"workspaces", areNames(set.egs.Workspaces), "not contain a name that is empty or has spaces around it"},
		{"clusters", areNames(set.egs.Clusters), "not contain a name that is empty or has spaces around it"},
		{"workspace-delay", set.egs.WorkspaceDelay >= 0, "not be negative"},
		{"workspace-deletion-delay", set.egs.WorkspaceDeletionDelay >= 0, "not be negative"},
		{"workspace-unready-status", isFailure(set.egs.UnreadyStatus), "be between 400 and 599"},
		{"gpr-conflict-status", set.egs.GPRConflictStatus == http.StatusOK || isFailure(set.egs.GPRConflictStatus), "be 200, or between 400 and 599"},
		{"gpr-unknown-status", isFailure(set.egs.UnknownGPRStatus), "be between 400 and 599"},
		{"gpr-template-in-use-status", set.egs.TemplateInUseStatus == 0 || isFailure(set.egs.TemplateInUseStatus), "be 0, or between 400 and 599"},
		{"gpr-max-priority", set.egs.MaxPriority >= 0, "not be negative"},
		{"workspace-deletion", set.egs.WorkspaceDeletion >= 0, "be one of " + strings.Join(deletions, ", ")},
		{"listed-secrets", set.egs.ListedSecrets >= 0, "be one of " + strings.Join(listedSecrets, ", ")},
		{"empty-list", set.egs.EmptyKeyList >= 0, "be one of " + strings.Join(emptyLists, ", ")},
	} {
		if !check.ok {
			return settings{}, fmt.Errorf("-%s %q must %s", check.flag, flags.Lookup(check.flag).Value, check.must)
		}
	}
	return set, nil
}

func isFailure(status int) bool { return status >= 400 && status < 600 }

// split splits comma-separated names. It returns no names for "".
func split(names string) []string {
	return slices.DeleteFunc(strings.Split(names, ","), func(string) bool { return names == "" })
}

// areNames reports whether no name is empty or has spaces around it.
func areNames(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return name == "" || strings.TrimSpace(name) != name })
}

// areServices reports whether names has at least one name, no duplicates, and only names of services.
func areServices(names []string) bool {
	left := []string{"egs", "h2ogpte", "gaia"}
	for _, name := range names {
		i := slices.Index(left, name)
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(names) > 0
}

func isHostPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	_, notPort := strconv.ParseUint(port, 10, 16)
	return err == nil && notPort == nil
}

// isLoopback reports whether only this machine can connect to the address. All other addresses are rejected, because the
// control endpoints need no credentials.
func isLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}
