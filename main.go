// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-egs is the Terraform provider of EGS (Elastic GPU
// Service). Terraform starts it.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger: print how Terraform reaches the provider, and wait")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(provider.Options{Version: version}), providerserver.ServeOpts{
		Address: "registry.terraform.io/elastic-gpu-service/egs",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
