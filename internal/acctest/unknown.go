// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// UnknownValues are values of an attribute, in a configuration whose other arguments are these. Instead of an attribute
// it may be arguments with %[1]s for the value.
type UnknownValues struct {
	Attribute, Others string
	Values            []string
	// Then are the values that are unknown; nil means Values.
	Then []string
	// Before are the arguments before that; nil means the attribute with each of Values.
	Before []string
	// Release is the value without which a destroy does not delete the resource; "" means that it does with any.
	Release string
}

// Test lets the attribute of a resource have each of the values, and then each that is known only after another resource
// is created: one plan, which the apply carries out, and no changes afterwards. Between calls what happens before the
// second apply.
func (u UnknownValues) Test(t *testing.T, kind string, d *driver.Driver, between func()) {
	t.Helper()
	form := u.Attribute
	if !strings.Contains(form, "%[1]s") {
		form += " = %[1]s"
	}
	configuration := func(arguments string) string {
		return fmt.Sprintf("resource %q \"test\" {\n%s\n%s\n}\n", kind, u.Others, arguments)
	}
	if u.Then == nil {
		u.Then = u.Values
	}
	if u.Before == nil {
		for _, value := range u.Values {
			u.Before = append(u.Before, fmt.Sprintf(form, value))
		}
	}
	for _, first := range u.Before {
		for _, then := range u.Then {
			d.Config = configuration(first)
			d.Must(d.Apply(driver.Options{}))
			between()
			d.Config = fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", then) + configuration(fmt.Sprintf(form, "terraform_data.later.output"))
			if result := d.Apply(driver.Options{}); result.Err() != nil {
				t.Errorf("from %s to %s, unknown at plan: %s", first, then, result.Text())
			}
			if result := d.Plan(driver.Options{}); result.Err() != nil || !result.Plan.Empty() {
				t.Errorf("from %s to %s: the plan is %s, want no changes\n%s", first, then, result.Plan, result.Text())
			}
			if u.Release != "" {
				d.Config = configuration(fmt.Sprintf(form, u.Release))
				d.Must(d.Apply(driver.Options{}))
			}
			d.Must(d.Destroy())
		}
	}
}
