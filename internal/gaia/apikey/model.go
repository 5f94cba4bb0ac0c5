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

// model is an API key in Terraform's terms.
type model struct {
	ID          types.String `tfsdk:"id"`
	Permissions types.String `tfsdk:"permissions"`
	// Config is an object of the members beside permissions.
	Config jsontypes.Normalized `tfsdk:"config"`
	APIKey types.String         `tfsdk:"api_key"`
}

// resourceModel is an API key that Terraform manages.
type resourceModel struct {
	model
	renewal.Rotation
}

// form is that of previous keys.
var form = renewal.Form{Secret: "api_key"}

// asPrevious is the key as a previous one.
func (m *model) asPrevious() renewal.Previous { return renewal.Previous{ID: m.ID, Secret: m.APIKey} }

// of is a previous key.
func of(p renewal.Previous) *model { return &model{ID: p.ID, APIKey: p.Secret} }

// newAPIKey is what the plan asks for. A config that is not known yet asks for nothing.
func (m *model) newAPIKey() (k gaiaapi.NewAPIKey, diags diag.Diagnostics) {
	k.Permissions = m.Permissions.ValueString()
	if m.Config.IsNull() || m.Config.IsUnknown() {
		return k, nil
	}
	members, problem := configMembers(m.Config.ValueString())
	if problem != "" {
		// A value that was not known when the configuration was validated.
		diags.AddAttributeError(path.Root("config"), invalidConfig, problem)
	}
	k.Config = members
	return k, diags
}

// setCreated takes over what only the service knows, and leaves what the plan has fixed.
func (m *model) setCreated(key *gaiaapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.APIKey = types.StringValue(key.Secret)
	if m.Config.IsUnknown() {
		m.Config = configValue(key.Config)
	}
}

// refresh takes over everything that the service shows. A config that is only written
// differently stays as it was: jsontypes.Normalized sees to that.
func (m *model) refresh(key *gaiaapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.APIKey = types.StringValue(key.Secret)
	m.Permissions = face.StringOrNull(key.Permissions)
	m.Config = configValue(key.Config)
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object names the key in messages. It has no name: its id is what tells it.
func (m *model) object() string {
	if id := m.ID.ValueString(); id != "" {
		return fmt.Sprintf("API key with the id %s", id)
	}
	return fmt.Sprintf("API key with the permissions %q", m.Permissions.ValueString())
}

// configValue is the members as an object: their names in order, their values as the service wrote them.
func configValue(members map[string]json.RawMessage) jsontypes.Normalized {
	if members == nil {
		members = map[string]json.RawMessage{}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return jsontypes.NewNormalizedNull() // Not for members that were read from JSON.
	}
	return jsontypes.NewNormalizedValue(string(text))
}
