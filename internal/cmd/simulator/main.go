// SPDX-License-Identifier: MPL-2.0

// Command simulator serves simulated services on the loopback interface, for demos and for tests with the real Terraform
// CLI: EGS at the root and, if requested, h2oGPTe below /h2ogpte and Search GAIA below /gaia. It prints the provider's
// environment variables for them (EGS_ENDPOINT, EGS_API_KEY, H2OGPTE_ENDPOINT and so on, with the keys of an administrator)
// and, when it is ready for requests, the line "ready". GET /_sim/, /h2ogpte/_sim/ and /gaia/_sim/ list the control endpoints.
//
// Its exit code is 0 after SIGINT or SIGTERM, 2 for invalid flags, and 1 if it cannot serve.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(exitCode(err))
	}
}

func exitCode(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}
