// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// A resource can be planned before the provider is configured: nothing is known of the service then.
func TestProvider_planBeforeConfigure(t *testing.T) {
	t.Parallel()
	server := provider.NewServer(provider.New(provider.Options{})())
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, schema := range schemas.ResourceSchemas {
		object, ok := schema.ValueType().(tftypes.Object)
		if !ok {
			t.Fatal(name)
		}
		values := map[string]tftypes.Value{}
		for attribute, of := range object.AttributeTypes {
			values[attribute] = tftypes.NewValue(of, nil)
		}
		if name == "egs_api_key" {
			values["valid_until"] = tftypes.NewValue(tftypes.String, "2000-01-01")
		}
		dynamic := func(value any) *tfprotov6.DynamicValue {
			encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, value))
			if err != nil {
				t.Fatal(err)
			}
			return &encoded
		}
		created := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: dynamic(nil), ProposedNewState: dynamic(values), Config: dynamic(values)}
		kept := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: dynamic(values), ProposedNewState: dynamic(values), Config: dynamic(values)}
		destroyed := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: dynamic(values), ProposedNewState: dynamic(nil), Config: dynamic(nil)}
		for _, req := range []*tfprotov6.PlanResourceChangeRequest{created, kept, destroyed} {
			planned, err := server.PlanResourceChange(t.Context(), req)
			if err != nil || planned.PlannedState == nil {
				t.Errorf("%s: got %+v, %v", name, planned, err)
			}
		}
	}
}
