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

// Terraform is the CLI of one test.
type Terraform struct {
	T *testing.T
	// Clock is the provider's. The built provider of a WorkingDir has this machine's.
	Clock *Clock
	// Environment is what the provider sees of it. Beside it the provider of a
	// WorkingDir sees that of this process, without the provider's own variables.
	Environment map[string]string
	// Network connects the provider with simulators in memory, so that a test can run in a
	// testing/synctest bubble: pauses before retries are as long as a person's. nil means TCP,
	// with pauses of a millisecond.
	Network *simulation.Network
	// Left is the error of what destroy left behind; it may be nil.
	Left func() error
}

// Run runs the steps with the protocol driver, without a CLI; destroys what they made, and checks that
// nothing is left. With ACCTEST_CLI=1 in the environment it runs them with the CLI, as RunCLI does, which
// shows that the driver is as strict as Terraform.
func (tf *Terraform) Run(steps ...resource.TestStep) {
	tf.T.Helper()
	tf.RunFrom(tfversion.Version1_11_0, steps...)
}

// RunFrom is Run for steps that need a CLI of at least the version, where they run with one. The driver
// knows everything that Terraform 1.16 does.
func (tf *Terraform) RunFrom(oldest *version.Version, steps ...resource.TestStep) {
	tf.T.Helper()
	if os.Getenv("ACCTEST_CLI") != "" {
		tf.RunCLI(oldest, steps...)
		return
	}
	driver.Test(tf.T, tf.testCase(steps))
}

// RunCLI runs the steps with the real CLI, for what only that can show. On a CLI below the version, and
// where acceptance tests are not asked for, the test is skipped.
func (tf *Terraform) RunCLI(oldest *version.Version, steps ...resource.TestStep) {
	tf.T.Helper()
	test := tf.testCase(steps)
	test.TerraformVersionChecks = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(oldest)}
	resource.Test(tf.T, test)
}

// Driver is a working directory of the protocol driver with the configuration, for tests that are told
// better in commands than in steps.
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
			if tf.Left == nil {
				return nil
			}
			return tf.Left()
		},
	}
}

// factories are the providers: "egs", and the "echo" of terraform-plugin-testing.
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
