// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// successorKey is private state of the plan of a create. If the object replaces another one, Terraform hands it to the delete
// of that one, which comes first. It never reaches the create.
const successorKey = "successor"

// NoteSuccessor stores the date of the planned object, which a delete checks before it deletes the old object. It is "" if
// the date depends on the time of the create.
func NoteSuccessor(ctx context.Context, date string, resp *resource.ModifyPlanResponse) diag.Diagnostics {
	noted, _ := json.Marshal(date) // It can be encoded.
	return resp.Private.SetKey(ctx, successorKey, noted)
}

// Successor returns the date that NoteSuccessor stored for the object that replaces the deleted one. ok is false without one.
func Successor(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) (date string, ok bool, diags diag.Diagnostics) {
	noted, diags := req.Private.GetKey(ctx, successorKey)
	// After an error the state would keep it, and another plan is about another object, or none.
	diags.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
	ok = json.Unmarshal(noted, &date) == nil
	return date, ok, diags
}
