// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// successorKey is the key in private state under which the plan of a create stores a date. If the create replaces an object,
// Terraform deletes the old object first. Terraform passes this private state to that delete, but never to the create.
const successorKey = "successor"

// NoteSuccessor stores the date until which the planned object is valid. If the planned object replaces another one, the delete
// of the old object checks this date first. Pass the date "" if the real date depends on the time of the create.
func NoteSuccessor(ctx context.Context, date string, resp *resource.ModifyPlanResponse) diag.Diagnostics {
	noted, _ := json.Marshal(date) // A string can always be encoded.
	return resp.Private.SetKey(ctx, successorKey, noted)
}

// Successor returns the date that NoteSuccessor stored for the object that replaces the deleted object. ok is false if no date
// is stored.
func Successor(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) (date string, ok bool, diags diag.Diagnostics) {
	noted, diags := req.Private.GetKey(ctx, successorKey)
	// Remove the date. Otherwise, the date would stay in the state after a failed delete, although the next plan can replace the
	// old object with a different object, or with none.
	diags.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
	ok = json.Unmarshal(noted, &date) == nil
	return date, ok, diags
}
