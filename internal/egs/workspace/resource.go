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
	// defaultTimeout is the default of the create timeout and of the delete timeout.
	defaultTimeout = 10 * time.Minute

	// unlistedKey is a key in private state. It is set if EGS did not list the workspace during its create, and is removed when
	// EGS lists the workspace. While it is set, a list without the workspace does not prove that the workspace was deleted.
	unlistedKey = "unlisted"
)

// workspaceResource implements the resource egs_workspace.
type workspaceResource struct {
	face.Resource[egsapi.Client]
}

// NewResource returns the resource egs_workspace.
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
	// The workspace exists now and must be in the state. From here on, failures are only warnings: an error would taint the
	// workspace, and the next apply would destroy it.
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

// awaitWorkspace waits until EGS lists the workspace and provides its kubeconfig for each of its clusters. The result listed is
// the workspace as EGS lists it. It is nil if EGS did not list the workspace. If awaitWorkspace returns an error, listed may be
// set too.
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
	case errors.Is(err, egsapi.ErrNotFound) && unlisted != nil && !origin.IsAtOtherEndpoint():
		state.ID = state.Name // Earlier versions of the provider had no attribute id.
		resp.Diagnostics.Append(face.Encode(ctx, &resp.State, &state)...)
		resp.Diagnostics.AddWarning(fmt.Sprintf("EGS %s is not listed yet", state.object()), fmt.Sprintf(
			"EGS %s was created, but EGS does not list it yet. It stays in the state. If EGS does not finish the creation, create the "+
				"workspace again with terraform apply -replace=ADDRESS, or remove it from the state with terraform state rm.", state.object()))
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

// Update implements resource.Resource. EGS cannot change a workspace, so Update sends no request and changes only the state.
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
	// The plan does not check the protection if Terraform forces a replacement (-replace, replace_triggered_by or taint),
	// because the provider cannot detect this in a plan. So Delete checks the protection again.
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
		err = api.AwaitWorkspaceDeleted(ctx, state.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(deleteFailed(&state, timeout, err))
	}
}

// ImportState implements resource.ResourceWithImportState. It sets name, id, username and email. The Read that follows sets the
// other attributes.
func (r *workspaceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	name := noun.ImportID(ctx, req, &resp.Diagnostics)
	switch {
	case resp.Diagnostics.HasError():
		return
	case egsapi.LooksLikeSecret(name):
		// The error must not contain the secret.
		resp.Diagnostics.AddError("Invalid import ID", "This looks like the secret of an API key. Import a workspace by its name. The "+
			"secret may now be in your shell history: consider replacing the key.")
		return
	case !workspaceNameForm.MatchString(name):
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf(
			"%q is not a valid name of a workspace. The name %s. The data source egs_workspaces lists the names.", name, workspaceNameRule))
		return
	}
	noun.Import(ctx, resp, name)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), name)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), notReturned)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("email"), notReturned)...)
}

const deleteSummary = "Unable to delete EGS workspace"

func deleteFailed(state *resourceModel, timeout time.Duration, err error) diag.Diagnostic {
	failed := face.FromError(deleteSummary, state.object(), err)
	if refused, ok := errors.AsType[*egsapi.Error](err); ok && refused.Refused() {
		return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+
			" EGS does not delete a workspace with active GPU provisioning requests (GPRs): end them first.")
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return failed
	}
	return diag.NewErrorDiagnostic(failed.Summary(), fmt.Sprintf(
		"%s\n\nThe workspace stays in the state. Destroy it again later. If EGS often takes longer than %s, increase delete in the timeouts block, "+
			"and apply this change before you destroy the workspace.", failed.Detail(), timeout))
}

func createFailed(plan *resourceModel, err error) diag.Diagnostic {
	howToImport := "terraform import ADDRESS " + plan.Name.ValueString()
	if uncertain, ok := noun.Uncertain("An", plan.object(),
		"Before you apply again, look for the workspace in EGS (data source egs_workspaces, or terraform query). If it exists, delete "+
			"it, or import it: "+howToImport, err); ok {
		return uncertain
	}
	if errors.Is(err, egsapi.ErrExists) {
		exists := face.FromError(fmt.Sprintf("EGS %s already exists", plan.object()), plan.object(), err)
		return diag.NewErrorDiagnostic(exists.Summary(), exists.Detail()+"\n\nPossible causes:\n\n"+
			"- Terraform replaces the workspace and creates the new one first. create_before_destroy of an API key also applies to the "+
			"workspace that the key refers to. Remove create_before_destroy.\n"+
			"- Another configuration, a user, or an earlier run with a lost state created it. Choose another name, or import the workspace if "+
			"nothing else manages it: "+howToImport+"\n"+
			"- EGS has not finished deleting it. Apply again later.\n\nSee \"A workspace that already exists\" in the troubleshooting guide.")
	}
	failed := face.FromError("Unable to create EGS workspace", plan.object(), err)
	if errors.Is(err, egsapi.ErrStillDeleting) {
		return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\nApply again later.")
	}
	return failed
}

// notReady returns the warning for a workspace that was created, but that the provider could not confirm to be ready.
func notReady(plan *resourceModel, timeout time.Duration, err error) diag.Diagnostic {
	next := "Resources that need the workspace may fail until it is ready. If so, apply again later. The data source egs_workspace " +
		"returns the workspace as EGS lists it."
	if errors.Is(err, context.DeadlineExceeded) {
		next += fmt.Sprintf(" If EGS often takes longer than %s, increase create in the timeouts block.", timeout)
	}
	summary := fmt.Sprintf("EGS %s was created and may not be ready yet", plan.object())
	failed := face.WarningFromError(summary, "EGS "+plan.object()+" was created and saved, but the provider could not confirm that it is ready", err)
	return diag.NewWarningDiagnostic(summary, failed.Detail()+"\n\n"+next)
}
