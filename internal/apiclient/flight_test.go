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
			ctx, giveUp := context.WithCancel(t.Context())
			landing := make(chan struct{})
			f := apiclient.Start(ctx, func(ctx context.Context) (int, error) {
				<-landing
				// The one that started it has given up.
				return 7, errors.Join(ctx.Err(), outcome)
			})
			if f.Done() || f.Err() != nil {
				t.Error("it is over before its end")
			}
			giveUp()
			if got, err := f.Wait(ctx); got != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("who gives up got %d, %v", got, err)
			}
			close(landing)
			for range 2 {
				if got, err := f.Wait(t.Context()); got != 7 || errors.Is(err, failure) != (outcome != nil) || errors.Is(err, context.Canceled) {
					t.Errorf("got %d, %v", got, err)
				}
			}
			if got, err := f.Wait(ctx); got != 0 || !errors.Is(err, context.Canceled) {
				t.Errorf("after the end of the context: %d, %v", got, err)
			}
			if !f.Done() || errors.Is(f.Err(), failure) != (outcome != nil) {
				t.Errorf("over: %t, %v", f.Done(), f.Err())
			}
		})
	}
}
