// SPDX-License-Identifier: MPL-2.0

// Command demo demonstrates the provider: Terraform creates API keys in a simulated EGS, detects and reverts changes made
// outside Terraform, renews the keys with an overlap, and destroys the keys. The provider and the simulator connect to no other
// machine. The demo removes its files when it ends.
//
// The demo verifies each step. Its exit code is 0 if all steps succeed, 1 if a step fails or the demo is interrupted, and 2 for
// invalid flags.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func main() {
	terraform := flag.String("terraform", "terraform", "`path` of the Terraform or OpenTofu CLI")
	cli.Flags("demo")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *terraform, os.Stdout)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case err == nil:
		return
	case interrupted:
		fmt.Fprintln(os.Stderr, "\nStopped. The keys existed only in the simulator, which has stopped too.")
	default:
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
	}
	os.Exit(1)
}
