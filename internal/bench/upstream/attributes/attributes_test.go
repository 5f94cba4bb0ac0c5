// SPDX-License-Identifier: MPL-2.0

// Package attributes_test measures how long terraform-plugin-framework takes to find an attribute in a schema. See README.md.
package attributes_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// indexed is a schema with the proposed change to the framework: to find an attribute, it looks up the name in the map.
type indexed struct{ schema.Schema }

func (s indexed) ApplyTerraform5AttributePathStep(step tftypes.AttributePathStep) (any, error) {
	name, ok := step.(tftypes.AttributeName)
	if !ok {
		return nil, fmt.Errorf("cannot apply AttributePathStep %T to schema", step)
	}
	if attribute, ok := s.Attributes[string(name)]; ok {
		return attribute, nil
	}
	return nil, errors.New("not found")
}

// sample returns a schema with the given number of string attributes, and a value for this schema.
func sample(attributes int) (schema.Schema, tftypes.Value) {
	s, values := schema.Schema{Attributes: map[string]schema.Attribute{}}, map[string]tftypes.Value{}
	for i := range attributes {
		name := fmt.Sprintf("attribute_%03d", i)
		s.Attributes[name] = schema.StringAttribute{Optional: true, Computed: true}
		values[name] = tftypes.NewValue(tftypes.String, "value")
	}
	return s, tftypes.NewValue(s.Type().TerraformType(context.Background()), values)
}

// BenchmarkTransform visits each attribute of a value and finds the attribute in the schema. The framework does the same several
// times for each PlanResourceChange request.
func BenchmarkTransform(b *testing.B) {
	for _, attributes := range []int{5, 10, 20, 40, 80, 160} {
		s, value := sample(attributes)
		for _, form := range []struct {
			name string
			tftypes.AttributePathStepper
		}{{"v1.19.0", s}, {"proposed", indexed{s}}} {
			b.Run(fmt.Sprintf("attributes=%d/%s", attributes, form.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, err := tftypes.Transform(value, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
						if len(path.Steps()) == 0 {
							return value, nil
						}
						_, _, err := tftypes.WalkAttributePath(form.AttributePathStepper, path)
						return value, err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*attributes), "ns/attribute")
			})
		}
	}
}
