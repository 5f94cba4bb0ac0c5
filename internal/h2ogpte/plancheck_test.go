// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// planCheck is a check of what a plan does with the resource of the test.
type planCheck func(change map[string][2]any, replaced []string) error

// CheckPlan implements plancheck.PlanCheck.
func (check planCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, resource := range req.Plan.ResourceChanges {
		if resource.Address != testKey {
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
		resp.Error = check(change, replaced)
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", testKey)
}

// replacedFor checks that the plan says why it replaces the resource.
func replacedFor(attribute string) plancheck.PlanCheck {
	return planCheck(func(_ map[string][2]any, replaced []string) error {
		if slices.Contains(replaced, attribute) {
			return nil
		}
		return fmt.Errorf("%s is replaced for %v, want %s", testKey, replaced, attribute)
	})
}

// changes checks from what to what the plan changes an attribute, where <nil> is null.
func changes(attribute, before, after string) plancheck.PlanCheck {
	return planCheck(func(change map[string][2]any, _ []string) error {
		got := change[attribute]
		if fmt.Sprint(got[0]) == before && fmt.Sprint(got[1]) == after {
			return nil
		}
		return fmt.Errorf("%s changes from %v to %v, want %s to %s", attribute, got[0], got[1], before, after)
	})
}

func expectAction(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(testKey, action)}, more...)}
}

func expectEmptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}
