// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// replacement is why a plan replaces a resource.
type replacement struct {
	paths []string
}

// planCheck is a check of what a plan replaces, by address.
type planCheck func(map[string]replacement) error

// CheckPlan implements plancheck.PlanCheck.
func (check planCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	changes := map[string]replacement{}
	for _, change := range req.Plan.ResourceChanges {
		var r replacement
		for _, path := range change.Change.ReplacePaths {
			if steps, ok := path.([]any); ok && len(steps) > 0 {
				r.paths = append(r.paths, fmt.Sprint(steps[0]))
			}
		}
		changes[change.Address] = r
	}
	resp.Error = check(changes)
}
