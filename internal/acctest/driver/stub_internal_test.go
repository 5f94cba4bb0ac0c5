// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// stub is a provider with one resource, stub_thing. It behaves correctly except for its faults.
type stub struct {
	tfprotov6.ProviderServer
	faults

	mu      sync.Mutex
	calls   []string
	created int
	things  map[string]bool // existing things, by id
}

// values has the attributes of an object.
type values = map[string]cty.Value

// faults has functions that change the responses of the provider before it sends them. A nil function changes nothing.
type faults struct {
	planned  func(config, prior, planned values, resp *tfprotov6.PlanResourceChangeResponse)
	applied  func(result values, resp *tfprotov6.ApplyResourceChangeResponse)
	readings func(result values, resp *tfprotov6.ReadResourceResponse)
	identity func(created values) values
}

// plans returns faults that set an attribute in the responses to plan requests. The functions applies and reads do the same for
// apply and read requests.
func plans(name string, v cty.Value) faults {
	return faults{planned: func(_, _, planned values, _ *tfprotov6.PlanResourceChangeResponse) { planned[name] = v }}
}

func applies(name string, v cty.Value) faults {
	return faults{applied: func(result values, _ *tfprotov6.ApplyResourceChangeResponse) { result[name] = v }}
}

func reads(name string, v cty.Value) faults {
	return faults{readings: func(result values, _ *tfprotov6.ReadResourceResponse) { result[name] = v }}
}

func paths(name string) []*tftypes.AttributePath {
	return []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName(name)}
}

var thing = &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
	{Name: "id", Type: tftypes.String, Computed: true},
	{Name: "name", Type: tftypes.String, Required: true},
	{Name: "size", Type: tftypes.Number, Optional: true, Computed: true},
	{Name: "note", Type: tftypes.String, Optional: true},
	{Name: "labels", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true},
	{Name: "password", Type: tftypes.String, Optional: true, WriteOnly: true},
	{Name: "parts", Optional: true, NestedType: &tfprotov6.SchemaObject{
		Nesting: tfprotov6.SchemaObjectNestingModeSet,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "kind", Type: tftypes.String, Required: true}, {Name: "count", Type: tftypes.Number, Optional: true},
		},
	}},
	{Name: "access", Optional: true, NestedType: &tfprotov6.SchemaObject{
		Nesting:    tfprotov6.SchemaObjectNestingModeSingle,
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "token", Type: tftypes.String, Optional: true, WriteOnly: true}},
	}},
}, BlockTypes: []*tfprotov6.SchemaNestedBlock{
	{TypeName: "limits", Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, Block: &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "max", Type: tftypes.Number, Optional: true}},
	}},
}}}

var thingIdentity = &tfprotov6.ResourceIdentitySchema{IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
	{Name: "id", Type: tftypes.String, RequiredForImport: true},
}}

func (s *stub) call(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, fmt.Sprintf(format, args...))
}

// driver returns a working directory with the stub.
func (s *stub) driver(t *testing.T, config string) *Driver {
	t.Helper()
	if s.things == nil {
		s.things = map[string]bool{}
	}
	d := New(t, Factories{"stub": func() (tfprotov6.ProviderServer, error) { return s, nil }})
	d.Config = config
	d.Parallelism = 1
	return d
}

func (s *stub) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:        &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"stub_thing": thing},
	}, nil
}

func (s *stub) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"stub_thing": thingIdentity}}, nil
}

func (s *stub) ValidateProviderConfig(_ context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (s *stub) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *stub) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s *stub) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
}

func members(v *tfprotov6.DynamicValue) values {
	decoded, err := decode(v, schemaType(thing))
	if err != nil {
		panic(err)
	}
	if decoded.IsNull() {
		return nil
	}
	return decoded.AsValueMap()
}

func dynamic(of values) *tfprotov6.DynamicValue {
	if of == nil {
		return encode(cty.NullVal(schemaType(thing)), schemaType(thing))
	}
	return encode(cty.ObjectVal(of), schemaType(thing))
}

// bare returns the attributes of a thing with the name "a" and without optional attributes.
func bare(id string) values {
	of := values{}
	for name, t := range schemaType(thing).AttributeTypes() {
		of[name] = cty.NullVal(t)
	}
	of["id"], of["name"], of["size"] = cty.StringVal(id), cty.StringVal("a"), cty.NumberIntVal(1)
	return of
}

func (s *stub) identified(of values) *tfprotov6.ResourceIdentityData {
	if of == nil {
		return nil
	}
	identity := values{"id": of["id"]}
	if s.identity != nil {
		if identity = s.identity(of); identity == nil {
			return nil
		}
	}
	return identityData(cty.ObjectVal(identity), typeOf(thingIdentity.ValueType()))
}

func (s *stub) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	result := members(req.CurrentState)
	s.call("read %s with %q", result["name"].AsString(), req.Private)
	if !s.things[result["id"].AsString()] {
		result = nil
	}
	resp := &tfprotov6.ReadResourceResponse{Private: req.Private, NewIdentity: s.identified(result)}
	if s.readings != nil {
		s.readings(result, resp)
	}
	if resp.NewState == nil {
		resp.NewState = dynamic(result)
	}
	return resp, nil
}

func (s *stub) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	config, prior, planned := members(req.Config), members(req.PriorState), members(req.ProposedNewState)
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedPrivate: req.PriorPrivate}
	switch {
	case planned == nil:
		resp.PlannedState = dynamic(nil)
		return resp, nil
	case prior == nil:
		planned["id"] = cty.UnknownVal(cty.String)
		if planned["size"].IsNull() {
			planned["size"] = cty.UnknownVal(cty.Number)
		}
	default:
		resp.RequiresReplace = paths("name")
	}
	if s.planned != nil {
		s.planned(config, prior, planned, resp)
	}
	resp.PlannedState = dynamic(planned)
	if prior != nil {
		resp.PlannedIdentity = s.identified(prior)
	}
	return resp, nil
}

func (s *stub) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	prior, result := members(req.PriorState), members(req.PlannedState)
	resp := &tfprotov6.ApplyResourceChangeResponse{Private: []byte(`{"n":1}`)}
	switch {
	case result == nil:
		s.call("delete %s", prior["name"].AsString())
		delete(s.things, prior["id"].AsString())
	case prior == nil:
		s.call("create %s", result["name"].AsString())
		s.created++
		result["id"] = cty.StringVal(fmt.Sprintf("id-%d", s.created))
		s.things[result["id"].AsString()] = true
	default:
		s.call("update %s with %q", result["name"].AsString(), req.PlannedPrivate)
	}
	if result != nil && !result["size"].IsKnown() {
		result["size"] = cty.NumberIntVal(1)
	}
	if s.applied != nil {
		s.applied(result, resp)
	}
	resp.NewIdentity = s.identified(result)
	if resp.NewState == nil {
		resp.NewState = dynamic(result)
	}
	return resp, nil
}

func (s *stub) ImportResourceState(_ context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	if req.ID == "" && req.Identity == nil {
		return nil, errors.New("neither id nor identity")
	}
	id := req.ID
	if req.Identity != nil {
		identity, err := decode(req.Identity.IdentityData, typeOf(thingIdentity.ValueType()))
		if err != nil {
			return nil, err
		}
		id = identity.GetAttr("id").AsString()
	}
	return &tfprotov6.ImportResourceStateResponse{ImportedResources: []*tfprotov6.ImportedResource{{TypeName: "stub_thing", State: dynamic(bare(id))}}}, nil
}
