// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// model has the attributes that all Terraform types of an API key share. It is the model of egs_temporary_api_key.
type model struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	Role          types.String `tfsdk:"role"`
	WorkspaceName types.String `tfsdk:"workspace_name"`
	UserName      types.String `tfsdk:"username"`
	Description   types.String `tfsdk:"description"`
	ValidUntil    types.String `tfsdk:"valid_until"`
	APIKey        types.String `tfsdk:"api_key"`
}

// listedModel is the model of an API key in the data sources and in the ephemeral resource egs_api_key. The model of the
// resource does not have the additional attributes. EGS returns token_ttl_seconds only in lists.
type listedModel struct {
	model
	face.OwnKey
	ServiceAccountName types.String `tfsdk:"service_account_name"`
	TokenTTLSeconds    types.Int64  `tfsdk:"token_ttl_seconds"`
}

// refresh sets all attributes to the values of the listed key.
func (m *listedModel) refresh(key *egsapi.APIKey) {
	m.model.refresh(key)
	m.ServiceAccountName = face.StringOrNull(key.ServiceAccountName)
	m.TokenTTLSeconds = types.Int64Null()
	if key.TokenTTLSeconds != 0 {
		m.TokenTTLSeconds = types.Int64Value(key.TokenTTLSeconds)
	}
}

// resourceModel is the model of the resource egs_api_key.
type resourceModel struct {
	model
	renewal.Rotation
	ValidityPeriodDays types.Int64 `tfsdk:"validity_period_days"`
	EarlyRenewalDays   types.Int64 `tfsdk:"early_renewal_days"`
	ReadyForRenewal    types.Bool  `tfsdk:"ready_for_renewal"`
	StoreAPIKey        types.Bool  `tfsdk:"store_api_key"`
	DeleteOnDestroy    types.Bool  `tfsdk:"delete_on_destroy"`
}

// stores reports whether the configuration allows the secret in the state.
func (m *resourceModel) stores() bool {
	return m.StoreAPIKey.IsNull() || m.StoreAPIKey.ValueBool()
}

// deletes reports whether a destroy deletes the key.
func (m *resourceModel) deletes() bool {
	return m.DeleteOnDestroy.IsNull() || m.DeleteOnDestroy.ValueBool()
}

// isDue reports whether the key is due for renewal. The parameter now is the current time by the clock of EGS.
func (m *resourceModel) isDue(now time.Time) bool {
	until, period := m.ValidUntil.ValueString(), m.ValidityPeriodDays
	return !period.IsNull() && (renewal.IsDue(until, m.EarlyRenewalDays.ValueInt64(), now) ||
		renewal.ExceedsPeriod(until, period.ValueInt64(), now))
}

// replaces reports whether the plan replaces the key because arguments have changed. It ignores replacements for a renewal or
// rotation.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Role.Equal(state.Role) || !m.WorkspaceName.Equal(state.WorkspaceName) ||
		!equalFold(m.UserName, state.UserName) || !sameText(m.Description, state.Description) || m.Description.IsUnknown() ||
		!m.ValidUntil.Equal(state.ValidUntil)
}

// stillDue reports whether a key that was due for renewal at the last refresh would also have been due with the arguments of
// the plan. The parameter foundDueAt is the time of that refresh, or zero if the time is unknown.
func (m *resourceModel) stillDue(state *resourceModel, foundDueAt time.Time) bool {
	planned := *m
	planned.ValidUntil = state.ValidUntil
	return !m.ValidityPeriodDays.IsNull() &&
		renewal.StillDue(state.ReadyForRenewal, foundDueAt, planned.isDue, m.EarlyRenewalDays, m.ValidityPeriodDays)
}

// form has the names of the attributes that a previous key has in the state.
var form = renewal.Form{End: "valid_until", Secret: "api_key"}

func (m *model) asPrevious() renewal.Previous {
	return renewal.Previous{ID: m.ID, End: m.ValidUntil, Secret: m.APIKey}
}

// of returns a copy of m with the id, the date and the secret of the previous key p.
func (m *model) of(p renewal.Previous) *model {
	previous := *m
	previous.ID, previous.ValidUntil, previous.APIKey = p.ID, p.End, p.Secret
	return &previous
}

// movesPrevious reports whether the plan adds the secret of the previous key to the state, or removes it.
func (m *resourceModel) movesPrevious() bool {
	previous, ok := form.Previous(&m.Rotation)
	return ok && previous.Secret.IsUnknown()
}

// withhold removes the secret from the model if store_api_key is false. The parameter listed is whether EGS returns secrets in
// lists. If listed is false, the secret must stay in the state, because EGS deletes a key by its secret.
func (m *resourceModel) withhold(listed bool) {
	if !m.stores() && listed {
		m.APIKey = types.StringNull()
	}
}

// newAPIKey returns the request for the planned key.
func (m *model) newAPIKey() egsapi.NewAPIKey {
	return egsapi.NewAPIKey{
		Name:          m.Name.ValueString(),
		Role:          m.Role.ValueString(),
		UserName:      m.UserName.ValueString(),
		Description:   m.Description.ValueString(),
		WorkspaceName: m.WorkspaceName.ValueString(),
		ValidUntil:    m.ValidUntil.ValueString(),
	}
}

// ref returns the reference to the key in EGS. The parameter created is the creation time of the key, or zero if the time is
// unknown.
func (m *model) ref(created time.Time) egsapi.KeyRef {
	return egsapi.KeyRef{
		ID:            m.ID.ValueString(),
		Secret:        m.APIKey.ValueString(),
		WorkspaceName: m.WorkspaceName.ValueString(),
		Role:          m.Role.ValueString(),
		Created:       created,
	}
}

// idAndSecret returns a key that has only the id and the secret, for egsapi.Client.IsOwn.
func (m *model) idAndSecret() *egsapi.APIKey {
	return &egsapi.APIKey{ID: m.ID.ValueString(), Secret: m.APIKey.ValueString()}
}

// configuredRef returns the reference to the key with a configured id. Another provider configuration could have created the
// key moments ago, so the key could be missing in lists. For this reason, Created is the current time.
func configuredRef(ctx context.Context, api *egsapi.Client, id string, workspace types.String) egsapi.KeyRef {
	return egsapi.KeyRef{ID: id, WorkspaceName: workspace.ValueString(), Created: api.Now(ctx)}
}

// setComputed sets the computed attributes. It does not change the arguments.
func (m *model) setComputed(key *egsapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	if key.Secret != "" && egsapi.APIKeyID(m.APIKey.ValueString()) != key.ID {
		m.APIKey = types.StringValue(key.Secret)
	}
	// If EGS does not return the secret, m keeps a known secret.
	if m.APIKey.IsUnknown() {
		m.APIKey = types.StringNull()
	}
}

// refresh sets all attributes to the values of the listed key, with two exceptions. It keeps the username if only the letter
// case differs, and the description if the only difference is between null and an empty string.
func (m *model) refresh(key *egsapi.APIKey) {
	m.setComputed(key)
	m.Name = types.StringValue(key.Name)
	m.Role = types.StringValue(key.Role)
	m.WorkspaceName = face.StringOrNull(key.WorkspaceName)
	m.ValidUntil = types.StringValue(key.ValidUntil)
	if userName := types.StringValue(key.UserName); !equalFold(m.UserName, userName) {
		m.UserName = userName
	}
	if description := face.StringOrNull(key.Description); !sameText(m.Description, description) {
		m.Description = description
	}
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object returns a description of the key for messages.
func (m *model) object() string {
	name := m.Name.ValueString()
	if name == "" {
		return fmt.Sprintf("API key with the id %s", m.ID.ValueString())
	}
	if m.WorkspaceName.ValueString() == "" {
		return fmt.Sprintf("API key %q", name)
	}
	return fmt.Sprintf("API key %q of workspace %q", name, m.WorkspaceName.ValueString())
}

// equalFold reports whether two values are equal, ignoring letter case.
func equalFold(a, b types.String) bool {
	return a.IsNull() == b.IsNull() && strings.EqualFold(a.ValueString(), b.ValueString())
}

// sameText reports whether two values are equal. It treats null and an empty text as equal.
func sameText(a, b types.String) bool {
	return a.ValueString() == b.ValueString()
}
