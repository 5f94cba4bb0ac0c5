// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"testing"
	"time"

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

// What the framework serves is served, and nothing is lost by wrapping it.
func TestNewServer_servesWhatTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	server := NewServer(New(Options{})())
	if _, ok := server.(*releasing); !ok {
		t.Error("the framework's server has other interfaces: see protocolServer")
	}
	bare := providerserver.NewProtocol6(New(Options{})())()
	for name, has := range map[string]func(any) bool{
		"lists":        func(s any) bool { _, ok := s.(tfprotov6.ListResourceServer); return ok },
		"actions":      func(s any) bool { _, ok := s.(tfprotov6.ActionServer); return ok },
		"state stores": func(s any) bool { _, ok := s.(tfprotov6.StateStoreServer); return ok },
	} {
		if has(server) != has(bare) {
			t.Errorf("%s: %v, the framework %v", name, has(server), has(bare))
		}
	}
}
