// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// releasing is a provider server that lets go of the contexts of requests that were
// answered. The framework's keeps each of them, with the loggers in it, until Terraform
// stops the process (terraform-plugin-framework v1.19.0, internal/proto6server/serve.go):
// 35 kB for each resource of a plan. See "The process" in CONTRIBUTING.md for what that is
// worth.
type releasing struct {
	protocolServer
}

// protocolServer is what the framework's server serves.
type protocolServer interface {
	tfprotov6.ProviderServerWithListResource
	tfprotov6.ActionServer
}

// lease is a context that holds another one until it is over.
type lease struct {
	of atomic.Pointer[heldContext]
}

// heldContext is a context. Of an interface there is no atomic pointer.
type heldContext struct{ context.Context }

func (l *lease) held() context.Context { return l.of.Load().Context }

// Deadline, Done, Err and Value implement context.Context.
func (l *lease) Deadline() (time.Time, bool) { return l.held().Deadline() }
func (l *lease) Done() <-chan struct{}       { return l.held().Done() }
func (l *lease) Err() error                  { return l.held().Err() }
func (l *lease) Value(key any) any           { return l.held().Value(key) }

// over is what a lease holds when it is over.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// leased calls with a context that holds nothing when the call has returned.
func leased[Request, Response any](ctx context.Context, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	l := &lease{}
	l.of.Store(&heldContext{ctx})
	defer func() {
		cancel()
		l.of.Store(&heldContext{over})
	}()
	return call(l, req)
}

// What Terraform calls for each resource.

func (r *releasing) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return leased(ctx, req, r.protocolServer.ValidateResourceConfig)
}

func (r *releasing) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return leased(ctx, req, r.protocolServer.UpgradeResourceState)
}

func (r *releasing) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return leased(ctx, req, r.protocolServer.UpgradeResourceIdentity)
}

func (r *releasing) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return leased(ctx, req, r.protocolServer.ReadResource)
}

func (r *releasing) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return leased(ctx, req, r.protocolServer.PlanResourceChange)
}

func (r *releasing) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return leased(ctx, req, r.protocolServer.ApplyResourceChange)
}
