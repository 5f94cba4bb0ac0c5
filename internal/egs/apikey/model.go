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

// model is an API key in Terraform's terms. A temporary one has no more.
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

// listedModel is an API key as the data sources tell it: with what a resource does without. The lifetime of its tokens is known
// from the list only.
type listedModel struct {
	model
	face.OwnKey
	ServiceAccountName types.String `tfsdk:"service_account_name"`
	TokenTTLSeconds    types.Int64  `tfsdk:"token_ttl_seconds"`
}

// refresh takes over everything the controller shows.
func (m *listedModel) refresh(key *egsapi.APIKey) {
	m.model.refresh(key)
	m.ServiceAccountName = face.StringOrNull(key.ServiceAccountName)
	m.TokenTTLSeconds = types.Int64Null()
	if key.TokenTTLSeconds != 0 {
		m.TokenTTLSeconds = types.Int64Value(key.TokenTTLSeconds)
	}
}

// resourceModel is an API key that Terraform manages.
type resourceModel struct {
	model
	renewal.Rotation
	ValidityPeriodDays types.Int64 `tfsdk:"validity_period_days"`
	EarlyRenewalDays   types.Int64 `tfsdk:"early_renewal_days"`
	ReadyForRenewal    types.Bool  `tfsdk:"ready_for_renewal"`
	StoreAPIKey        types.Bool  `tfsdk:"store_api_key"`
	DeleteOnDestroy    types.Bool  `tfsdk:"delete_on_destroy"`
}

// stores says whether the secret belongs into the state.
func (m *resourceModel) stores() bool {
	return m.StoreAPIKey.IsNull() || m.StoreAPIKey.ValueBool()
}

// deletes says whether a destroy deletes the key.
func (m *resourceModel) deletes() bool {
	return m.DeleteOnDestroy.IsNull() || m.DeleteOnDestroy.ValueBool()
}

// isDue says whether the key is to be renewed at this time of the controller's.
func (m *resourceModel) isDue(now time.Time) bool {
	until, period := m.ValidUntil.ValueString(), m.ValidityPeriodDays
	return !period.IsNull() && (renewal.IsDue(until, m.EarlyRenewalDays.ValueInt64(), now) ||
		renewal.ExceedsPeriod(until, period.ValueInt64(), now))
}

// replaces says whether arguments of the plan replace the key of the state, whether it is rotated or not.
func (m *resourceModel) replaces(state *resourceModel) bool {
	return !m.Name.Equal(state.Name) || !m.Role.Equal(state.Role) || !m.WorkspaceName.Equal(state.WorkspaceName) ||
		!sameLetters(m.UserName, state.UserName) || !sameText(m.Description, state.Description) || m.Description.IsUnknown() ||
		!m.ValidUntil.Equal(state.ValidUntil)
}

// isDueIn says whether a key of the state, which was judged at that time, is due by the plan, too.
func (m *resourceModel) isDueIn(state *resourceModel, judged time.Time) bool {
	planned := *m
	planned.ValidUntil = state.ValidUntil
	return !m.ValidityPeriodDays.IsNull() &&
		renewal.StillDue(state.ReadyForRenewal, judged, planned.isDue, m.EarlyRenewalDays, m.ValidityPeriodDays)
}

// form is that of previous keys.
var form = renewal.Form{End: "valid_until", Secret: "api_key"}

// asPrevious is the key as a previous one.
func (m *model) asPrevious() renewal.Previous {
	return renewal.Previous{ID: m.ID, End: m.ValidUntil, Secret: m.APIKey}
}

// of is the previous key, which is equal to the one of the model in all else.
func (m *model) of(p renewal.Previous) *model {
	previous := *m
	previous.ID, previous.ValidUntil, previous.APIKey = p.ID, p.End, p.Secret
	return &previous
}

// movesPrevious says whether the plan moves the secret of the previous key into the state or out of it.
func (m *resourceModel) movesPrevious() bool {
	previous, ok := form.Before(&m.Rotation)
	return ok && previous.Secret.IsUnknown()
}

// withhold takes the secret out of a model that is not to store it, if the controller's list can give it back.
func (m *resourceModel) withhold(listed bool) {
	if !m.stores() && listed {
		m.APIKey = types.StringNull()
	}
}

// newAPIKey is the key that the plan asks for.
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

// ref says which key of the controller the model stands for, and when it was created.
func (m *model) ref(created time.Time) egsapi.KeyRef {
	return egsapi.KeyRef{
		ID:            m.ID.ValueString(),
		Secret:        m.APIKey.ValueString(),
		WorkspaceName: m.WorkspaceName.ValueString(),
		Role:          m.Role.ValueString(),
		Created:       created,
	}
}

// shown is the key as far as an id and a secret tell which one it is.
func (m *model) shown() *egsapi.APIKey {
	return &egsapi.APIKey{ID: m.ID.ValueString(), Secret: m.APIKey.ValueString()}
}

// maybeYoung is a key of a configured id, which another provider configuration may have created a moment ago.
func maybeYoung(ctx context.Context, api *egsapi.Client, id string, workspace types.String) egsapi.KeyRef {
	return egsapi.KeyRef{ID: id, WorkspaceName: workspace.ValueString(), Created: api.Now(ctx)}
}

// setComputed takes over what only the controller knows, and leaves what the plan has fixed.
func (m *model) setComputed(key *egsapi.APIKey) {
	m.ID = types.StringValue(key.ID)
	if key.Secret != "" && egsapi.APIKeyID(m.APIKey.ValueString()) != key.ID {
		m.APIKey = types.StringValue(key.Secret)
	}
	// A list that hides secrets takes nothing away from the state.
	if m.APIKey.IsUnknown() {
		m.APIKey = types.StringNull()
	}
}

// refresh takes over everything the controller shows, except where it only spells the same thing differently.
func (m *model) refresh(key *egsapi.APIKey) {
	m.setComputed(key)
	m.Name = types.StringValue(key.Name)
	m.Role = types.StringValue(key.Role)
	m.WorkspaceName = face.StringOrNull(key.WorkspaceName)
	m.ValidUntil = types.StringValue(key.ValidUntil)
	if userName := types.StringValue(key.UserName); !sameLetters(m.UserName, userName) {
		m.UserName = userName
	}
	if description := face.StringOrNull(key.Description); !sameText(m.Description, description) {
		m.Description = description
	}
}

// Identity implements face.Identified.
func (m *model) Identity() types.String { return m.ID }

// object names the key in messages.
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

// sameLetters says whether two values differ in letter case at most.
func sameLetters(a, b types.String) bool {
	return a.IsNull() == b.IsNull() && strings.EqualFold(a.ValueString(), b.ValueString())
}

// sameText says whether two values are the same, where none and an empty one are.
func sameText(a, b types.String) bool {
	return a.ValueString() == b.ValueString()
}
