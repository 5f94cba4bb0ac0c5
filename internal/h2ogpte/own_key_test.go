// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
)

// A plan that replaces the provider's own key warns of it.
func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	const warned = "Warning: The provider's own h2oGPTe API key will be replaced"
	s := simulate(t, h2ogptesim.Options{})
	config := strings.Replace(aliceKey(""), "alice", s.Users()[0].UserName, 1)
	d := s.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	d.Config = strings.Replace(config, `"ci"`, `"renamed"`, 1)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 0)
	s.Environment["H2OGPTE_API_KEY"] = s.Secret(s.managed("ci").ID)
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), warned, 1)
	s.Environment["H2OGPTE_API_KEY"] = s.AdminKey()
	d.Must(d.Destroy())
}
