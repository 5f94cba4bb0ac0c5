// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

const benchType = "egs_api_key"

// walk is a configured provider server that runs in the benchmark process. It stands for one provider process of Terraform.
// Terraform starts a new provider process for each walk of the resource graph.
type walk struct {
	b      *testing.B
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newWalk(b *testing.B, environment map[string]string) *walk {
	b.Helper()
	w := &walk{b: b}
	w.server, w.schema = served(b, provider.Options{Getenv: func(name string) string { return environment[name] }})
	configured, err := w.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{
		Config: object(w.b, w.schema.Provider, nil),
	})
	w.must(err, configured.Diagnostics)
	return w
}

func (w *walk) must(err error, diagnostics []*tfprotov6.Diagnostic) {
	w.b.Helper()
	if err != nil {
		w.b.Fatal(err)
	}
	for _, d := range diagnostics {
		w.b.Fatal(d.Summary, d.Detail)
	}
}

func (w *walk) plan(config, prior, proposed *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
	w.b.Helper()
	planned, err := w.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: benchType, Config: config, PriorState: prior, ProposedNewState: proposed,
	})
	w.must(err, planned.Diagnostics)
	return planned
}

// create applies the key and returns its state.
func (w *walk) create(config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	w.b.Helper()
	nothing := encoded(w.b, w.schema.ResourceSchemas[benchType].ValueType(), nil)
	planned := w.plan(config, nothing, config)
	applied, err := w.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: benchType, Config: config, PriorState: nothing,
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	w.must(err, applied.Diagnostics)
	return applied.NewState
}

// BenchmarkPlan measures the provider's share of a plan without changes, from the configuration of the provider to the plan of
// the last key. `make bench` also measures Terraform, the processes and their communication.
func BenchmarkPlan(b *testing.B) {
	for _, keys := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			simulator := egssim.New(egssim.Options{})
			server := httptest.NewServer(simulator)
			b.Cleanup(server.Close)
			environment := map[string]string{"EGS_ENDPOINT": server.URL, "EGS_API_KEY": simulator.OwnerKey()}
			configs, states := make([]*tfprotov6.DynamicValue, keys), make([]*tfprotov6.DynamicValue, keys)
			first := newWalk(b, environment)
			for i := range keys {
				configs[i] = object(b, first.schema.ResourceSchemas[benchType], map[string]string{
					"name": fmt.Sprintf("key-%d", i), "role": "Editor", "workspace_name": "red", "valid_until": "2999-12-31",
				})
				states[i] = first.create(configs[i])
			}
			b.ReportAllocs()
			for b.Loop() {
				w := newWalk(b, environment)
				for i := range keys {
					validated, err := w.server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{
						TypeName: benchType, Config: configs[i],
					})
					w.must(err, validated.Diagnostics)
					read, err := w.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{
						TypeName: benchType, CurrentState: states[i],
					})
					w.must(err, read.Diagnostics)
					planned := w.plan(configs[i], read.NewState, read.NewState)
					if len(planned.RequiresReplace) > 0 || string(planned.PlannedState.MsgPack) != string(read.NewState.MsgPack) {
						b.Fatal("the plan has changes")
					}
				}
			}
		})
	}
}
