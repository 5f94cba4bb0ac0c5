// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// Terraform is the CLI of one test.
type Terraform struct {
	T *testing.T
	// Clock is the provider's. The built provider of a WorkingDir has this machine's.
	Clock *Clock
	// Environment is what the provider sees of it. Beside it the provider of a
	// WorkingDir sees that of this process, without the provider's own variables.
	Environment map[string]string
	// Left is the error of what destroy left behind; it may be nil.
	Left func() error
}

// Run runs the steps, destroys what they made, and checks that nothing is left.
func (tf *Terraform) Run(steps ...resource.TestStep) {
	tf.T.Helper()
	tf.RunCase(resource.TestCase{Steps: steps})
}

// RunFrom is Run on a CLI of at least the version; on an older one the test is
// skipped.
func (tf *Terraform) RunFrom(oldest *version.Version, steps ...resource.TestStep) {
	tf.T.Helper()
	tf.RunCase(resource.TestCase{
		Steps:                  steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(oldest)},
	})
}

// RunCase is Run for a case that says more than its steps. The provider is "egs", and
// "echo" is that of terraform-plugin-testing.
func (tf *Terraform) RunCase(test resource.TestCase) {
	tf.T.Helper()
	test.ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){
		"egs": providerserver.NewProtocol6WithError(provider.New(provider.Options{
			Version:      "test",
			Getenv:       func(name string) string { return tf.Environment[name] },
			Now:          tf.Clock.Now,
			RetryWaitMin: time.Millisecond,
			RetryWaitMax: time.Millisecond,
		})()),
		"echo": echoprovider.NewProviderServer(),
	}
	test.CheckDestroy = func(*terraform.State) error {
		if tf.Left == nil {
			return nil
		}
		return tf.Left()
	}
	resource.Test(tf.T, test)
}
