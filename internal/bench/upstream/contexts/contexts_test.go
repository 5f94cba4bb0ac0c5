// SPDX-License-Identifier: MPL-2.0

// Package contexts_test demonstrates that terraform-plugin-framework keeps the context of each request in memory after the
// request has ended. See README.md.
package contexts_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const typeName = "example_thing"

type exampleProvider struct{ provider.Provider }

func (exampleProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "example"
}

func (exampleProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (exampleProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (exampleProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return exampleResource{} }}
}

type exampleResource struct{ resource.Resource }

func (exampleResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = typeName
}

func (exampleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}}
}

func (exampleResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// readServer wraps the server of the framework. For each GetMetadata request, it calls ReadResource with the context that
// tf6server created for the GetMetadata request. The benchmark cannot call ReadResource of tf6server itself, since its request
// type is in an internal package. GetMetadata accepts nil as its request.
type readServer struct {
	tfprotov6.ProviderServer
	request *tfprotov6.ReadResourceRequest
	wrap    func(context.Context) (context.Context, func())
}

func (r readServer) GetMetadata(ctx context.Context, _ *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	ctx, release := r.wrap(ctx)
	defer release()
	read, err := r.ReadResource(ctx, r.request)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.GetMetadataResponse{Diagnostics: read.Diagnostics}, nil
}

// unchanged returns the context of the request without a change, and a function that does nothing.
func unchanged(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// releasable wraps the context of a request, and drops this context when the request ends. The framework then keeps only a small
// object for each request. With the proposed change, it would keep nothing, so the benchmark approximates the effect of the
// change.
type releasable struct{ context.Context }

func released(ctx context.Context) (context.Context, func()) {
	r := &releasable{ctx}
	return r, func() { r.Context = context.Background() }
}

// BenchmarkPlanOf3000 sends as many requests as a plan of 3,000 resources: a validation, a state upgrade, a read and a plan
// for each resource. It reports how many bytes of the heap are still in use after the requests. A provider process does not free
// these bytes before it ends.
func BenchmarkPlanOf3000(b *testing.B) {
	const requests = 3000 * 4
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_EXAMPLE"} {
		b.Setenv(name, "OFF") // Otherwise the loggers write to standard error.
	}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	state, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, "1")}))
	if err != nil {
		b.Fatal(err)
	}
	for _, form := range []struct {
		name string
		wrap func(context.Context) (context.Context, func())
	}{{"v1.19.0", unchanged}, {"released", released}} {
		b.Run(form.name, func(b *testing.B) {
			var kept uint64
			for b.Loop() {
				server := readServer{
					providerserver.NewProtocol6(exampleProvider{})(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: &state}, form.wrap,
				}
				grpc := tf6server.New("registry.terraform.io/example/example", server)
				request := func() {
					ctx, cancel := context.WithCancel(context.Background()) // gRPC creates such a context for each request.
					defer cancel()
					response, err := grpc.GetMetadata(ctx, nil)
					if err != nil || len(response.Diagnostics) > 0 {
						b.Fatal(response, err)
					}
				}
				request() // The first request is not measured, since the framework caches schemas during it.
				before := live()
				for range requests {
					request()
				}
				kept += live() - before
				runtime.KeepAlive(server)
				runtime.KeepAlive(grpc)
			}
			b.ReportMetric(float64(kept)/float64(b.N)/(1<<20), "MiB-kept")
			b.ReportMetric(float64(kept)/float64(b.N)/requests, "B-kept/request")
		})
	}
}

// live returns the number of bytes of the heap that are in use after a garbage collection.
func live() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
