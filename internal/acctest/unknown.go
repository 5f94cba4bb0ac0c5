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
	// Attribute is the name of the attribute, or arguments in which %[1]s stands for the value of the attribute. Others has the
	// remaining arguments of the resource. Values has the values of the attribute.
	Attribute, Others string
	Values            []string
	// Then has the values of the second apply. They are unknown in the plan of this apply. If Then is nil, Values is used.
	Then []string
	// Before has alternative arguments for the first apply. If Before is nil, the first apply uses the attribute with each of
	// Values.
	Before []string
	// Release is the value that the attribute must have for a destroy to delete the object. If Release is "", a destroy deletes
	// the object with any value.
	Release string
}

// Test combines each entry of Before with each value of Then. It applies the entry, calls the function between, and applies the
// value as a reference to a new resource. The value is therefore unknown in the plan. Test checks that the second apply succeeds
// and that the next plan is empty.
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
