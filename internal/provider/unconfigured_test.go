// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// Before the provider is configured, data sources and ephemeral resources cannot be read or opened. The error says that the
// provider is not configured.
func TestProvider_useBeforeConfigure(t *testing.T) {
	t.Parallel()
	server, schemas := served(t, provider.Options{})
	faulty := object(t, schemas.Provider, map[string]string{"endpoint": "a"})
	if validated, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: faulty}); err != nil || len(validated.Diagnostics) != 1 {
		t.Errorf("the provider's configuration: got %+v, %v", validated, err)
	}
	unconfigured := func(name string, diagnostics []*tfprotov6.Diagnostic, err error) {
		t.Helper()
		if err != nil || len(diagnostics) != 1 || diagnostics[0].Summary != "Unconfigured provider" {
			t.Errorf("%s: got %v, %v", name, diagnostics, err)
		}
	}
	for name, schema := range schemas.DataSourceSchemas {
		read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: object(t, schema, nil)})
		unconfigured(name, read.Diagnostics, err)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		opened, err := server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: object(t, schema, nil)})
		unconfigured(name, opened.Diagnostics, err)
		private := []byte(`{"provider":{"id":"ImEi"}}`)
		if closed, err := server.CloseEphemeralResource(t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: private}); err != nil || len(closed.Diagnostics) > 0 {
			t.Errorf("%s: got %+v, %v", name, closed, err)
		}
	}
}

func served(tb testing.TB, options provider.Options) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	tb.Helper()
	server := provider.NewServer(provider.New(options)())
	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		tb.Fatal(err, schemas)
	}
	return server, schemas
}

// object returns an encoded object. Its members are null, except the given strings.
func object(tb testing.TB, schema *tfprotov6.Schema, members map[string]string) *tfprotov6.DynamicValue {
	tb.Helper()
	of, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, t := range of.AttributeTypes {
		values[name] = tftypes.NewValue(t, nil)
	}
	for name, value := range members {
		values[name] = tftypes.NewValue(tftypes.String, value)
	}
	return encoded(tb, of, values)
}

func encoded(tb testing.TB, of tftypes.Type, value any) *tfprotov6.DynamicValue {
	tb.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, value))
	if err != nil {
		tb.Fatal(err)
	}
	return &dynamic
}

// A resource can be planned before the provider is configured. If an earlier version wrote the state of a workspace without an
// id, the plan adds the id.
func TestProvider_planBeforeConfigure(t *testing.T) {
	t.Parallel()
	server, schemas := served(t, provider.Options{})
	for name, schema := range schemas.ResourceSchemas {
		values := object(t, schema, map[string]map[string]string{
			"egs_api_key": {"valid_until": "2000-01-01"}, "egs_workspace": {"name": "a"},
		}[name])
		nothing := encoded(t, schema.ValueType(), nil)
		created := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: nothing, ProposedNewState: values, Config: values}
		kept := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: values, ProposedNewState: values, Config: values}
		destroyed := &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: values, ProposedNewState: nothing, Config: nothing}
		for _, req := range []*tfprotov6.PlanResourceChangeRequest{created, kept, destroyed} {
			planned, err := server.PlanResourceChange(t.Context(), req)
			if err != nil || planned.PlannedState == nil {
				t.Errorf("%s: got %+v, %v", name, planned, err)
			}
			if name != "egs_workspace" || req != kept {
				continue
			}
			value, err := planned.PlannedState.Unmarshal(schema.ValueType())
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
