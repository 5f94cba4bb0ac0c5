// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Result is an item as terraform query shows it. Query results are printed in clear, so it holds no secret.
type Result struct {
	DisplayName, ID string
	// Resource is a pointer to the model of the resource.
	Resource any
}

// Stream streams the items of a list resource up to the limit, and then the warnings. Errors stand for all
// results.
func Stream[T any](
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, identity Identity, items []T, diags diag.Diagnostics,
	show func(*T) Result,
) {
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if int64(len(items)) > req.Limit && req.Limit > 0 {
		items = items[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i := range items {
			if ctx.Err() != nil || !push(listResult(ctx, req, identity, show(&items[i]))) {
				return
			}
		}
		for _, d := range diags {
			if !push(list.ListResult{Diagnostics: diag.Diagnostics{d}}) {
				return
			}
		}
	}
}

func listResult(ctx context.Context, req list.ListRequest, identity Identity, shown Result) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = shown.DisplayName
	result.Diagnostics.Append(identity.Set(ctx, result.Identity, types.StringValue(shown.ID))...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, shown.Resource)...)
	}
	return result
}

// LeftOut is the warning of a list of which entries could not be read; things are for example "EGS API keys".
func LeftOut(things string, entries int) (diags diag.Diagnostics) {
	if entries > 0 {
		diags.AddWarning(things+" left out", fmt.Sprintf(
			"%d entries of the service's list could not be read and are not among the results.", entries))
	}
	return diags
}
