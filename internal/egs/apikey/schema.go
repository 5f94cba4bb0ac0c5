// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

// maxValidityDays is a century: more is a slip of the finger.
const maxValidityDays = 36500

// defaultUserName is the user of a key for which none is named, as EGS has it.
const defaultUserName = "admin"

// knownRole checks that a text is a role of EGS.
var knownRole = stringvalidator.OneOf("Owner", "Editor", "Viewer")

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	// EGS has no call that changes a key, so every change of an argument replaces
	// it. What the controller computed stays as it is until then.
	fixed := []planmodifier.String{stringplanmodifier.RequiresReplace()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of EGS: what a team's programs reach EGS with.\n\n" +
			"EGS cannot change a key. A change of any argument deletes the key and creates another one, whose " +
			"secret is new. A key that was deleted outside Terraform is created again; one that was changed, other than in its name, is replaced.\n\n" +
			"!> **Warning:** A key with the role `Owner` can do everything in EGS, also if it names a workspace.\n\n" +
			"~> The secret is stored in Terraform's state in clear text, unless `store_api_key` is `false`. Keep the state " +
			"where only those can read it who may use the key.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Identifier of the key, safe to show: the MD5 of its secret in lower-case hexadecimal."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key. EGS allows several keys of the same name. Changing it replaces the key. If " +
					"EGS lists the key under another name, the key and the configured name stay, and a warning says so once.",
				Required:      true,
				Validators:    face.OneLine(),
				PlanModifiers: fixed,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Role of the key. Allowed values: `Owner` (all of EGS), `Editor` (read and change one workspace), " +
					"`Viewer` (read one workspace). Changing it replaces the key.",
				Required:      true,
				Validators:    []validator.String{knownRole},
				PlanModifiers: fixed,
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Name of the workspace the key is for. Required for the roles `Editor` and `Viewer`, " +
					"optional for `Owner`. The workspace must exist. Changing it replaces the key.",
				Optional:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: fixed,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Name of the user the key is for. Defaults to `admin`. EGS may show it in another " +
					"letter case, which is no difference. Changing it otherwise replaces the key.",
				Optional:      true,
				Computed:      true,
				Default:       stringdefault.StaticString(defaultUserName),
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{keepLetterCase, stringplanmodifier.RequiresReplace()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "What the key is for, in words. Changing it replaces the key.",
				Optional:            true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.RequiresReplaceIf(textChanged, textChangedDescription, textChangedDescription),
				},
			},
			"valid_until": schema.StringAttribute{
				MarkdownDescription: "Date until which the key is valid, as `YYYY-MM-DD`, for example `2027-03-31`. It must " +
					"not be past (in UTC) when the key is created; a key that exists may expire. Whether the key still works on that " +
					"day itself is up to the controller. Exactly one of `valid_until` and " +
					"`validity_period_days` must be set; with the latter this is the date that came of it. Changing it replaces the key.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{renewal.Date()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"validity_period_days": schema.Int64Attribute{
				MarkdownDescription: "How many days the key is valid, from the day of its creation (UTC, by the controller's clock); the " +
					"date is fixed then and kept in `valid_until`. A key with a period is renewed when it has expired, or earlier: " +
					"see `early_renewal_days`. Changing this keeps the key and its date, also where the key had a fixed date. If the key " +
					"is then valid more than a day longer than the new number, it is due for renewal at the next refresh.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(1, maxValidityDays)},
			},
			"early_renewal_days": face.OptionalInt64("How many days before it expires the next `terraform apply` renews the key: with "+
				"`overlap_days` in place, else by a replacement. Needs "+
				"`validity_period_days` and must be less. Changing this does not replace the key; it takes effect at the next "+
				"refresh.", int64validator.AtLeast(0)),
			"ready_for_renewal": face.KeptBool("Whether the key is due for renewal, as of the last refresh: it has a " +
				"`validity_period_days` and is within `early_renewal_days` of its end, expired, or valid longer than a shortened period."),
			"store_api_key": face.OptionalBool("Whether the secret is stored in Terraform's state. Defaults to `true`. If `false`, `api_key` is null; " +
				"the ephemeral resource `egs_api_key` fetches the secret where it is needed. If EGS does not return secrets in lists, the " +
				"secret is stored anyway, with a warning: EGS deletes a key by its secret. Changing this keeps the key."),
			"delete_on_destroy": face.OptionalBool("Whether the key is deleted when Terraform destroys or replaces the resource. Defaults to `true`. If " +
				"`false`, the key and its `previous` one stay usable until they expire. The end of an overlap deletes the previous key " +
				"nevertheless. Changing this takes effect with the next apply, so apply it before the destroy or replacement that it is for."),
			"api_key": face.KeptSecret("The secret: what `EGS_API_KEY` takes. Null if `store_api_key` is `false`, and where the key was " +
				"imported from a controller whose list hides secrets."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Rotates the key without a gap: when it is due, or one of `rotate_when_changed` changes, another key is created in place, and the key "+
			"before stays valid and managed as `previous`. Needs `early_renewal_days` of as many days or more if there is a "+
			"`validity_period_days`.",
		"Its secret; null if `store_api_key` is `false`."))
}

var noun = face.Noun{
	Thing: "EGS API key", Setting: "endpoint",
	Identity: "id", Description: "Identifier of the key: the MD5 of its secret in lower-case hexadecimal.",
	Rotates: true,
}
