// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"time"
	"weak"

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
	during func()
}

func (k *keeper) keep(ctx context.Context) {
	// The framework derives its own.
	k.kept, k.cancel = context.WithCancel(ctx)
	k.seen = k.kept.Value(contextKey{})
	if k.during != nil {
		k.during()
	}
}

func (k *keeper) ValidateResourceConfig(ctx context.Context, _ *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) UpgradeResourceState(ctx context.Context, _ *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) UpgradeResourceIdentity(ctx context.Context, _ *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	k.keep(ctx)
	return nil, k.kept.Err()
}

func (k *keeper) PlanResourceChange(ctx context.Context, _ *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) ApplyResourceChange(ctx context.Context, _ *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) ImportResourceState(ctx context.Context, _ *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) MoveResourceState(ctx context.Context, _ *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func (k *keeper) ValidateDataResourceConfig(ctx context.Context, _ *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	k.keep(ctx)
	return nil, nil
}

func TestReleasing_letsGoOfTheContextAfterTheAnswer(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *releasing) error{
		"ValidateResourceConfig": func(ctx context.Context, r *releasing) error {
			_, err := r.ValidateResourceConfig(ctx, nil)
			return err
		},
		"UpgradeResourceState": func(ctx context.Context, r *releasing) error {
			_, err := r.UpgradeResourceState(ctx, nil)
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context, r *releasing) error {
			_, err := r.UpgradeResourceIdentity(ctx, nil)
			return err
		},
		"ReadResource":        func(ctx context.Context, r *releasing) error { _, err := r.ReadResource(ctx, nil); return err },
		"PlanResourceChange":  func(ctx context.Context, r *releasing) error { _, err := r.PlanResourceChange(ctx, nil); return err },
		"ApplyResourceChange": func(ctx context.Context, r *releasing) error { _, err := r.ApplyResourceChange(ctx, nil); return err },
		"ImportResourceState": func(ctx context.Context, r *releasing) error { _, err := r.ImportResourceState(ctx, nil); return err },
		"MoveResourceState":   func(ctx context.Context, r *releasing) error { _, err := r.MoveResourceState(ctx, nil); return err },
		"ReadDataSource":      func(ctx context.Context, r *releasing) error { _, err := r.ReadDataSource(ctx, nil); return err },
		"ValidateDataResourceConfig": func(ctx context.Context, r *releasing) error {
			_, err := r.ValidateDataResourceConfig(ctx, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &keeper{}
			if err := call(context.WithValue(t.Context(), contextKey{}, "loggers"), &releasing{protocolServer: k}); err != nil {
				t.Fatal(err)
			}
			if k.seen != "loggers" {
				t.Errorf("the request saw %v", k.seen)
			}
			if got := k.kept.Value(contextKey{}); got != nil || !errors.Is(k.kept.Err(), context.Canceled) {
				t.Errorf("the context still holds %v, and ended with %v", got, k.kept.Err())
			}
		})
	}
}

// An interrupt reaches the request, and why it ended can still be told after it.
func TestReleasing_passesTheEndOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	k := &keeper{}
	k.during = func() { <-k.kept.Done() }
	if _, err := (&releasing{protocolServer: k}).ReadResource(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	deadline, ok := k.kept.Deadline()
	if !errors.Is(k.kept.Err(), context.DeadlineExceeded) || !ok || !deadline.Equal(time.Unix(0, 0)) {
		t.Errorf("after the call: %v, %v", k.kept.Err(), deadline)
	}
}

// NewServer wraps the framework's server, and offers each of its methods.
func TestNewServer_fitsTheFramework(t *testing.T) {
	t.Parallel()
	server := NewServer(New(Options{})())
	if _, ok := server.(*releasing); !ok {
		t.Fatal("the framework's server does not implement protocolServer, so contexts are not released: see releasing")
	}
	bare := reflect.TypeOf(providerserver.NewProtocol6(New(Options{})())())
	for method := range bare.Methods() {
		if _, ok := reflect.TypeOf(server).MethodByName(method.Name); !ok {
			t.Errorf("the framework serves %s, which releasing does not pass on: add its interface to protocolServer", method.Name)
		}
	}
}

// The framework keeps the contexts of requests, and NewServer releases them.
func TestNewServer_releasesContexts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server tfprotov6.ProviderServer
		kept   bool
	}{
		"the framework alone": {providerserver.NewProtocol6(New(Options{})())(), true},
		"NewServer":           {NewServer(New(Options{})()), false},
	} {
		loggers := serveWithValue(t, test.server)
		runtime.GC()
		if kept := loggers.Value() != nil; kept != test.kept {
			t.Errorf("%s: the context is kept: %t, want %t; releasing is needed only while the framework keeps it", name, kept, test.kept)
		}
		runtime.KeepAlive(test.server)
	}
}

// serveWithValue sends a request whose context holds a value, and returns a weak pointer to the value.
func serveWithValue(t *testing.T, server tfprotov6.ProviderServer) weak.Pointer[[64]byte] {
	t.Helper()
	value := new([64]byte)
	ctx := context.WithValue(context.Background(), contextKey{}, value)
	if _, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "unknown"}); err != nil {
		t.Fatal(err)
	}
	return weak.Make(value)
}
