// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns the framework's server of the provider, which releases contexts: see releasing.
func NewServer(p provider.Provider) tfprotov6.ProviderServer { return newReleasing(p) }

// releasing is a provider server that releases the context of a request when the request returns. Without it, the framework's
// server keeps the context, with its loggers, until Terraform stops the process (terraform-plugin-framework v1.19.0,
// internal/proto6server/serve.go, registerContext). A plan of 3,000 keys takes 430 MiB in the provider with Go's defaults, and 42
// MiB with contexts released (measured in November 2026).
type releasing struct {
	protocolServer
	provider provider.Provider
}

func newReleasing(p provider.Provider) *releasing {
	//nolint:forcetypeassert // A test fails if the framework's server lacks a method.
	return &releasing{providerserver.NewProtocol6(p)().(protocolServer), p}
}

// End deletes the temporary keys. It is called when the provider process ends. In tests, no process ends, so the test driver calls
// End.
func (r *releasing) End(ctx context.Context) error {
	if ends, ok := r.provider.(interface{ End(context.Context) error }); ok {
		return ends.End(ctx)
	}
	return nil
}

// StopProvider deletes the temporary keys. Terraform calls StopProvider on an interrupt, and then closes no ephemeral
// resource.
func (r *releasing) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	resp, err := r.protocolServer.StopProvider(ctx, req)
	// If a key is not deleted within endTimeout, the end of the process deletes the key. If that fails too, the key stays
	// until it expires.
	ctx, cancel := context.WithTimeout(ctx, endTimeout)
	defer cancel()
	_ = r.End(ctx)
	return resp, err
}

// protocolServer has the interfaces of the framework's server.
type protocolServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// lease is a context that drops its values at the end of a request. It keeps its deadline and its error.
type lease struct {
	done        <-chan struct{}
	deadline    time.Time
	hasDeadline bool
	// held is nil after the end of the request. err is then the error of the context.
	held atomic.Pointer[context.Context]
	err  error
}

func (l *lease) Deadline() (deadline time.Time, ok bool) { return l.deadline, l.hasDeadline }

func (l *lease) Done() <-chan struct{} { return l.done }

func (l *lease) Err() error {
	if held := l.held.Load(); held != nil {
		return (*held).Err()
	}
	return l.err
}

func (l *lease) Value(key any) any {
	if held := l.held.Load(); held != nil {
		return (*held).Value(key)
	}
	return nil
}

// leased calls the given function with a lease as the context. The lease ends when the function returns.
func leased[Request, Response any](ctx context.Context, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	l := &lease{done: ctx.Done()}
	l.deadline, l.hasDeadline = ctx.Deadline()
	l.held.Store(&ctx)
	defer func() {
		cancel()
		l.err = ctx.Err()
		l.held.Store(nil) //nolint:contextcheck // It releases the context.
	}()
	return call(l, req) //nolint:contextcheck // The lease wraps the caller's context.
}

// Terraform calls the following methods for each resource and data source, so these methods release their contexts. Lists
// and actions continue after their call returns, so they need their contexts. All other calls are rare.

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

func (r *releasing) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return leased(ctx, req, r.protocolServer.ImportResourceState)
}

func (r *releasing) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return leased(ctx, req, r.protocolServer.ReadDataSource)
}

func (r *releasing) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return leased(ctx, req, r.protocolServer.ValidateDataResourceConfig)
}
