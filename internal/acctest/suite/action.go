// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Action has the data for the tests of a bulk action.
type Action struct {
	// Type is the type of the action. Verb and Done name the action's effect in messages, such as "revoke" and "Revoked".
	// Request is the request that has this effect.
	Type, Verb, Done, Request string
	// Issue creates a key with this name. The filter Group selects the keys that Issue creates. The filter OwnKeyFilter also
	// selects the provider's own key.
	Issue               func(s *Subject, name string) (id string)
	Group, OwnKeyFilter string
	// Names returns the names of the keys that the action has not changed, except for the provider's own key. Shown is a regular
	// expression for the identifier of a key in messages.
	Names func(s *Subject) string
	Shown string
	// Filters creates keys and returns pairs. Each pair has a configuration of the action, and the expected result of Names
	// after the action.
	Filters func(s *Subject) [][2]string
	// OwnKeyError matches the error about the provider's own key.
	OwnKeyError string
	// Unknown is the id of a key that does not exist.
	Unknown string
	// Invalid maps each invalid configuration to its expected error.
	Invalid map[string]string
}

// Step returns a step that invokes the action once.
func (a Action) Step(config string, options ...Option) resource.TestStep {
	return Step(a.Config(config)+Trigger(a.Type, "before_create, before_update", fmt.Sprintf("%q", config)), options...)
}

// Config returns the action "test" with a configuration.
func (a Action) Config(config string) string {
	return fmt.Sprintf("action %q \"test\" {\n  config {\n    %s\n  }\n}\n", a.Type, config)
}

// Trigger returns a terraform_data resource whose events invoke the action "test" of the given type. The parameter input is an
// expression. A change of the expression's value updates the resource.
func Trigger(action, events, input string) string {
	return fmt.Sprintf(`
resource "terraform_data" "trigger" {
  input = %s
  lifecycle {
    action_trigger {
      events  = [%s]
      actions = [action.%s.test]
    }
  }
}`, input, events, action)
}

// RunAction runs the tests of a bulk action.
func (s *Suite) RunAction(t *testing.T, a Action) {
	t.Helper()
	want := func(t *testing.T, subject *Subject, names string) {
		t.Helper()
		if got := a.Names(subject); got != names {
			t.Errorf("the action has not changed the keys %q, want %q", got, names)
		}
	}
	t.Run("filters", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		var steps []resource.TestStep
		for _, filter := range a.Filters(subject) {
			steps = append(steps, a.Step(filter[0], After(func() { want(t, subject, filter[1]) })))
		}
		subject.RunFrom(tfversion.Version1_14_0, steps...)
	})
	t.Run("clocks differ", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		a.Issue(subject, "key")
		subject.Skew(3650 * Day)
		for _, filter := range []string{"expired = true", "expired = false", "expiring_within_days = 9999"} {
			d := subject.Driver(a.Config(filter) + Trigger(a.Type, "after_create", `"x"`))
			subject.WantSkew(t, d.Fails(d.Apply(driver.Options{})), "Error: Unable to "+a.Verb+" "+s.Noun+"s", 1)
		}
		want(t, subject, "key")
		d := subject.Driver(a.Config(a.Group) + Trigger(a.Type, "after_create", `"x"`))
		d.Must(d.Apply(driver.Options{}))
		want(t, subject, "")
	})
	t.Run("continues after a failure", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		for i := range 5 {
			a.Issue(subject, fmt.Sprintf("key-%d", i))
		}
		subject.RunFrom(tfversion.Version1_14_0, a.Step(a.Group,
			Before(func() {
				subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 403, Times: 2}, a.Request)
			}),
			Fails(`Unable to `+a.Verb+` `+s.Noun+`s.*- key-0 \(`+a.Shown+`.*403.*- key-1`)))
		want(t, subject, "key-0 key-1")
	})
	t.Run("skips the provider's own key", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		a.Issue(subject, "other")
		subject.RunFrom(tfversion.Version1_14_0, a.Step(a.OwnKeyFilter+"\n    dry_run = true"), a.Step(a.OwnKeyFilter, Fails(a.OwnKeyError)))
		want(t, subject, "")
		if n := subject.Requests(a.Request); n != 1 {
			t.Errorf("%d requests were sent, want 1, for the other key", n)
		}
	})
	t.Run("invalid", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		for config, want := range a.Invalid {
			subject.RunFrom(tfversion.Version1_14_0, a.Step(config, Fails(want)))
		}
	})
	t.Run("no key matches", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		d := subject.Driver(a.Config("name = \"missing\"") + Trigger(a.Type, "after_create", `"x"`))
		acctest.WantText(t, strings.Join(d.Must(d.Apply(driver.Options{})).Progress, "\n"), "No "+s.Noun+" matches", 1)
	})
	t.Run("skips the key that triggers it", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		a.Issue(subject, "ci")
		d := subject.Driver("")
		run := func(resource, input string) string {
			trigger := Trigger(a.Type, "after_create, after_update", fmt.Sprintf("\"${%s.test.id} %s\"", s.Type, input))
			d.Config = resource + a.Config("name = \"ci\"") + trigger
			return strings.Join(d.Must(d.Apply(driver.Options{})).Progress, "\n")
		}
		const kept = "Skipped (created or changed by this run): ci"
		created := run(s.config(), "created")
		acctest.WantText(t, created, a.Done+": ci", 1)
		acctest.WantText(t, created, kept, 1)
		acctest.WantText(t, run(s.Updated("test", ""), "updated"), kept, 1)
		d.Config = s.Config("test", fmt.Sprintf(`lifecycle {
  action_trigger {
    events  = [before_update]
    actions = [action.%s.test]
  }
}`, a.Type)) + a.Config("name = \"ci\"")
		acctest.WantText(t, strings.Join(d.Must(d.Apply(driver.Options{})).Progress, "\n"), kept, 1)
		want(t, subject, "ci")
	})
	// A key that another provider configuration has just created is not reported as missing.
	t.Run("key of another configuration", func(t *testing.T) {
		t.Parallel()
		for _, lag := range []time.Duration{0, time.Second, 5 * time.Second} {
			OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
				t.Helper()
				subject := s.Start(t, Options{Network: network, ListLag: lag})
				d := subject.Driver(s.Other("a", "") + s.Config("b", InB+"depends_on = ["+s.Type+".a]") + ProviderB +
					a.Config(fmt.Sprintf("ids = [%s.b.id, %q]", s.Type, a.Unknown)) + Trigger(a.Type, "after_create", s.Type+".b.id"))
				applied := d.Apply(driver.Options{})
				progress := strings.Join(applied.Progress, "\n")
				acctest.WantText(t, progress, a.Done+":", 1)
				acctest.WantText(t, progress, "Not found: "+a.Unknown, 1)
				acctest.WantText(t, d.Fails(applied), "- "+a.Unknown+": no "+s.Noun+" has this id", 1)
				want(t, subject, "other")
			})
		}
	})
}
