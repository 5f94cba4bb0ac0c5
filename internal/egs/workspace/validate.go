// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ValidateConfig implements resource.ResourceWithValidateConfig. It rejects zero and negative timeouts, because the timeouts
// block accepts them.
func (r *workspaceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	for _, name := range []string{"create", "delete"} {
		at := path.Root("timeouts").AtName(name)
		var text types.String
		if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &text)...); resp.Diagnostics.HasError() {
			return
		}
		// The timeouts block itself reports durations that cannot be parsed.
		if duration, err := time.ParseDuration(text.ValueString()); err == nil && duration <= 0 {
			resp.Diagnostics.AddAttributeError(at, "Invalid timeout", fmt.Sprintf(
				"%s is %q. Set it to a positive duration, for example \"15m\", or omit it.", name, text.ValueString()))
		}
	}
}
