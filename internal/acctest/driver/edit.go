// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"github.com/zclconf/go-cty/cty"
)

// Edit sets a string attribute of an instance in the state, like an edit of the state file. If value is nil, the attribute
// becomes null. The identity does not change.
func (d *Driver) Edit(address, attribute string, value *string) {
	d.t.Helper()
	o := d.state[address]
	if o == nil {
		d.t.Fatalf("the state has no %s", address)
	}
	edited, values := *o, o.value.AsValueMap()
	values[attribute] = cty.NullVal(cty.String)
	if value != nil {
		values[attribute] = cty.StringVal(*value)
	}
	edited.value = cty.ObjectVal(values)
	d.state[address] = &edited
}
