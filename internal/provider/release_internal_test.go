// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type contextKey struct{}

// keeper is a server that keeps the context of a request, as the framework's does.
type keeper struct {
	protocolServer
	kept   context.Context //nolint:containedctx // That is the point.
	cancel context.CancelFunc
	seen   any
	read   func()
}

func (k *keeper) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	// The framework derives its own.
	k.kept, k.cancel = context.WithCancel(ctx)
	k.seen = k.kept.Value(contextKey{})
	if k.read != nil {
		k.read()
	}
	return &tfprotov6.ReadResourceResponse{}, k.kept.Err()
}

func TestReleasing_letsGoOfTheContextAfterTheAnswer(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	if _, err := (&releasing{k}).ReadResource(context.WithValue(t.Context(), contextKey{}, "loggers"), nil); err != nil {
		t.Fatal(err)
	}
	if k.seen != "loggers" {
		t.Errorf("the request saw %v", k.seen)
	}
	if got := k.kept.Value(contextKey{}); got != nil || !errors.Is(k.kept.Err(), context.Canceled) {
		t.Errorf("the context still holds %v, and ended with %v", got, k.kept.Err())
	}
}

// An interrupt reaches the request.
func TestReleasing_passesCancellationOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	k := &keeper{}
	k.read = func() {
		cancel()
		<-k.kept.Done()
	}
	if _, err := (&releasing{k}).ReadResource(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The framework's server is one that can be wrapped.
func TestServe_wrapsTheFrameworksServer(t *testing.T) {
	t.Parallel()
	if _, ok := providerserver.NewProtocol6(New(Options{})())().(protocolServer); !ok {
		t.Error("the framework's server has other interfaces: see releasing")
	}
}
