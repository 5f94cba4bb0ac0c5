// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

func TestAPIKeyModel_newAPIKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config jsontypes.Normalized
		want   string
		failed bool
	}{
		"null":            {config: jsontypes.NewNormalizedNull(), want: `null`},
		"unknown":         {config: jsontypes.NewNormalizedUnknown(), want: `null`},
		"empty":           {config: jsontypes.NewNormalizedValue(`{}`), want: `{}`},
		"members":         {config: jsontypes.NewNormalizedValue(`{"b":1.50,"a":null}`), want: `{"a":null,"b":1.50}`},
		"array":           {config: jsontypes.NewNormalizedValue(`[]`), failed: true},
		"null as JSON":    {config: jsontypes.NewNormalizedValue(`null`), failed: true},
		"invalid JSON":    {config: jsontypes.NewNormalizedValue(`{`), failed: true},
		"permissions too": {config: jsontypes.NewNormalizedValue(`{"Permissions":"write"}`), failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := model{Permissions: types.StringValue("read"), Config: test.config}
			k, diags := m.newAPIKey()
			if diags.HasError() != test.failed || k.Permissions != "read" {
				t.Fatalf("got %+v, %v", k, diags)
			}
			got, err := json.Marshal(k.Config)
			if err != nil || (!test.failed && string(got) != test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAPIKeyModel_refresh(t *testing.T) {
	t.Parallel()
	key := gaiaapi.APIKey{ID: "i", Secret: "s", Permissions: "write", Config: map[string]json.RawMessage{"b": json.RawMessage(`2`), "a": json.RawMessage(`{"x": 1}`)}}
	var m model
	m.refresh(&key)
	if m.ID.ValueString() != "i" || m.APIKey.ValueString() != "s" || m.Permissions.ValueString() != "write" || m.Config.ValueString() != `{"a":{"x":1},"b":2}` {
		t.Errorf("got %+v", m)
	}
	// A key may have no permissions.
	m.refresh(&gaiaapi.APIKey{ID: "i", Secret: "s"})
	if !m.Permissions.IsNull() || m.Config.ValueString() != `{}` {
		t.Errorf("got %+v", m)
	}
	// setCreated keeps known planned values, and sets unknown values.
	m = model{Permissions: types.StringValue("read"), Config: jsontypes.NewNormalizedValue(` {}`)}
	m.setCreated(&key)
	if m.Permissions.ValueString() != "read" || m.Config.ValueString() != ` {}` || m.ID.ValueString() != "i" {
		t.Errorf("got %+v", m)
	}
	m.Config = jsontypes.NewNormalizedUnknown()
	m.setCreated(&key)
	if m.Config.ValueString() != `{"a":{"x":1},"b":2}` {
		t.Errorf("got %+v", m)
	}
}

func TestFurtherMembers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{}`: true, `{"a":1}`: true, `{"a":{"permissions":"x"}}`: true,
		`{"permissions":"read"}`: false, `[]`: false, `"a"`: false, `null`: false, ``: false, `{`: false,
	} {
		var resp validator.StringResponse
		furtherMembers{}.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("config"), ConfigValue: types.StringValue(text)}, &resp)
		if resp.Diagnostics.HasError() == want {
			t.Errorf("%s: %v", text, resp.Diagnostics)
		}
	}
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		var resp validator.StringResponse
		furtherMembers{}.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("config"), ConfigValue: value}, &resp)
		if resp.Diagnostics.HasError() {
			t.Errorf("%s: %v", value, resp.Diagnostics)
		}
	}
}

func TestKeepEqualJSON(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	for name, test := range map[string]struct {
		state, plan types.String
		want        bool
	}{
		"the same":          {text(`{"a":1}`), text(`{"a":1}`), true},
		"other formatting":  {text(`{"a":1,"b":2}`), text(`{ "b": 2, "a": 1 }`), true},
		"another value":     {text(`{"a":1}`), text(`{"a":2}`), false},
		"emptied":           {text(`{"a":1}`), text(`{}`), false},
		"new":               {types.StringNull(), text(`{}`), false},
		"unknown":           {text(`{}`), types.StringUnknown(), false},
		"invalid":           {text(`{}`), text(`{`), false},
		"order of an array": {text(`[1,2]`), text(`[2,1]`), false},
		"form of a number":  {text(`{"a":1}`), text(`{"a":1.0}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := keepEqualJSON.Same(t.Context(), test.state, test.plan); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestKeyID(t *testing.T) {
	t.Parallel()
	id := gaiaapi.APIKeyID("a")
	for value, want := range map[string]bool{
		id: true, id[1:]: false, id + "0": false, "45338461-ec42-49d2-aef3-ff39099950c5": false, "": false, "G" + id[1:]: false,
	} {
		var resp validator.StringResponse
		keyID.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("id"), ConfigValue: types.StringValue(value)}, &resp)
		if resp.Diagnostics.HasError() == want {
			t.Errorf("%q: %v", value, resp.Diagnostics)
		}
	}
}
