// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

var (
	_ face.FullResource                   = (*workspaceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*workspaceResource)(nil)
)

const (
	// defaultTimeout is how long a creation waits, and a deletion takes, if the configuration does not say.
	defaultTimeout = 10 * time.Minute

	// unlistedKey is private state: there from a workspace's creation until EGS lists
	// it. Until then a list without it does not prove that it is gone.
	unlistedKey = "unlisted"
)

// workspaceResource manages one workspace.
type workspaceResource struct {
	face.Resource[egsapi.Client]
}

// NewResource makes the resource egs_workspace.
func NewResource() resource.Resource {
	return &workspaceResource{face.NewResource[egsapi.Client]("_workspace", noun)}
}

// Create implements resource.Resource.
func (r *workspaceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	api := r.LoadPlan(ctx, req.Plan, &plan, &resp.Diagnostics)
	if api == nil {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	createdAt, adopted, err := api.CreateWorkspace(limited, plan.newWorkspace())
	if err != nil {
		resp.Diagnostics.Append(createFailed(&plan, err))
		return
	}
	// From here on the workspace exists: whatever happens, it goes into the state. What
	// fails now is a warning, since an error would have the next apply destroy it.
	plan.ID = plan.Name
	noun.Created(ctx, resp, &plan, plan.Name, api.Address(), createdAt)
	if adopted {
		resp.Diagnostics.Append(face.Adopted("EGS "+plan.object(), plan.Name.ValueString(), true))
	}

	listed, err := awaitWorkspace(limited, api, &plan)
	if err != nil {
		resp.Diagnostics.Append(notReady(&plan, timeout, err))
		if listed == nil && ctx.Err() == nil {
			listed, _ = api.Workspace(ctx, plan.Name.ValueString(), createdAt)
		}
	}
	if listed == nil {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, unlistedKey, []byte("true"))...)
	}
}

// awaitWorkspace waits until the workspace is listed and its kubeconfig can be had for each of its clusters.
func awaitWorkspace(ctx context.Context, api *egsapi.Client, plan *resourceModel) (listed *egsapi.Workspace, err error) {
	for _, cluster := range face.Texts(plan.Clusters) {
		ready, err := api.AwaitWorkspace(ctx, plan.Name.ValueString(), cluster)
		if ready != nil {
			listed = ready
		}
		if err != nil {
			return listed, err
		}
	}
	return listed, nil
}

// Read implements resource.Resource.
func (r *workspaceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	unlisted, diags := req.Private.GetKey(ctx, unlistedKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	origin := noun.Refreshed(ctx, req, resp, state.Name, api.Address())
	listed, err := api.Workspace(ctx, state.Name.ValueString(), origin.CreatedAt)
	switch {
	case errors.Is(err, egsapi.ErrNotFound) && unlisted != nil && !origin.IsElsewhere():
		state.ID = state.Name // An earlier version wrote none.
		resp.Diagnostics.Append(face.Encode(ctx, &resp.State, &state)...)
		resp.Diagnostics.AddWarning(fmt.Sprintf("EGS %s is not listed yet", state.object()), fmt.Sprintf(
			"EGS %s was created, and EGS has not listed it since. It stays in the state. If EGS does not create it any more, create it "+
				"again with terraform apply -replace=ADDRESS, or remove it from the state with terraform state rm.", state.object()))
		return
	case err != nil:
		origin.Unread(ctx, resp, state.object(), err)
		return
	}
	if unlisted != nil {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, unlistedKey, nil)...)
	}
	resp.Diagnostics.Append(origin.Seen(ctx, resp.Private)...)
	before := state
	state.refresh(listed)
	face.SetIfChanged(ctx, resp, &before, &state)
}

// Update implements resource.Resource. EGS cannot change a workspace; what changes is how Terraform treats it.
func (r *workspaceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(face.Decode(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	noun.Updated(ctx, resp, &plan, plan.Name)
}

// Delete implements resource.Resource.
func (r *workspaceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	api := r.LoadState(ctx, req.State, &state, &resp.Diagnostics)
	if api == nil {
		return
	}
	// The plan of a replacement that Terraform forces (-replace, replace_triggered_by, taint) shows no difference.
	resp.Diagnostics.Append(state.protected("deleted")...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	unlisted, diags := req.Private.GetKey(ctx, unlistedKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	origin := noun.OriginOf(ctx, req.Private, api.Address(), &resp.Diagnostics)
	resp.Diagnostics.Append(origin.Confirm(deleteSummary, state.object(), func() error {
		_, err := api.Workspace(ctx, state.Name.ValueString(), origin.CreatedAt)
		return err
	})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(removeKeys(ctx, api, r.Temporary, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unlisted != nil {
		api.ExpectWorkspace(state.Name.ValueString())
	}
	err := api.DeleteWorkspace(ctx, state.Name.ValueString(), origin.CreatedAt)
	if err == nil {
		err = api.AwaitWorkspaceGone(ctx, state.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(deleteFailed(&state, timeout, err))
	}
}

// ImportState implements resource.ResourceWithImportState. Read fills the rest.
func (r *workspaceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := noun.ImportID(ctx, req, &resp.Diagnostics)
	switch {
	case resp.Diagnostics.HasError():
		return
	case egsapi.LooksLikeSecret(name):
		// It is not repeated.
		resp.Diagnostics.AddError("Invalid import ID", "This looks like the secret of an API key. Import a workspace by its name. Since "+
			"the secret is now in your terminal's history, consider replacing the key.")
		return
	case !workspaceNameForm.MatchString(name):
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"%q is not the name of a workspace, which %s. The data source egs_workspaces lists the names.", name, workspaceNameRule))
		return
	}
	noun.Import(ctx, resp, name)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), name)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), untold)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("email"), untold)...)
}

const deleteSummary = "Unable to delete EGS workspace"

// deleteFailed is the error of a delete.
func deleteFailed(state *resourceModel, timeout time.Duration, err error) diag.Diagnostic {
	failed := face.FromError(deleteSummary, state.object(), err)
	if refused, ok := errors.AsType[*egsapi.Error](err); ok && refused.Refused() {
		return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+
			" EGS does not delete a workspace with active GPU provision requests (GPRs): end them first.")
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return failed
	}
	return diag.NewErrorDiagnostic(failed.Summary(), fmt.Sprintf(
		"%s\n\nIt stays in the state: destroy it again later. If EGS often takes longer than %s, raise delete in the timeouts block, "+
			"and apply that first.", failed.Detail(), timeout))
}

// createFailed is the error of a create.
func createFailed(plan *resourceModel, err error) diag.Diagnostic {
	howToImport := "terraform import egs_workspace.NAME " + plan.Name.ValueString()
	if uncertain, ok := noun.Uncertain("An", plan.object(),
		"Before you apply again, look for the workspace in EGS (data source egs_workspaces, or terraform query). If it is there, delete "+
			"it, or import it: "+howToImport, err); ok {
		return uncertain
	}
	if errors.Is(err, egsapi.ErrExists) {
		exists := face.FromError(fmt.Sprintf("EGS %s exists already", plan.object()), plan.object(), err)
		return diag.NewErrorDiagnostic(exists.Summary(), exists.Detail()+"\n\nPossible causes:\n\n"+
			"- Terraform replaces the workspace, and creates the new one first: create_before_destroy of an API key also applies to the "+
			"workspace that the key refers to.\n"+
			"- Another configuration, a user, or an earlier run whose state was lost created it.\n"+
			"- EGS has not finished deleting it.\n\n"+
			"In the first case, remove create_before_destroy. In the second, choose another name, or import the workspace if nothing "+
			"else manages it: "+howToImport+"\n\nSee \"A workspace that exists already\" in the troubleshooting guide.")
	}
	failed := face.FromError("Unable to create EGS workspace", plan.object(), err)
	if errors.Is(err, egsapi.ErrEnding) {
		return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\nApply again in a while.")
	}
	return failed
}

// notReady is the warning of a workspace that was created, and whose readiness could not be seen.
func notReady(plan *resourceModel, timeout time.Duration, err error) diag.Diagnostic {
	next := "It is not created again. What needs it may fail until it is ready: apply again then. The data source " +
		"egs_workspace shows what EGS lists of it."
	if errors.Is(err, context.DeadlineExceeded) {
		next += fmt.Sprintf(" If EGS often takes longer than %s, raise create in the timeouts block.", timeout)
	}
	summary := fmt.Sprintf("EGS %s was created and may not be ready yet", plan.object())
	failed := face.WarningFromError(summary, "EGS "+plan.object()+" was created and saved, but is not known to be ready", err)
	return diag.NewWarningDiagnostic(summary, failed.Detail()+"\n\n"+next)
}
