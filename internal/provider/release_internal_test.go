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

// request calls one method of the provider server, for a type that does not exist.
type request func(context.Context, tfprotov6.ProviderServer) error

func requestOf[Request, Response any](method func(tfprotov6.ProviderServer, context.Context, *Request) (*Response, error), req *Request) request {
	return func(ctx context.Context, server tfprotov6.ProviderServer) error {
		_, err := method(server, ctx, req)
		return err
	}
}

// The framework keeps the contexts of requests. NewServer releases the contexts of the requests that Terraform sends for each
// resource and data source.
func TestNewServer_releasesContexts(t *testing.T) {
	t.Parallel()
	const name = "unknown"
	for method, request := range map[string]request{
		"ValidateResourceConfig":     requestOf(tfprotov6.ProviderServer.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{TypeName: name}),
		"UpgradeResourceState":       requestOf(tfprotov6.ProviderServer.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{TypeName: name}),
		"UpgradeResourceIdentity":    requestOf(tfprotov6.ProviderServer.UpgradeResourceIdentity, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: name}),
		"ReadResource":               requestOf(tfprotov6.ProviderServer.ReadResource, &tfprotov6.ReadResourceRequest{TypeName: name}),
		"PlanResourceChange":         requestOf(tfprotov6.ProviderServer.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{TypeName: name}),
		"ApplyResourceChange":        requestOf(tfprotov6.ProviderServer.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{TypeName: name}),
		"ImportResourceState":        requestOf(tfprotov6.ProviderServer.ImportResourceState, &tfprotov6.ImportResourceStateRequest{TypeName: name}),
		"ReadDataSource":             requestOf(tfprotov6.ProviderServer.ReadDataSource, &tfprotov6.ReadDataSourceRequest{TypeName: name}),
		"ValidateDataResourceConfig": requestOf(tfprotov6.ProviderServer.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name}),
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			if !keepsContext(t, providerserver.NewProtocol6(New(Options{})())(), request) {
				t.Error("the framework no longer keeps the context: releasing is not needed for this method")
			}
			if keepsContext(t, NewServer(New(Options{})()), request) {
				t.Error("the context is kept")
			}
		})
	}
}

func keepsContext(t *testing.T, server tfprotov6.ProviderServer, request request) bool {
	t.Helper()
	loggers := func() weak.Pointer[[64]byte] {
		loggers := new([64]byte)
		if err := request(context.WithValue(context.Background(), contextKey{}, loggers), server); err != nil {
			t.Fatal(err)
		}
		return weak.Make(loggers)
	}()
	runtime.GC()
	defer runtime.KeepAlive(server)
	return loggers.Value() != nil
}

// keeper is a server that keeps the context of a request, as the framework's server does.
type keeper struct {
	protocolServer
	kept   context.Context //nolint:containedctx // The test needs a server that keeps the context.
	cancel context.CancelFunc
}

func (k *keeper) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	k.kept, k.cancel = context.WithCancel(ctx) // The framework also derives a context.
	<-k.kept.Done()
	return nil, k.kept.Err()
}

// If the caller's context ends, the request returns the error of that context. After the request, the context that the server
// keeps still returns the same error and the deadline.
func TestReleasing_cancellation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	k := &keeper{}
	if _, err := (&releasing{protocolServer: k}).ReadResource(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	deadline, ok := k.kept.Deadline()
	if !errors.Is(k.kept.Err(), context.DeadlineExceeded) || !ok || !deadline.Equal(time.Unix(0, 0)) {
		t.Errorf("after the call: %v, %v", k.kept.Err(), deadline)
	}
}

// NewServer implements each method of the framework's server.
func TestNewServer_methods(t *testing.T) {
	t.Parallel()
	server, bare := reflect.TypeOf(NewServer(New(Options{})())), reflect.TypeOf(providerserver.NewProtocol6(New(Options{})())())
	for method := range bare.Methods() {
		if _, ok := server.MethodByName(method.Name); !ok {
			t.Errorf("the framework serves %s, which releasing does not pass on: add its interface to protocolServer", method.Name)
		}
	}
}
