// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// orphanTimeout is how long the process may take to delete temporary keys when Terraform no longer exists: it has the
// provider's credentials in its environment.
const orphanTimeout = 10 * time.Second

// guard lets the process live as long as Terraform. A SIGTERM to the process group, as of a CI job that is cancelled,
// interrupts Terraform, which ends its providers when their operations have ended: the provider ignores it. If
// Terraform is killed, nothing ends the provider: it deletes the temporary keys that are open, and exits.
func guard(end func(context.Context) error) {
	signal.Ignore(syscall.SIGTERM)
	go func() {
		awaitTerraformsEnd()
		endWithin(orphanTimeout, end)
		os.Exit(1)
	}()
}

// endWithin waits for the end no longer than that: a delete that was sent runs to its own timeout, whatever the context.
func endWithin(timeout time.Duration, end func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	go func() {
		_ = end(ctx) // The error cannot be reported.
		cancel()
	}()
	<-ctx.Done()
}
