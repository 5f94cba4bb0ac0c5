// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
)

// keyFilter chooses API keys.
type keyFilter struct {
	Permissions types.String `tfsdk:"permissions"`
}

func (f *keyFilter) matches(key *gaiaapi.APIKey) bool {
	return f.Permissions.IsNull() || f.Permissions.ValueString() == key.Permissions
}

// object names what is looked for in messages.
func (f *keyFilter) object() string {
	if f.Permissions.IsNull() {
		return "all API keys"
	}
	return fmt.Sprintf("API keys with permissions = %q", f.Permissions.ValueString())
}

// chosen are the keys of a list that match.
func (f *keyFilter) chosen(list *gaiaapi.APIKeyList) []gaiaapi.APIKey {
	return slices.DeleteFunc(list.Items, func(key gaiaapi.APIKey) bool { return !f.matches(&key) })
}
