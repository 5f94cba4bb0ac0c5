// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

type embedded struct {
	ID types.String `tfsdk:"id"`
}

type decoded struct {
	embedded
	Days     types.Int64  `tfsdk:"days"`
	Clusters types.Set    `tfsdk:"clusters"`
	Previous types.Object `tfsdk:"previous"`
}

// Decode and Encode must give the same results as the framework's Get and Set, for known, null and unknown values.
func TestDecode(t *testing.T) {
	t.Parallel()
	s := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":       schema.StringAttribute{Computed: true},
		"days":     schema.Int64Attribute{Optional: true},
		"clusters": schema.SetAttribute{ElementType: types.StringType, Optional: true},
		"previous": schema.SingleNestedAttribute{Computed: true, Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}},
	}}
	object := s.Type().TerraformType(t.Context())
	set, nested := tftypes.Set{ElementType: tftypes.String}, tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	for name, values := range map[string]map[string]tftypes.Value{
		"known": {
			"id": text("a"), "days": tftypes.NewValue(tftypes.Number, 7), "clusters": tftypes.NewValue(set, []tftypes.Value{text("x"), text("y")}),
			"previous": tftypes.NewValue(nested, map[string]tftypes.Value{"id": text("b")}),
		},
		"null": {
			"id": text(nil), "days": tftypes.NewValue(tftypes.Number, nil), "clusters": tftypes.NewValue(set, nil), "previous": tftypes.NewValue(nested, nil),
		},
		"unknown": {
			"id": text(tftypes.UnknownValue), "days": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue),
			"clusters": tftypes.NewValue(set, []tftypes.Value{text(tftypes.UnknownValue)}),
			"previous": tftypes.NewValue(nested, map[string]tftypes.Value{"id": text(tftypes.UnknownValue)}),
		},
	} {
		state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(object, values)}
		var got, want decoded
		if diags := append(face.Decode(t.Context(), state, &got), state.Get(t.Context(), &want)...); diags.HasError() {
			t.Fatalf("%s: %v", name, diags)
		}
		if !got.ID.Equal(want.ID) || !got.Days.Equal(want.Days) || !got.Clusters.Equal(want.Clusters) || !got.Previous.Equal(want.Previous) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		written := tfsdk.State{Schema: s, Raw: tftypes.NewValue(object, nil)}
		if diags := face.Encode(t.Context(), &written, &got); diags.HasError() || !written.Raw.Equal(state.Raw) {
			t.Errorf("%s: wrote %v, %v", name, written.Raw, diags)
		}
	}
	other := tfsdk.State{Schema: s, Raw: tftypes.NewValue(nested, nil)}
	if !face.Decode(t.Context(), other, &decoded{}).HasError() {
		t.Error("Decode accepted an object of another type")
	}
}
