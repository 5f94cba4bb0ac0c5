// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// UnknownValues are values of an attribute, in a configuration whose other arguments are these.
type UnknownValues struct {
	Attribute, Others string
	Values            []string
	// Then are the values that are unknown; nil means Values.
	Then []string
}

// Test lets the attribute of a resource have each of the values, and then each that is known only after another resource
// is created: one plan, which the apply carries out, and no changes afterwards. Between calls what happens before the
// second apply.
func (u UnknownValues) Test(t *testing.T, kind string, d *driver.Driver, between func()) {
	t.Helper()
	configuration := func(value string) string {
		return fmt.Sprintf("resource %q \"test\" {\n%s\n%s = %s\n}\n", kind, u.Others, u.Attribute, value)
	}
	if u.Then == nil {
		u.Then = u.Values
	}
	for _, first := range u.Values {
		for _, then := range u.Then {
			d.Config = configuration(first)
			d.Must(d.Apply(driver.Options{}))
			between()
			d.Config = fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", then) + configuration("terraform_data.later.output")
			if result := d.Apply(driver.Options{}); result.Err() != nil {
				t.Errorf("%s from %s to %s, unknown at plan: %s", u.Attribute, first, then, result.Text())
			}
			if result := d.Plan(driver.Options{}); result.Err() != nil || !result.Plan.Empty() {
				t.Errorf("%s from %s to %s: the plan is %s, want no changes\n%s", u.Attribute, first, then, result.Plan, result.Text())
			}
			d.Must(d.Destroy())
		}
	}
}
