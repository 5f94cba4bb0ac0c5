// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// newBuiltin returns a server of the built-in provider "terraform", which has the resource terraform_data.
func newBuiltin() (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6(builtin{})(), nil
}

type builtin struct{}

func (builtin) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "terraform"
}
func (builtin) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (builtin) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (builtin) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (builtin) Resources(context.Context) []func() fwresource.Resource {
	return []func() fwresource.Resource{func() fwresource.Resource { return dataResource{} }}
}

// dataResource implements terraform_data without triggers_replace: the output equals the input, and is unknown in a plan that
// changes the input.
type dataResource struct{}

type dataModel struct {
	ID     types.String  `tfsdk:"id"`
	Input  types.Dynamic `tfsdk:"input"`
	Output types.Dynamic `tfsdk:"output"`
}

func (dataResource) Metadata(_ context.Context, _ fwresource.MetadataRequest, resp *fwresource.MetadataResponse) {
	resp.TypeName = "terraform_data"
}

func (dataResource) Schema(_ context.Context, _ fwresource.SchemaRequest, resp *fwresource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":     schema.StringAttribute{Computed: true},
		"input":  schema.DynamicAttribute{Optional: true},
		"output": schema.DynamicAttribute{Computed: true},
	}}
}

func (dataResource) ModifyPlan(ctx context.Context, req fwresource.ModifyPlanRequest, resp *fwresource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan dataModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		var state dataModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		plan.ID, plan.Output = state.ID, state.Output
		if !plan.Input.Equal(state.Input) {
			plan.Output = types.DynamicUnknown()
		}
	}
	if plan.Input.IsNull() {
		plan.Output = types.DynamicNull()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

func (dataResource) Create(ctx context.Context, req fwresource.CreateRequest, resp *fwresource.CreateResponse) {
	var plan dataModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	plan.ID, plan.Output = types.StringValue(rand.Text()), plan.Input
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (dataResource) Read(context.Context, fwresource.ReadRequest, *fwresource.ReadResponse) {}

func (dataResource) Update(ctx context.Context, req fwresource.UpdateRequest, resp *fwresource.UpdateResponse) {
	var plan dataModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	plan.Output = plan.Input
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (dataResource) Delete(context.Context, fwresource.DeleteRequest, *fwresource.DeleteResponse) {}
