// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

type model struct {
	ID          types.String `tfsdk:"id"`
	Permissions types.String `tfsdk:"permissions"`
	// Config is a JSON object of the members other than permissions.
	Config jsontypes.Normalized `tfsdk:"config"`
	APIKey types.String         `tfsdk:"api_key"`
}

type resourceModel struct {
	model
	renewal.Rotation
}

// form describes the attributes of previous keys.
var form = renewal.Form{Secret: "api_key"}

func (m *model) asPrevious() renewal.Previous { return renewal.Previous{ID: m.ID, Secret: m.APIKey} }

func of(p renewal.Previous) *model { return &model{ID: p.ID, APIKey: p.Secret} }

// newAPIKey returns the request for the planned key. The request omits a config that is null or unknown.
func (m *model) newAPIKey() (k gaiaapi.NewAPIKey, diags diag.Diagnostics) {
	k.Permissions = m.Permissions.ValueString()
	if m.Config.IsNull() || m.Config.IsUnknown() {
		return k, nil
	}
	members, problem := configMembers(m.Config.ValueString())
	if problem != "" {
		// Validation did not report this problem, because the value was unknown at that time.
		diags.AddAttributeError(path.Root("config"), invalidConfig, problem)
	}
	k.Config = members
	return k, diags
}

// setCreated sets the attributes that the service computes, and keeps the planned values.
func (m *model) setCreated(key *gaiaapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.APIKey = types.StringValue(key.Secret)
	if m.Config.IsUnknown() {
		m.Config = configValue(key.Config)
	}
}

// refresh sets all attributes from the listed key. If the config differs only in its formatting, jsontypes.Normalized keeps the
// value in the state.
func (m *model) refresh(key *gaiaapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.APIKey = types.StringValue(key.Secret)
	m.Permissions = face.StringOrNull(key.Permissions)
	m.Config = configValue(key.Config)
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object describes the key in messages, by its id, because keys have no names.
func (m *model) object() string {
	if id := m.ID.ValueString(); id != "" {
		return fmt.Sprintf("API key with the id %s", id)
	}
	return fmt.Sprintf("API key with the permissions %q", m.Permissions.ValueString())
}

// configValue returns the members as a JSON object with sorted names. It does not decode values, so numbers keep their form.
func configValue(members map[string]json.RawMessage) jsontypes.Normalized {
	if members == nil {
		members = map[string]json.RawMessage{}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return jsontypes.NewNormalizedNull() // Not reached: members that were read from JSON can always be encoded.
	}
	return jsontypes.NewNormalizedValue(string(text))
}
