// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// schemas has all schemas of a provider.
type schemas struct {
	*tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// typeOf converts a type of the protocol.
func typeOf(t tftypes.Type) cty.Type {
	switch t := t.(type) {
	case tftypes.List:
		return cty.List(typeOf(t.ElementType))
	case tftypes.Set:
		return cty.Set(typeOf(t.ElementType))
	case tftypes.Map:
		return cty.Map(typeOf(t.ElementType))
	case tftypes.Object:
		attributes := make(map[string]cty.Type, len(t.AttributeTypes))
		for name, attribute := range t.AttributeTypes {
			attributes[name] = typeOf(attribute)
		}
		return cty.Object(attributes)
	}
	switch {
	case t.Is(tftypes.String):
		return cty.String
	case t.Is(tftypes.Number):
		return cty.Number
	case t.Is(tftypes.Bool):
		return cty.Bool
	case t.Is(tftypes.DynamicPseudoType):
		return cty.DynamicPseudoType
	}
	panic(fmt.Sprintf("driver: no type for %s", t))
}

// schemaType returns the type of the values of a schema.
func schemaType(s *tfprotov6.Schema) cty.Type { return typeOf(s.ValueType()) }

// identityType returns the type of the identity of a resource type, or cty.NilType if it has none.
func (s *schemas) identityType(typeName string) cty.Type {
	if identity, ok := s.identities[typeName]; ok {
		return typeOf(identity.ValueType())
	}
	return cty.NilType
}

// configType returns the type of an attribute in a configuration. A configuration can omit members of nested attributes.
// configType supports nested objects and sets. It supports nested lists only in attributes that cannot be configured.
func configType(a *tfprotov6.SchemaAttribute) cty.Type {
	if a.NestedType == nil {
		return typeOf(a.Type)
	}
	attributes, optional := map[string]cty.Type{}, []string{}
	for _, nested := range a.NestedType.Attributes {
		attributes[nested.Name] = configType(nested)
		if !nested.Required {
			optional = append(optional, nested.Name)
		}
	}
	object := cty.ObjectWithOptionalAttrs(attributes, optional)
	switch a.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return object
	case tfprotov6.SchemaObjectNestingModeSet:
		return cty.Set(object)
	case tfprotov6.SchemaObjectNestingModeList:
		if !a.Optional && !a.Required {
			return cty.List(object)
		}
	default:
	}
	panic(fmt.Sprintf("driver: attributes nested as %s are not supported", a.NestedType.Nesting))
}

// specOf returns the specification to decode a block of the configuration.
func specOf(b *tfprotov6.SchemaBlock) hcldec.Spec {
	spec := hcldec.ObjectSpec{}
	for _, a := range b.Attributes {
		spec[a.Name] = &hcldec.AttrSpec{Name: a.Name, Type: configType(a), Required: a.Required}
	}
	for _, nested := range b.BlockTypes {
		if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeSingle {
			panic(fmt.Sprintf("driver: blocks nested as %s are not supported", nested.Nesting))
		}
		spec[nested.TypeName] = &hcldec.BlockSpec{TypeName: nested.TypeName, Nested: specOf(nested.Block), Required: nested.MinItems > 0}
	}
	return spec
}

// encode encodes a value for a request to a provider.
func encode(v cty.Value, t cty.Type) *tfprotov6.DynamicValue {
	packed, err := msgpack.Marshal(v, t)
	if err != nil {
		panic(fmt.Sprintf("driver: encoding a value: %s", err))
	}
	return &tfprotov6.DynamicValue{MsgPack: packed}
}

// decode decodes a value of a provider's response. A missing value is null.
func decode(v *tfprotov6.DynamicValue, t cty.Type) (cty.Value, error) {
	switch {
	case v != nil && len(v.MsgPack) > 0:
		return msgpack.Unmarshal(v.MsgPack, t)
	case v != nil && len(v.JSON) > 0:
		return ctyjson.Unmarshal(v.JSON, t)
	default:
		return cty.NullVal(t), nil
	}
}

// identityData encodes an identity for a request to a provider. It returns nil if there is no identity.
func identityData(v cty.Value, t cty.Type) *tfprotov6.ResourceIdentityData {
	if t == cty.NilType || v == cty.NilVal || v.IsNull() {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: encode(v, t)}
}

// plain converts a value to the form that results from decoding Terraform's JSON output. Numbers become json.Number, and
// unknown values become nil.
func plain(v cty.Value) any {
	if v == cty.NilVal {
		return nil
	}
	known := cty.UnknownAsNull(v)
	encoded, err := ctyjson.Marshal(known, known.Type())
	if err != nil {
		panic(fmt.Sprintf("driver: encoding a value as JSON: %s", err))
	}
	return decodeJSON[any](encoded)
}

// unknownMarks returns the after_unknown of a value, as in the JSON format of a plan: true for each unknown value. It omits
// known members.
func unknownMarks(v cty.Value) any {
	switch {
	case !v.IsKnown():
		return true
	case v.IsNull() || v.IsWhollyKnown():
		if v.Type().IsObjectType() && !v.IsNull() {
			return map[string]any{}
		}
		return false
	case v.Type().IsObjectType() || v.Type().IsMapType():
		marks := map[string]any{}
		for name, element := range v.AsValueMap() {
			if mark := unknownMarks(element); mark != false {
				marks[name] = mark
			}
		}
		return marks
	default:
		marks := []any{}
		for _, element := range v.AsValueSlice() {
			marks = append(marks, unknownMarks(element))
		}
		return marks
	}
}

// sensitiveMarks returns the sensitive_values of an object with these attributes, as in the JSON format of a state.
func sensitiveMarks(v cty.Value, attributes []*tfprotov6.SchemaAttribute) map[string]any {
	marks := map[string]any{}
	if v.IsNull() || !v.IsKnown() {
		return marks
	}
	for _, a := range attributes {
		member := v.GetAttr(a.Name)
		switch {
		case a.Sensitive && !member.IsNull():
			marks[a.Name] = true
		case a.NestedType == nil || member.IsNull() || !member.IsKnown():
		case a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			marks[a.Name] = sensitiveMarks(member, a.NestedType.Attributes)
		default:
			elements := []any{}
			for _, element := range member.AsValueSlice() {
				elements = append(elements, sensitiveMarks(element, a.NestedType.Attributes))
			}
			marks[a.Name] = elements
		}
	}
	return marks
}

func encodeJSON(v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("driver: %s", err))
	}
	return encoded
}
