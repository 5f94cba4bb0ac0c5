// SPDX-License-Identifier: MPL-2.0

// Package fieldnames_test reproduces the cost of validating tfsdk tags in terraform-plugin-framework. See README.md.
package fieldnames_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type model struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Owner       types.String `tfsdk:"owner"`
	Region      types.String `tfsdk:"region"`
	Zone        types.String `tfsdk:"zone"`
	Status      types.String `tfsdk:"status"`
	Endpoint    types.String `tfsdk:"endpoint"`
	CreatedAt   types.String `tfsdk:"created_at"`
	UpdatedAt   types.String `tfsdk:"updated_at"`
}

var names = []string{"id", "name", "description", "owner", "region", "zone", "status", "endpoint", "created_at", "updated_at"}

func state() tfsdk.State {
	s, values := schema.Schema{Attributes: map[string]schema.Attribute{}}, map[string]tftypes.Value{}
	for _, name := range names {
		s.Attributes[name] = schema.StringAttribute{Computed: true}
		values[name] = tftypes.NewValue(tftypes.String, "value")
	}
	return tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(context.Background()), values)}
}

// BenchmarkState reads a state into a struct of ten fields, and writes it.
func BenchmarkState(b *testing.B) {
	ctx, state := context.Background(), state()
	var m model
	b.Run("Get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if diags := state.Get(ctx, &m); diags.HasError() {
				b.Fatal(diags)
			}
		}
	})
	b.Run("Set", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if diags := state.Set(ctx, &m); diags.HasError() {
				b.Fatal(diags)
			}
		}
	})
}

const pattern = "^[a-z][a-z0-9_]*$"

// isValidFieldName is a copy of the function in internal/reflect/helpers.go of v1.19.0.
func isValidFieldName(name string) bool {
	re := regexp.MustCompile(pattern)
	return re.MatchString(name)
}

var compiled = regexp.MustCompile(pattern)

// BenchmarkIsValidFieldName validates ten names, as each Get and Set of the struct does.
func BenchmarkIsValidFieldName(b *testing.B) {
	for _, form := range []struct {
		name    string
		isValid func(string) bool
	}{{"v1.19.0", isValidFieldName}, {"proposed", compiled.MatchString}} {
		b.Run(form.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, name := range names {
					if !form.isValid(name) {
						b.Fatal(name)
					}
				}
			}
		})
	}
}
