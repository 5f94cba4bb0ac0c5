// SPDX-License-Identifier: MPL-2.0

// Command simulator serves a simulated EGS Core API on loopback, for demos
// and for tests with the real Terraform CLI. It prints EGS_ENDPOINT,
// EGS_API_KEY (an Owner key) and, once it serves, the line "ready".
//
// It exits with 0 when it is told to stop (SIGINT, SIGTERM), 2 on flags it
// cannot use, and 1 when it cannot serve.
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
