// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// UnknownValues has the values of an attribute for a test of unknown values.
type UnknownValues struct {
	// Attribute is the name of the attribute, or arguments with %[1]s for the value. Others are the other arguments of
	// the resource.
	Attribute, Others string
	Values            []string
	// Then are the values that are unknown in the plan; nil means Values.
	Then []string
	// Before are the arguments of the first apply; nil means the attribute with each of Values.
	Before []string
	// Release is the value that a destroy needs in order to delete the resource; "" means any value.
	Release string
}

// Test applies each of the values, and then each of the values of Then in a form that is unknown in the plan, because it
// refers to a new resource. It checks that the second apply succeeds and that the plan after it is empty. Test calls between
// before each second apply.
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
