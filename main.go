// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-egs is the Terraform provider for EGS (Elastic GPU Service). Terraform starts it.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// version is replaced when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger: print TF_REATTACH_PROVIDERS, and wait for Terraform to attach")
	flag.Parse()

	if err := provider.Serve(provider.New(provider.Options{Version: version}), *debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
