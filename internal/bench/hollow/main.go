// SPDX-License-Identifier: MPL-2.0

// Command hollow is a provider for the benchmark that only imitates the real provider. It has the same schemas, but it sends no
// requests: it returns the plan or the state of each resource. So its costs are those of Terraform, the framework and
// the schemas.
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

// name is set by the linker. If it is "hollow-stock", the process has the default settings of the framework. Otherwise, it has
// the settings of the real provider.
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

// egsProvider contains the methods of the real provider that the hollow provider uses.
type egsProvider interface {
	provider.ProviderWithEphemeralResources
	provider.ProviderWithListResources
	provider.ProviderWithActions
}

// hollowProvider has the schemas of the real provider. It embeds an interface and not the real provider's type. Otherwise,
// hollowProvider would also have methods that are not in the interface, such as validation.
type hollowProvider struct {
	egsProvider
}

func newHollow() provider.Provider {
	return &hollowProvider{egsprovider.New(egsprovider.Options{Version: "hollow"})().(egsProvider)} //nolint:forcetypeassert // The provider has these methods.
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

// hollowResource imitates a resource of the real provider. It has the name and the schema of the real resource, including the
// plan modifiers and validators of the attributes. It does not have the optional methods of the real resource, such as
// ModifyPlan and ValidateConfig.
type hollowResource struct {
	resource.Resource
}

func (r *hollowResource) IdentitySchema(ctx context.Context, req resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	if identified, ok := r.Resource.(resource.ResourceWithIdentity); ok {
		identified.IdentitySchema(ctx, req, resp)
	}
}

// Create returns the plan as the state. It replaces unknown values with placeholders. A placeholder has about the same size as a
// value of the real provider.
func (*hollowResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var values map[string]tftypes.Value
	if err := req.Plan.Raw.As(&values); err != nil {
		resp.Diagnostics.AddError("Unable to read the plan", err.Error())
		return
	}
	for name, value := range values {
		switch {
		case value.IsKnown():
		case name == "config": // This attribute of egs_gaia_api_key contains JSON.
			values[name] = tftypes.NewValue(tftypes.String, "{}")
		default:
			values[name] = placeholder(value.Type())
		}
	}
	resp.State.Raw = tftypes.NewValue(req.Plan.Raw.Type(), values)
	if resp.Identity != nil {
		// Every attribute of the identity is also an attribute of the resource.
		identity := map[string]tftypes.Value{}
		for name := range resp.Identity.Schema.GetAttributes() {
			identity[name] = values[name]
		}
		resp.Identity.Raw = tftypes.NewValue(resp.Identity.Schema.Type().TerraformType(ctx), identity)
	}
}

// placeholder returns a value for a computed attribute. The placeholder of a string is a UUID: most computed strings of the real
// provider are ids of about the same length.
func placeholder(of tftypes.Type) tftypes.Value {
	switch {
	case of.Is(tftypes.String):
		id, _ := uuid.GenerateUUID() // An error is possible only if the system has no random source.
		return tftypes.NewValue(of, id)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, 900)
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, false)
	default:
		return tftypes.NewValue(of, nil)
	}
}

// Read does nothing, since the response already contains the prior state.
func (*hollowResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*hollowResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete does nothing, since the framework removes the resource from the state.
func (*hollowResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
