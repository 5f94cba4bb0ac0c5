// SPDX-License-Identifier: MPL-2.0

// Package contexts_test reproduces that terraform-plugin-framework keeps the context of each request: see README.md.
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

// reading stands between tf6server and the framework. The requests of tf6server have types of an internal package, but
// nil is one of them: each GetMetadata becomes a ReadResource, with the context that tf6server gives a request.
type reading struct {
	tfprotov6.ProviderServer
	request *tfprotov6.ReadResourceRequest
	wrap    func(context.Context) (context.Context, func())
}

func (r reading) GetMetadata(ctx context.Context, _ *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	ctx, release := r.wrap(ctx)
	defer release()
	read, err := r.ReadResource(ctx, r.request)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.GetMetadataResponse{Diagnostics: read.Diagnostics}, nil
}

// asIs leaves the framework the context.
func asIs(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// lease is a context that forgets the context of the request when it is over. What the framework keeps of it is small: that
// comes close to a registerContext whose caller removes its entry when the request is over.
type lease struct{ context.Context }

func released(ctx context.Context) (context.Context, func()) {
	l := &lease{ctx}
	return l, func() { l.Context = context.Background() }
}

// BenchmarkPlanOf3000 makes as many requests as a plan of 3,000 resources: a validation, an upgrade of the state, a read and a
// plan of each. It tells what is live in the heap after them, until Terraform stops the provider.
func BenchmarkPlanOf3000(b *testing.B) {
	const requests = 3000 * 4
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_EXAMPLE"} {
		b.Setenv(name, "OFF") // They would write to stderr.
	}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	state, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, "1")}))
	if err != nil {
		b.Fatal(err)
	}
	for _, form := range []struct {
		name string
		wrap func(context.Context) (context.Context, func())
	}{{"v1.19.0", asIs}, {"released", released}} {
		b.Run(form.name, func(b *testing.B) {
			var kept uint64
			for b.Loop() {
				server := reading{
					providerserver.NewProtocol6(exampleProvider{})(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: &state}, form.wrap,
				}
				grpc := tf6server.New("registry.terraform.io/example/example", server)
				request := func() {
					ctx, cancel := context.WithCancel(context.Background()) // gRPC does so.
					defer cancel()
					response, err := grpc.GetMetadata(ctx, nil)
					if err != nil || len(response.Diagnostics) > 0 {
						b.Fatal(response, err)
					}
				}
				request() // The framework caches schemas with the first one.
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

func live() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
