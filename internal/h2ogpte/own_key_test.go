// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// The list of keys marks the provider's own one, so that a person who imports keys leaves it out.
func TestAccAPIKeyListResource_ownKeyIsMarked(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.issue(h2ogptesim.Key{UserName: "alice", Name: "other"})
	d := s.Driver("")
	found, result := d.Query("list \"egs_h2ogpte_api_key\" \"all\" {\n  provider = egs\n}\n")
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
