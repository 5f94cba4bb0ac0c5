// SPDX-License-Identifier: MPL-2.0

// Command demo shows the provider at work: the real Terraform creates API keys in a simulated EGS, finds what
// somebody else did to them, repairs it, and destroys them. Nothing leaves this machine, and nothing stays on it.
//
// It checks what it announces, and exits with 0 when all of it came true, 1 when
// something did not, and 2 on flags it cannot use.
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
	terraform := flag.String("terraform", "terraform", "`path` of the Terraform or OpenTofu to run")
	cli.Flags("demo")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *terraform, os.Stdout)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case err == nil:
		return
	case interrupted:
		fmt.Fprintln(os.Stderr, "\nStopped. The keys were in the simulator only, and are gone with it.")
	default:
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
	}
	os.Exit(1)
}
