// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Serve serves a provider to the Terraform that started this process or, with debugged, to one that
// attaches to it. It sets up the process: see the documentation of the package.
func Serve(newProvider func() provider.Provider, debugged bool) error {
	// Terraform logs what the standard library logs, and net/http quotes invalid responses, which may
	// hold a secret.
	log.SetOutput(io.Discard)
	if !debugged && !logged(os.Getenv) {
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_EGS"} {
			if err := os.Setenv(name, "OFF"); err != nil {
				return err
			}
		}
	}
	// Nearly everything that a provider allocates is garbage when the response is sent. With a quarter
	// of the default collections, a plan of 1,000 keys takes two thirds of the CPU. There is no memory
	// limit: once the live heap reaches a limit, the collector runs without pause. The heap stays below
	// five times what is live: 281 MB for a list of 100,000 keys, and 176 MB with Go's default.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}

	var opts []tf6server.ServeOpt
	if debugged {
		opts = append(opts, tf6server.WithManagedDebug())
	}
	server := NewServer(newProvider())
	ends, ok := server.(ending)
	if ok && !debugged {
		guard(ends.End)
	}
	err := tf6server.Serve("registry.terraform.io/elastic-gpu-service/egs", func() tfprotov6.ProviderServer { return server }, opts...)
	if ok {
		ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
		defer cancel()
		err = errors.Join(err, ends.End(ctx))
	}
	return err
}

// endTimeout is the time for cleaning up after the server has returned: Terraform kills the process
// two seconds after it asked for the shutdown.
const endTimeout = 1900 * time.Millisecond

// logged says whether Terraform shows the logs of providers. If not, the framework would still write
// each step, and Terraform would decode and drop it.
func logged(getenv func(string) string) bool {
	level := cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"))
	return level != "" && !strings.EqualFold(level, "off")
}
