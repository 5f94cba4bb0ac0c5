// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// orphanTimeout is how long the process may take to delete temporary keys when Terraform no longer exists.
const orphanTimeout = 30 * time.Second

// guard lets the process live as long as Terraform. A SIGTERM to the process group, as of a CI job that is cancelled,
// interrupts Terraform, which ends its providers when their operations have ended: the provider ignores it. If
// Terraform is killed, nothing ends the provider: it deletes the temporary keys that are open, and exits.
func guard(end func(context.Context) error) {
	signal.Ignore(syscall.SIGTERM)
	go func() {
		awaitTerraformsEnd()
		ctx, cancel := context.WithTimeout(context.Background(), orphanTimeout)
		defer cancel()
		_ = end(ctx) // Nobody would read the error.
		os.Exit(1)
	}()
}
