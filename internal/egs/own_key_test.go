// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// The list of keys marks the provider's own one, so that a person who imports keys leaves it out.
func TestAccAPIKeyListResource_ownKeyIsMarked(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	c.issue(egssim.Key{Name: "other", Role: "Owner", Validity: "2027-01-01"})
	d := c.Driver("")
	found, result := d.Query("list \"egs_api_key\" \"all\" {\n  provider = egs\n}\n")
	d.Must(result)
	marked := 0
	for _, message := range found {
		if strings.Contains(fmt.Sprintf("%+v", message), "the provider's own key") {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d of %v are marked, want 1", marked, found)
	}
}

// An id in upper case is imported as well: EGS lists it in lower case.
func TestAccAPIKeyResource_importInUpperCase(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	id, _ := c.issue(egssim.Key{Name: "ci", Role: "Viewer", WorkspaceName: "red", Validity: "2027-03-31"})
	d := c.Driver(viewerKey(""))
	d.Must(d.Import(testKey, "red/"+strings.ToUpper(id)))
	wantEmptyPlan(t, d)
}
