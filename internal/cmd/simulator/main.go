// SPDX-License-Identifier: MPL-2.0

// Command simulator serves simulated services on loopback, for demos and for tests with the real Terraform
// CLI: EGS at the root and, if requested, h2oGPTe below /h2ogpte and Search GAIA below /gaia. It prints the
// provider's variables for them (EGS_ENDPOINT, EGS_API_KEY, H2OGPTE_ENDPOINT and so on; the keys are those of
// an administrator) and, once it serves, the line "ready". The control endpoints are at /_sim/,
// /h2ogpte/_sim/ and /gaia/_sim/, where a GET lists them.
//
// It exits with 0 when it is told to stop (SIGINT, SIGTERM), 2 on flags it cannot use, and 1 when it cannot serve.
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
