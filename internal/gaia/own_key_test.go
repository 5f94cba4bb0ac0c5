// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiaapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// The list of keys marks the provider's own one, so that a person who imports keys leaves it out.
func TestAccAPIKeyListResource_ownKeyIsMarked(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	s.AddKey(gaiasim.Key{Permissions: "read"})
	d := s.Driver("")
	found, result := d.Query("list \"egs_gaia_api_key\" \"all\" {\n  provider = egs\n}\n")
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

// An id in upper case is imported as well.
func TestAccAPIKeyResource_importInUpperCase(t *testing.T) {
	t.Parallel()
	s := simulate(t, gaiasim.Options{})
	id := gaiaapi.APIKeyID(s.AddKey(gaiasim.Key{Permissions: "read"}))
	d := s.Driver("resource \"egs_gaia_api_key\" \"test\" {\n  permissions = \"read\"\n}\n")
	d.Must(d.Import("egs_gaia_api_key.test", strings.ToUpper(id)))
	if planned := d.Must(d.Plan(driver.Options{})); !planned.Plan.Empty() {
		t.Errorf("the plan is %s, want no changes", planned.Plan)
	}
}
