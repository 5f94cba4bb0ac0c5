// SPDX-License-Identifier: MPL-2.0

// Command hollow is the hollow provider of the benchmark: it serves the provider's schemas, and responds to every call
// from the plan or the state, without a request. Its costs are those of Terraform, the framework and the schema.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/go-uuid"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	egsprovider "github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// name is hollow-stock for a process as the framework leaves it (set at link time).
var name = "hollow"

func main() {
	serve := egsprovider.Serve
	if name == "hollow-stock" {
		serve = serveStock
	}
	if err := serve(newHollow, false); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveStock(newProvider func() provider.Provider, debug bool) error {
	return providerserver.Serve(context.Background(), newProvider, providerserver.ServeOpts{
		Address: "registry.terraform.io/elastic-gpu-service/egs", Debug: debug,
	})
}

// egsProvider is what the hollow provider needs of the real provider.
type egsProvider interface {
	provider.ProviderWithEphemeralResources
	provider.ProviderWithListResources
	provider.ProviderWithActions
}

// hollowProvider takes the schemas from the real provider. Embedding the interface, and not the type,
// leaves out the provider's other methods, such as validation.
type hollowProvider struct {
	egsProvider
}

func newHollow() provider.Provider {
	return &hollowProvider{egsprovider.New(egsprovider.Options{Version: "hollow"})().(egsProvider)} //nolint:forcetypeassert // The real provider has these methods.
}

func (*hollowProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (t *hollowProvider) Resources(ctx context.Context) []func() resource.Resource {
	var hollow []func() resource.Resource
	for _, constructor := range t.egsProvider.Resources(ctx) {
		hollow = append(hollow, func() resource.Resource { return &hollowResource{constructor()} })
	}
	return hollow
}

// hollowResource is a resource that nothing stands behind. It has the name, the
// schema and the schema's plan modifiers of the real one; ModifyPlan and the
// validators of the whole configuration are left out with the rest of the type.
type hollowResource struct {
	resource.Resource
}

func (r *hollowResource) IdentitySchema(ctx context.Context, req resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	if identified, ok := r.Resource.(resource.ResourceWithIdentity); ok {
		identified.IdentitySchema(ctx, req, resp)
	}
}

// Create returns the plan, with values of the real ones' size for what is computed.
func (*hollowResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var values map[string]tftypes.Value
	if err := req.Plan.Raw.As(&values); err != nil {
		resp.Diagnostics.AddError("Unable to read the plan", err.Error())
		return
	}
	for name, value := range values {
		switch {
		case value.IsKnown():
		case name == "config": // JSON, of Search GAIA
			values[name] = tftypes.NewValue(tftypes.String, "{}")
		default:
			values[name] = filling(value.Type())
		}
	}
	resp.State.Raw = tftypes.NewValue(req.Plan.Raw.Type(), values)
	if resp.Identity != nil {
		// All that identifies is in the state as well.
		identity := map[string]tftypes.Value{}
		for name := range resp.Identity.Schema.GetAttributes() {
			identity[name] = values[name]
		}
		resp.Identity.Raw = tftypes.NewValue(resp.Identity.Schema.Type().TerraformType(ctx), identity)
	}
}

// filling is a value for what is computed. Most of ours are identifiers about as long as a UUID.
func filling(of tftypes.Type) tftypes.Value {
	switch {
	case of.Is(tftypes.String):
		id, _ := uuid.GenerateUUID() // fails only without randomness
		return tftypes.NewValue(of, id)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, 900)
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, false)
	default:
		return tftypes.NewValue(of, nil)
	}
}

// Read has nothing to do: the response holds the state already.
func (*hollowResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*hollowResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete has nothing to do: the framework empties the state.
func (*hollowResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
