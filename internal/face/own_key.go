// SPDX-License-Identifier: MPL-2.0

package face

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

const usedByProvider = "used_by_provider"

// OwnKey is a part of models. In that of a key, it tells whether the provider itself logs in with the key; in that of a
// configuration, it chooses by this.
type OwnKey struct {
	UsedByProvider types.Bool `tfsdk:"used_by_provider"`
}

// MarkOwn is OwnKey of a key.
func MarkOwn(own bool) OwnKey { return OwnKey{types.BoolValue(own)} }

// OwnKeyMark is the attribute of OwnKey of a key; how says how far the provider knows it.
func OwnKeyMark(how string) Attributes {
	return Attributes{usedByProvider: ComputedBool("Whether the provider itself logs in with this key. " + how)}
}

// OwnKeyFilter is the attribute of OwnKey of a configuration; how is as in OwnKeyMark.
func OwnKeyFilter(how string) Attributes {
	return Attributes{
		usedByProvider: OptionalBool("Set to `true` to select only the key that the provider itself logs in with, to `false` to exclude it. " + how),
	}
}

// ChooseOwn returns the keys that the filter chooses; own tells whether the provider logs in with a key.
func ChooseOwn[K any](filter OwnKey, keys []K, own func(*K) bool) []K {
	return slices.DeleteFunc(keys, func(key K) bool { return !MatchesBool(filter.UsedByProvider, own(&key)) })
}
