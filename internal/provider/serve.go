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

// Serve serves a provider to the Terraform that started this process, or with debugged
// to one that a person points at it. It sets up the process; see "The process" in
// CONTRIBUTING.md for what that is worth.
func Serve(newProvider func() provider.Provider, debugged bool) error {
	// What the standard library logs, Terraform would log: net/http quotes from what a
	// server sent where that makes no sense, and a secret may stand there.
	log.SetOutput(io.Discard)
	if !debugged && !logged(os.Getenv) {
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_EGS"} {
			if err := os.Setenv(name, "OFF"); err != nil {
				return err
			}
		}
	}
	// Nearly all that is allocated is garbage when the answer has left. A person who
	// says otherwise has a reason.
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(128 << 20)
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

// endTimeout is how long the process may take when its server has returned: Terraform kills it
// two seconds after it was told to shut down.
const endTimeout = 1900 * time.Millisecond

// logged says whether Terraform looks at what its providers log. Where it does not, they
// would still write every step, and Terraform would read it, only to throw it away.
func logged(getenv func(string) string) bool {
	level := cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"))
	return level != "" && !strings.EqualFold(level, "off")
}
