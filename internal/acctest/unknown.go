// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// UnknownValues describes a test of values that are unknown in the plan.
type UnknownValues struct {
	// Attribute is the name of the attribute, or arguments in which %[1]s stands for the value. Others has the remaining
	// arguments of the resource. Values has the values of the attribute.
	Attribute, Others string
	Values            []string
	// Then has the values of the second apply, which are unknown in its plan; nil means Values.
	Then []string
	// Before has alternative arguments for the first apply; nil means the attribute with each of Values.
	Before []string
	// Release is the value of the attribute for which a destroy deletes the object; "" means any value.
	Release string
}

// Test combines each entry of Before with each value of Then. It applies the entry, calls between, and applies the value as a
// reference to a new resource, so that the value is unknown in the plan. It checks that the second apply succeeds and that the
// next plan is empty.
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
				t.Errorf("from %s to %s, unknown in the plan: %s", first, then, result.Text())
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
