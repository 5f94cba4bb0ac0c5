// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// Option adds an action or a check to a step.
type Option func(*resource.TestStep)

// Step returns a step that applies a configuration.
func Step(config string, options ...Option) resource.TestStep {
	step := resource.TestStep{Config: config}
	for _, option := range options {
		option(&step)
	}
	return step
}

// Query returns a step that runs the list blocks of a configuration.
func Query(config string, options ...Option) resource.TestStep {
	step := Step(config, options...)
	step.Query = true
	return step
}

// Import returns a step that imports a resource.
func Import(address string, options ...Option) resource.TestStep {
	step := Step("", options...)
	step.ResourceName, step.ImportState = address, true
	return step
}

// ImportBlock returns an import block.
func ImportBlock(address, id string) string {
	return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, id)
}

// Removed returns a removed block. The block removes a resource from the state without destroying the resource.
func Removed(address string) string {
	return "removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}"
}

// Before calls a function before the step.
func Before(f func()) Option { return func(step *resource.TestStep) { step.PreConfig = f } }

// After calls a function after the step.
func After(f func()) Option { return func(step *resource.TestStep) { step.PostApplyFunc = f } }

// Fails expects an error that matches the pattern, a regular expression in which . matches line breaks.
func Fails(pattern string) Option {
	return func(step *resource.TestStep) { step.ExpectError = regexp.MustCompile("(?s)" + pattern) }
}

// FailsPlan makes the step only plan, and expects an error that matches the pattern, as in Fails.
func FailsPlan(pattern string) Option {
	return func(step *resource.TestStep) {
		step.PlanOnly, step.ExpectError = true, regexp.MustCompile("(?s)"+pattern)
	}
}

// Destroys makes the step destroy all resources.
func Destroys(step *resource.TestStep) { step.Destroy = true }

// Unchanged expects an empty plan.
func Unchanged(step *resource.TestStep) { Plan(plancheck.ExpectEmptyPlan())(step) }

// Plan checks the plan.
func Plan(checks ...plancheck.PlanCheck) Option {
	return func(step *resource.TestStep) {
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, checks...)
	}
}

// State checks the state.
func State(checks ...statecheck.StateCheck) Option {
	return func(step *resource.TestStep) { step.ConfigStateChecks = append(step.ConfigStateChecks, checks...) }
}

// Check calls functions that check the state or the service.
func Check(checks ...resource.TestCheckFunc) Option {
	return func(step *resource.TestStep) {
		if step.Check != nil {
			checks = append([]resource.TestCheckFunc{step.Check}, checks...)
		}
		step.Check = resource.ComposeTestCheckFunc(checks...)
	}
}

// That calls a function that checks the service.
func That(check func() error) Option { return Check(func(*terraform.State) error { return check() }) }

// Results checks the results of a query.
func Results(checks ...querycheck.QueryResultCheck) Option {
	return func(step *resource.TestStep) { step.QueryResultChecks = append(step.QueryResultChecks, checks...) }
}

// Resource is the address of a resource or data source.
type Resource string

// Plans expects that the plan has this action for the resource.
func (r Resource) Plans(action plancheck.ResourceActionType) Option {
	return Plan(plancheck.ExpectResourceAction(string(r), action))
}

// Creates expects that the resource is created.
func (r Resource) Creates(step *resource.TestStep) { r.Plans(plancheck.ResourceActionCreate)(step) }

// Updates expects that the resource is changed in place.
func (r Resource) Updates(step *resource.TestStep) { r.Plans(plancheck.ResourceActionUpdate)(step) }

// Stays expects that the resource is not changed. An import is not a change.
func (r Resource) Stays(step *resource.TestStep) { r.Plans(plancheck.ResourceActionNoop)(step) }

// Replaces expects that the resource is replaced, and that the plan names these attributes among the reasons for the replacement.
func (r Resource) Replaces(attributes ...string) Option {
	return func(step *resource.TestStep) {
		r.Plans(plancheck.ResourceActionReplace)(step)
		for _, attribute := range attributes {
			Plan(planned{string(r), func(_ map[string][2]any, replaced []string) error {
				if slices.Contains(replaced, attribute) {
					return nil
				}
				return fmt.Errorf("%s is replaced because of %v, want %s", r, replaced, attribute)
			}})(step)
		}
	}
}

// Changes expects that the plan changes an attribute from one value to another; "<nil>" means null.
func (r Resource) Changes(attribute, before, after string) Option {
	return Plan(planned{string(r), func(change map[string][2]any, _ []string) error {
		got := change[attribute]
		if fmt.Sprint(got[0]) == before && fmt.Sprint(got[1]) == after {
			return nil
		}
		return fmt.Errorf("%s changes from %v to %v, want %s to %s", attribute, got[0], got[1], before, after)
	}})
}

// planned checks the planned change of a resource.
type planned struct {
	address string
	check   func(change map[string][2]any, replaced []string) error
}

func (p planned) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = fmt.Errorf("%s is not in the plan", p.address)
	for _, resource := range req.Plan.ResourceChanges {
		if resource.Address != p.address {
			continue
		}
		before, _ := resource.Change.Before.(map[string]any)
		after, _ := resource.Change.After.(map[string]any)
		change := map[string][2]any{}
		for name := range before {
			change[name] = [2]any{before[name], after[name]}
		}
		var replaced []string
		for _, path := range resource.Change.ReplacePaths {
			if steps, ok := path.([]any); ok && len(steps) > 0 {
				replaced = append(replaced, fmt.Sprint(steps[0]))
			}
		}
		resp.Error = p.check(change, replaced)
	}
}

// Has expects an attribute to have the value. "attribute.member" stands for a member of an attribute. See Value for the types
// of value.
func (r Resource) Has(attribute string, value any) Option {
	return State(statecheck.ExpectKnownValue(string(r), path(attribute), Value(value)))
}

// Hides expects that the state marks an attribute as sensitive.
func (r Resource) Hides(attribute string) Option {
	return State(statecheck.ExpectSensitiveValue(string(r), path(attribute)))
}

// Compared adds the value of an attribute to a comparison across several steps.
func (r Resource) Compared(with interface {
	AddStateValue(address string, path tfjsonpath.Path) statecheck.StateCheck
}, attribute string,
) Option {
	return State(with.AddStateValue(string(r), path(attribute)))
}

func path(attribute string) tfjsonpath.Path {
	first, member, nested := strings.Cut(attribute, ".")
	p := tfjsonpath.New(first)
	if nested {
		p = p.AtMapKey(member)
	}
	return p
}

// Value returns a check for a null (nil), bool, int, list ([]any) or object (map[string]any). For a *regexp.Regexp, the check
// expects a matching string. A knownvalue.Check is returned unchanged. For any other value, the check expects the string that
// fmt.Sprint returns.
func Value(value any) knownvalue.Check {
	switch value := value.(type) {
	case nil:
		return knownvalue.Null()
	case knownvalue.Check:
		return value
	case bool:
		return knownvalue.Bool(value)
	case int:
		return knownvalue.Int64Exact(int64(value))
	case []any:
		checks := make([]knownvalue.Check, len(value))
		for i, v := range value {
			checks[i] = Value(v)
		}
		return knownvalue.ListExact(checks)
	case map[string]any:
		checks := map[string]knownvalue.Check{}
		for name, v := range value {
			checks[name] = Value(v)
		}
		return knownvalue.ObjectExact(checks)
	case *regexp.Regexp:
		return knownvalue.StringRegexp(value)
	default:
		return knownvalue.StringExact(fmt.Sprint(value))
	}
}

// Members returns a check that the objects in a list have these values of a member, in this order.
func Members(member string, values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, value := range values {
		checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{member: knownvalue.StringExact(value)})
	}
	return knownvalue.ListExact(checks)
}

// All combines options.
func All(options ...Option) Option {
	return func(step *resource.TestStep) {
		for _, option := range options {
			option(step)
		}
	}
}
