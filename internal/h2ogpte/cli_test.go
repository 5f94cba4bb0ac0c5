// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
)

func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	apiKeys.RunCLI(t, aliceKey("expires_in_days = 30"), aliceKey("expires_in_days = 60"))
}

func TestCLIAPIKeyListResource_generatedConfiguration(t *testing.T) {
	t.Parallel()
	apiKeys.Start(t, suite.Options{Existing: 20}).ImportAll("egs_h2ogpte_api_key")
}
