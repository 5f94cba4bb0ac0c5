// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"context"
	"errors"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

func TestFlight(t *testing.T) {
	t.Parallel()
	failure := errors.New("failed")
	for name, outcome := range map[string]error{"works": nil, "fails": failure} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			release := make(chan struct{})
			f := apiclient.Start(ctx, func(ctx context.Context) (int, error) {
				<-release
				// The caller of Start has canceled its context, but ctx has not ended.
				return 7, errors.Join(ctx.Err(), outcome)
			})
			if f.Done() || f.Err() != nil {
				t.Error("the flight is done before its work has ended")
			}
			cancel()
			if got, err := f.Wait(ctx); got != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("after the cancellation: got %d, %v", got, err)
			}
			close(release)
			for range 2 {
				if got, err := f.Wait(t.Context()); got != 7 || errors.Is(err, failure) != (outcome != nil) || errors.Is(err, context.Canceled) {
					t.Errorf("got %d, %v", got, err)
				}
			}
			if got, err := f.Wait(ctx); got != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("with the canceled context: got %d, %v", got, err)
			}
			if !f.Done() || errors.Is(f.Err(), failure) != (outcome != nil) {
				t.Errorf("done is %t, the error is %v", f.Done(), f.Err())
			}
		})
	}
}
