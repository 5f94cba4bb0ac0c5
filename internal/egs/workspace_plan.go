// SPDX-License-Identifier: MPL-2.0

package egs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var _ resource.ResourceWithModifyPlan = (*workspaceResource)(nil)

// ModifyPlan implements resource.ResourceWithModifyPlan. What is missing of the
// provider's configuration is to be known before an apply.
func (r *workspaceResource) ModifyPlan(_ context.Context, _ resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	resp.Diagnostics.Append(r.provider.EGSMissing()...)
}
