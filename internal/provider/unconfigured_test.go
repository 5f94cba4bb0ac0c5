// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// Before the provider is configured, all but plans is an error: nothing is known of the services then.
func TestProvider_useBeforeConfigure(t *testing.T) {
	t.Parallel()
	server := provider.NewServer(provider.New(provider.Options{})())
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	unconfigured := func(name string, diagnostics []*tfprotov6.Diagnostic, err error) {
		t.Helper()
		if err != nil || len(diagnostics) != 1 || diagnostics[0].Summary != "Unconfigured provider" {
			t.Errorf("%s: got %v, %v", name, diagnostics, err)
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: nulls(t, schema)})
		unconfigured(name, read.Diagnostics, err)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		opened, err := server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: nulls(t, schema)})
		unconfigured(name, opened.Diagnostics, err)
		private := []byte(`{"provider":{"id":"ImEi"}}`)
		if closed, err := server.CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: private}); err != nil || len(closed.Diagnostics) > 0 {
			t.Errorf("%s: got %+v, %v", name, closed, err)
		}
	}
}

// nulls is an object of the schema whose members are all null.
func nulls(t *testing.T, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	t.Helper()
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("no object")
	}
	values := map[string]tftypes.Value{}
	for attribute, of := range object.AttributeTypes {
		values[attribute] = tftypes.NewValue(of, nil)
	}
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// A resource can be planned before the provider is configured. A workspace whose state has no id, since an earlier version
// wrote it, gets one in the plan.
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
		if name == "egs_workspace" {
			values["name"] = tftypes.NewValue(tftypes.String, "a")
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
			if name != "egs_workspace" || req != kept {
				continue
			}
			value, err := planned.PlannedState.Unmarshal(object)
			if err != nil {
				t.Fatal(err)
			}
			members := map[string]tftypes.Value{}
			if err := value.As(&members); err != nil || !members["id"].Equal(tftypes.NewValue(tftypes.String, "a")) {
				t.Errorf("the id is %v, %v", members["id"], err)
			}
		}
	}
}
