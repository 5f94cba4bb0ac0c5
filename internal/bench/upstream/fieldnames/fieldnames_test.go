// SPDX-License-Identifier: MPL-2.0

// Package fieldnames_test measures how long terraform-plugin-framework takes to validate tfsdk tags. See README.md.
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

// BenchmarkState measures how long it takes to read a state into a struct with ten fields, and to write it from the struct.
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

// isValidFieldName is a copy of the function in internal/reflect/helpers.go of terraform-plugin-framework v1.19.0.
func isValidFieldName(name string) bool {
	re := regexp.MustCompile(pattern)
	return re.MatchString(name)
}

var compiled = regexp.MustCompile(pattern)

// BenchmarkIsValidFieldName validates ten names. Each Get or Set of the type model validates the same number.
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
