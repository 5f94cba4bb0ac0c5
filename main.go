// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-egs is the Terraform provider of EGS (Elastic GPU
// Service). Terraform starts it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	debugged := flag.Bool("debug", false, "run for a debugger: print how Terraform reaches the provider, and wait")
	flag.Parse()

	// What the standard library logs, Terraform would log: net/http quotes from what a
	// server sent where that makes no sense, and a secret may stand there.
	log.SetOutput(io.Discard)

	// Terraform sends much that is garbage at once, and little that stays: see "The
	// garbage collector" in CONTRIBUTING.md.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(128 << 20)

	err := providerserver.Serve(context.Background(), provider.New(provider.Options{Version: version}), providerserver.ServeOpts{
		Address: "registry.terraform.io/elastic-gpu-service/egs",
		Debug:   *debugged,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
