// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// orphanTimeout limits the time for deleting temporary keys after Terraform has ended. The process should not run for long then,
// since it has the provider's credentials in its environment.
const orphanTimeout = 10 * time.Second

// guard ties the process to Terraform. A SIGTERM to the process group, for example from a CI job that is cancelled, interrupts
// Terraform, which stops its providers after their operations: the provider ignores the signal. If Terraform is killed, nothing
// stops the provider: it deletes the open temporary keys and exits.
func guard(end func(context.Context) error) {
	signal.Ignore(syscall.SIGTERM)
	go func() {
		awaitTerraformsEnd()
		endWithin(orphanTimeout, end)
		os.Exit(1)
	}()
}

// endWithin calls end and returns after the timeout at the latest, since a delete that was sent ignores the context until its own
// timeout.
func endWithin(timeout time.Duration, end func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	go func() {
		_ = end(ctx) // The error cannot be reported.
		cancel()
	}()
	<-ctx.Done()
}
