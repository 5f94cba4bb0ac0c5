// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"os"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Terraform runs the configurations of one test.
type Terraform struct {
	T *testing.T
	// Clock is the provider's clock. The built provider of a WorkingDir uses the clock of the machine instead.
	Clock *Clock
	// Environment has the environment variables that the provider sees. The provider of a WorkingDir also sees the
	// environment of this process, without the provider's own variables.
	Environment map[string]string
	// Network connects the provider with simulators in memory. A test can then run in a testing/synctest bubble, with the same
	// pauses before retries as for users. If Network is nil, the provider uses TCP and pauses for one millisecond.
	Network *simulation.Network
	// CheckDestroy returns an error if objects still exist after the destroy. If CheckDestroy is nil, nothing is checked.
	CheckDestroy func() error
}

// Run runs the steps on the protocol driver, without a CLI, destroys the resources and calls CheckDestroy. If the environment
// variable ACCTEST_CLI is set, Run runs the steps on the CLI like RunCLI, to verify that the driver is as strict as Terraform.
func (tf *Terraform) Run(steps ...resource.TestStep) {
	tf.T.Helper()
	tf.RunFrom(tfversion.Version1_11_0, steps...)
}

// RunFrom is like Run. If the steps run on the CLI and the CLI is older than the parameter oldest, RunFrom skips the test. The
// driver always behaves like Terraform 1.16.
func (tf *Terraform) RunFrom(oldest *version.Version, steps ...resource.TestStep) {
	tf.T.Helper()
	if os.Getenv("ACCTEST_CLI") != "" {
		tf.RunCLI(oldest, steps...)
		return
	}
	driver.Test(tf.T, tf.testCase(steps))
}

// RunCLI runs the steps on the real CLI. It skips the test if TF_ACC is not set or the CLI is older than the parameter oldest.
func (tf *Terraform) RunCLI(oldest *version.Version, steps ...resource.TestStep) {
	tf.T.Helper()
	test := tf.testCase(steps)
	test.TerraformVersionChecks = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(oldest)}
	resource.Test(tf.T, test)
}

// Driver returns a working directory of the protocol driver with the configuration, for tests that run single commands
// instead of steps.
func (tf *Terraform) Driver(config string) *driver.Driver {
	tf.T.Helper()
	d := driver.New(tf.T, tf.factories())
	d.Config = config
	return d
}

func (tf *Terraform) testCase(steps []resource.TestStep) resource.TestCase {
	return resource.TestCase{
		Steps:                    steps,
		ProtoV6ProviderFactories: tf.factories(),
		CheckDestroy: func(*terraform.State) error {
			if tf.CheckDestroy == nil {
				return nil
			}
			return tf.CheckDestroy()
		},
	}
}

// factories returns the factories of the providers: "egs", and "echo" of terraform-plugin-testing.
func (tf *Terraform) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"egs": func() (tfprotov6.ProviderServer, error) {
			options := provider.Options{
				Version: "test",
				Getenv:  func(name string) string { return tf.Environment[name] },
				Now:     tf.Clock.Now,
			}
			if tf.Network != nil {
				options.DialContext = tf.Network.DialContext
			} else {
				options.RetryWaitMin, options.RetryWaitMax = time.Millisecond, time.Millisecond
			}
			return provider.NewServer(provider.New(options)()), nil
		},
		"echo": echoprovider.NewProviderServer(),
	}
}
