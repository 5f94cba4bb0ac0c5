// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// orphanTimeout limits the time for deleting temporary keys after Terraform has ended. Without Terraform, the process should not
// run for long, since it has the provider's credentials in its environment.
const orphanTimeout = 10 * time.Second

// guard ties the process to Terraform. It ignores SIGTERM: if the process group receives SIGTERM, for example because a CI
// job is canceled, the signal also interrupts Terraform. Terraform then stops its providers after their operations. If
// Terraform is killed, nothing stops the provider. So guard waits for the end of Terraform, deletes the open temporary
// keys, and exits.
func guard(end func(context.Context) error) {
	signal.Ignore(syscall.SIGTERM)
	go func() {
		awaitTerraformsEnd()
		endWithin(orphanTimeout, end)
		os.Exit(1)
	}()
}

// endWithin calls end, and returns after the timeout even if end is still running. A delete that was sent does not end with the
// context, but only with its own timeout.
func endWithin(timeout time.Duration, end func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	go func() {
		_ = end(ctx) // The error cannot be reported.
		cancel()
	}()
	<-ctx.Done()
}
