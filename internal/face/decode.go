// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Decode reads the configuration, plan or state of a resource into a pointer to its model. The fields of the model are framework
// values. Decode does the same as the framework's Get, but Get looks up the fields of the model in each call. In a plan of many
// resources, these lookups take as long as the rest of the provider: see internal/bench/upstream/fieldnames.
func Decode[S tfsdk.Config | tfsdk.Plan | tfsdk.State](ctx context.Context, source S, model any) (diags diag.Diagnostics) {
	from, target := tfsdk.State(source), reflect.ValueOf(model).Elem()
	fields := formOf(ctx, target.Type(), from).fields
	var values map[string]tftypes.Value
	if err := from.Raw.As(&values); err != nil || len(values) != len(fields) {
		diags.AddError("Unexpected value", fmt.Sprintf("%T cannot hold a value of the type %s. This is a bug in the provider. Please report it.",
			model, from.Raw.Type()))
		return diags
	}
	for name, field := range fields {
		value, err := field.of.ValueFromTerraform(ctx, values[name])
		if err != nil {
			diags.AddAttributeError(path.Root(name), "Unexpected value", err.Error())
			continue
		}
		target.FieldByIndex(field.index).Set(reflect.ValueOf(value))
	}
	return diags
}

// Encode writes the model of a resource into a state. Encode does the same as the framework's Set. For the reason, see Decode.
func Encode(ctx context.Context, state *tfsdk.State, model any) (diags diag.Diagnostics) {
	source := reflect.ValueOf(model).Elem()
	form := formOf(ctx, source.Type(), *state)
	values := make(map[string]tftypes.Value, len(form.fields))
	for name, field := range form.fields {
		value, err := source.FieldByIndex(field.index).Interface().(attr.Value).ToTerraformValue(ctx) //nolint:forcetypeassert // See Decode.
		if err != nil {
			diags.AddAttributeError(path.Root(name), "Unexpected value", err.Error())
			return diags
		}
		values[name] = value
	}
	state.Raw = tftypes.NewValue(form.object, values)
	return diags
}

// form maps the names of the attributes in a schema to the fields of a model.
type form struct {
	object tftypes.Type
	fields map[string]field
}

type field struct {
	index []int
	of    attr.Type
}

// forms caches the form of each model, by its Go type.
var forms sync.Map

func formOf(ctx context.Context, model reflect.Type, of tfsdk.State) form {
	if known, ok := forms.Load(model); ok {
		return known.(form) //nolint:forcetypeassert // Nothing else is stored.
	}
	object := of.Schema.Type().(attr.TypeWithAttributeTypes) //nolint:forcetypeassert // Every schema has such a type.
	types, fields := object.AttributeTypes(), map[string]field{}
	for _, f := range reflect.VisibleFields(model) {
		if name, ok := f.Tag.Lookup("tfsdk"); ok {
			fields[name] = field{f.Index, types[name]}
		}
	}
	created := form{object.TerraformType(ctx), fields}
	forms.Store(model, created)
	return created
}
