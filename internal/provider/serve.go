// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Serve serves a provider to the Terraform that started this process or, if debugged is true, to the Terraform that attaches to it.
// It sets up the process as described in the package documentation.
func Serve(newProvider func() provider.Provider, debugged bool) error {
	// Terraform records the output of the standard library's logger. net/http writes parts of invalid responses to this
	// logger, and a response can contain a secret.
	log.SetOutput(io.Discard)
	if !debugged && !logged(os.Getenv) {
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_EGS"} {
			if err := os.Setenv(name, "OFF"); err != nil {
				return err
			}
		}
	}
	// Nearly all memory is garbage when a response is sent. The garbage collector runs after 16 MiB of garbage plus half of the
	// live memory, since it counts the ballast as live. The ballast takes no memory, since nothing writes to it. With GOGC alone,
	// the collector would run too often for a small heap, and too late for a list of 100,000 keys. With a memory limit, it would
	// run without a pause once the limit is reached.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
		ballast := make([]byte, 32<<20)
		defer runtime.KeepAlive(ballast)
	}

	var opts []tf6server.ServeOpt
	if debugged {
		opts = append(opts, tf6server.WithManagedDebug())
	}
	server := newReleasing(newProvider())
	if !debugged {
		guard(server.End)
	}
	err := tf6server.Serve("registry.terraform.io/elastic-gpu-service/egs", func() tfprotov6.ProviderServer { return server }, opts...)
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	return errors.Join(err, server.End(ctx))
}

// endTimeout limits the cleanup after the server has returned: Terraform kills the process two seconds after it requested the
// shutdown.
const endTimeout = 1900 * time.Millisecond

// logged reports whether Terraform shows the logs of providers. If Terraform does not show them, the framework would still
// write each step, and Terraform would decode and drop each line. So Serve turns the loggers off.
func logged(getenv func(string) string) bool {
	level := cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"))
	return level != "" && !strings.EqualFold(level, "off")
}
