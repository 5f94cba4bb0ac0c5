// SPDX-License-Identifier: MPL-2.0

package gaia_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

func TestCLIAPIKeyResource_lifeCycle(t *testing.T) {
	t.Parallel()
	apiKeys.RunCLI(t, key("read", ""), key("write", ""))
}

func TestCLIAPIKeyListResource_generatedConfiguration(t *testing.T) {
	t.Parallel()
	subject := apiKeys.Start(t, suite.Options{Existing: 10})
	of(subject).issue(gaiasim.Key{Permissions: "with \"quotes\" and ${dollars}", Config: map[string]any{
		"%{if}": "${x}", "a": map[string]any{"b": []any{1, nil, "${c}"}},
	}})
	subject.ImportAll("egs_gaia_api_key")
}
