// SPDX-License-Identifier: MPL-2.0

// Command simulator serves simulated services on the loopback interface, for demos and for tests with the real Terraform CLI.
// EGS is at the root. If requested, h2oGPTe is below /h2ogpte and Search GAIA is below /gaia. Command simulator prints the
// provider's environment variables for the services (EGS_ENDPOINT, EGS_API_KEY, H2OGPTE_ENDPOINT and so on, with the keys of an
// administrator). When the services are ready for requests, it prints the line "ready". GET /_sim/, /h2ogpte/_sim/ and
// /gaia/_sim/ list the control endpoints.
//
// Its exit code is 0 after SIGINT or SIGTERM, 2 for invalid flags, and 1 for other errors.
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
