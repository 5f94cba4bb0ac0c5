// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// Temporary has the data for the tests of an ephemeral resource that is a temporary key.
type Temporary struct {
	// Type is the type of the ephemeral resource, and Arguments are its arguments.
	Type, Arguments string
	// IssueEqual creates an equal temporary key, as another run would.
	IssueEqual func(*Subject) (id string)
	// Failing returns the configuration of a resource that depends on the temporary key and fails.
	Failing func(dependsOn string) string
	// Finds returns a data source that depends on the temporary key, and a check that the data source finds the key by name.
	Finds func(dependsOn string) (config string, check Option)
	// Attributes has the expected values of the ephemeral resource. Invalid maps each invalid argument to its expected error.
	Attributes map[string]any
	Invalid    map[string]string
}

// Config returns the configuration of the temporary key "test".
func (k Temporary) Config() string { return k.with(k.Arguments) }

func (k Temporary) with(arguments string) string {
	return fmt.Sprintf("\nephemeral %q \"test\" {\n  %s\n}\n", k.Type, arguments)
}

// Echo returns a resource echo.test. Its attribute data has the value of the ephemeral resource "test" of this type.
func Echo(typeName string) string {
	return fmt.Sprintf("provider \"echo\" {\n  data = ephemeral.%s.test\n}\nresource \"echo\" \"test\" {}\n", typeName)
}

// RunTemporary runs the tests of a temporary key.
func (s *Suite) RunTemporary(t *testing.T, k Temporary) {
	t.Helper()
	dependsOn := "depends_on = [ephemeral." + k.Type + ".test]"
	t.Run("attributes", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		step := Step(k.Config() + Echo(k.Type))
		for attribute, value := range k.Attributes {
			Resource("echo.test").Has("data."+attribute, value)(&step)
		}
		subject.Run(step)
		if creates, deletes := subject.Requests(s.Create), subject.Requests(s.Delete); creates == 0 || creates != deletes {
			t.Errorf("%d create requests, %d delete requests, want the same number", creates, deletes)
		}
		subject.WantDestroyed()
	})
	t.Run("invalid", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		for arguments, want := range k.Invalid {
			subject.Run(Step(k.with(arguments), Fails(want)))
		}
	})
	t.Run("clocks differ", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		subject.Skew(-2 * Day)
		d := subject.Driver(k.Config())
		subject.WantSkew(t, d.Fails(d.Plan(driver.Options{})), "Error: Unable to create "+s.Noun, 1)
		if subject.Requests(s.Create) != 0 {
			t.Error("a temporary key was created")
		}
	})
	// The response to the delete is lost, and the retry finds that the key no longer exists.
	t.Run("name, and lost response to the delete", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		fault := lost
		fault.Times = 20
		subject.FailAt(fault, s.Delete)
		config, check := k.Finds(dependsOn)
		subject.Run(Step(k.Config()+config, check))
		subject.WantDestroyed()
	})
	// Terraform does not close the ephemeral resource after an error. The provider deletes the key when its process ends.
	t.Run("after an error", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		d := subject.Driver(k.Config() + k.Failing(dependsOn))
		for range 2 {
			subject.site.Simulator.ResetJournal()
			d.Fails(d.Apply(driver.Options{}))
			if subject.Requests(s.Create) == 0 {
				t.Error("no temporary key was created")
			}
			subject.WantDestroyed()
		}
	})
	// On an interrupt, the provider deletes the temporary keys immediately. The resource whose create is in progress is saved in
	// the state.
	t.Run("interrupt", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		d := subject.Driver(k.Config() + s.Config("test", dependsOn))
		subject.OnCreate = func(n int) {
			if n != 3 { // The first two creates are the temporary keys of the plan and of the apply.
				return
			}
			d.Interrupt()
			if deletes := subject.Requests(s.Delete); deletes != 2 {
				t.Errorf("%d delete requests after the interrupt, want 2, for both temporary keys", deletes)
			}
		}
		acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "execution halted", 1)
		s.WantKeys(t, d, subject.OnlyCreated())
	})
	// A create request is lost while another run creates an equal temporary key. The provider must not delete the other run's
	// key.
	t.Run("key of another run", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		other := ""
		subject.OnCreate = func(int) { other = k.IssueEqual(subject) }
		subject.FailAt(unsent, s.Create)
		d := subject.Driver(k.Config())
		output := d.Fails(d.Plan(driver.Options{}))
		acctest.WantText(t, output, s.mayExist(), 1)
		acctest.WantText(t, output, "- "+other, 1)
		if subject.Requests(s.Delete) != 0 {
			t.Error("a key was deleted")
		}
	})
}
