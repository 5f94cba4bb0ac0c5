// SPDX-License-Identifier: MPL-2.0

package face

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

const usedByProvider = "used_by_provider"

// OwnKey is embedded by models. In the model of a key, it is true if the provider itself logs in with the key. In the model of a
// configuration, it is a filter for this key.
type OwnKey struct {
	UsedByProvider types.Bool `tfsdk:"used_by_provider"`
}

// NewOwnKey returns the OwnKey of a key. The parameter own is true if the provider logs in with the key.
func NewOwnKey(own bool) OwnKey { return OwnKey{types.BoolValue(own)} }

// OwnKeyAttribute returns the attribute of OwnKey for the model of a key. Its description ends with the parameter about. This
// text says when the provider cannot identify the key that it logs in with.
func OwnKeyAttribute(about string) Attributes {
	return Attributes{
		usedByProvider: ComputedBool("Whether the provider logs in with this key; if `true`, do not import or revoke it. " + about),
	}
}

// OwnKeyFilter returns the attribute of OwnKey for the model of a configuration. Its description ends with the parameter about,
// as in OwnKeyAttribute.
func OwnKeyFilter(about string) Attributes {
	return Attributes{
		usedByProvider: OptionalBool("Filter by whether the provider logs in with the key. `true` selects only this key. `false` selects " +
			"all other keys, for example to keep this key out of imports and bulk actions. " + about),
	}
}

// FilterOwn returns the keys that match the filter. The function own reports whether the provider logs in with a key.
func FilterOwn[K any](filter OwnKey, keys []K, own func(*K) bool) []K {
	return slices.DeleteFunc(keys, func(key K) bool { return !MatchesBool(filter.UsedByProvider, own(&key)) })
}
