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

// Decode reads the configuration, plan or state of a resource into its model, whose fields are framework values. It does what Get
// does. That looks for the fields anew each time, which for a plan of many resources costs as much as all else the provider does:
// see internal/bench/upstream.
func Decode[S tfsdk.Config | tfsdk.Plan | tfsdk.State](ctx context.Context, source S, model any) (diags diag.Diagnostics) {
	from, target := tfsdk.State(source), reflect.ValueOf(model).Elem()
	fields := fieldsOf(target.Type(), from)
	var values map[string]tftypes.Value
	if err := from.Raw.As(&values); err != nil || len(values) != len(fields) {
		diags.AddError("Unexpected value", fmt.Sprintf("%s is not what %T takes. This is a bug of the provider; please report it.", from.Raw.Type(), model))
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

// field is that of an attribute.
type field struct {
	index []int
	of    attr.Type
}

// models has the fields of models by attribute, by the Go type of the model.
var models sync.Map

func fieldsOf(model reflect.Type, of tfsdk.State) map[string]field {
	if known, ok := models.Load(model); ok {
		return known.(map[string]field) //nolint:forcetypeassert // Nothing else is stored.
	}
	types := of.Schema.Type().(attr.TypeWithAttributeTypes).AttributeTypes() //nolint:forcetypeassert // So is that of every schema.
	fields := map[string]field{}
	for _, f := range reflect.VisibleFields(model) {
		if name, ok := f.Tag.Lookup("tfsdk"); ok {
			fields[name] = field{f.Index, types[name]}
		}
	}
	models.Store(model, fields)
	return fields
}
