// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// maxDays is a century: more is a slip of the finger.
const maxDays = 36500

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	fixed := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	days := int64validator.Between(1, maxDays)

	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key of Enterprise h2oGPTe, made by an administrator for a user.\n\n" +
			"What can be changed is changed in place, and the secret stays: when the key expires, how long it may be idle, and, once, " +
			"that it is active. A change of the rest deletes the key and creates another one, whose secret is new. A key that somebody " +
			"deleted is created anew, and so is one that somebody deactivated, since that cannot be undone.\n\n" +
			"~> The secret is stored in Terraform's state in clear text: h2oGPTe tells it once, when the key is created. Keep the " +
			"state where only those can read it who may use the key.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("Identifier of the key, safe to show."),
			"user_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the user the key is for. Either this or `username` is needed, and the other follows " +
					"from it; where both are set, they must be of the same user. If only this is set, the user need not be listed. Null " +
					"after an import if h2oGPTe does not list the user. " +
					"Changing it replaces the key.",
				Optional:   true,
				Computed:   true,
				Validators: filled,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(),
					stringplanmodifier.RequiresReplaceIf(userChanged, userChangedDescription, userChangedDescription),
				},
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Name of the user the key is for. h2oGPTe finds only users who have logged in once; the data source " +
					"`egs_h2ogpte_users` lists them. Either this or `user_id` is needed. Changing it replaces the key.",
				Optional:      true,
				Computed:      true,
				Validators:    filled,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key. h2oGPTe allows several keys of the same name. Changing it replaces the key. If " +
					"h2oGPTe lists the key under another name, the key and the configured name stay, and a warning says so once.",
				Required:      true,
				Validators:    face.OneLine(),
				PlanModifiers: fixed,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "Identifier of the collection that the key is limited to. If it is not set, the key is not limited. " +
					"Changing it replaces the key.",
				Optional:      true,
				Validators:    filled,
				PlanModifiers: fixed,
			},
			"expires_in_days": face.OptionalInt64("In how many days the key expires, counted from when it is created, and again from when the number is "+
				"changed: the key's expiry is then set again in place, and the secret stays. Removing it removes the expiry. The date "+
				"that came of it is `expires_at`. If that date is changed outside Terraform, a plan shows the days that were left, and sets "+
				"the expiry again. If it is not set, the key does not expire, unless the site has all keys expire. The site may refuse "+
				"long periods. Of a key that is not active, and stays so, the number is only saved.", days),
			"expires_at": face.Kept("When the key expires, in RFC 3339 and UTC, for example `2027-03-31T12:00:00Z`; null if it does not. " +
				"Of a key that is not active it stays as it is."),
			"early_renewal_days": face.OptionalInt64("How many days before the key expires the next `terraform apply` extends its expiry to "+
				"`expires_in_days` from then: in place, and the secret stays. Needs `expires_in_days` and must be less. With `0` the "+
				"expiry is extended when it is over, if h2oGPTe has not deactivated the key by then. Changing it changes nothing in "+
				"h2oGPTe; the next refresh judges by it.", int64validator.AtLeast(0)),
			"ready_for_renewal": face.KeptBool("Whether the key's expiry is due to be extended, as of the last refresh: the key is active and " +
				"within `early_renewal_days` of its end, or past it."),
			"inactivity_interval_days": face.OptionalInt64("After how many days without use h2oGPTe deactivates the key. Changed in "+
				"place; removing it removes the "+
				"interval. Of a key that is not active, and stays so, the number is only saved. An older h2oGPTe does not know it, which is an error.", days),
			"active": schema.BoolAttribute{
				MarkdownDescription: "Whether the key can be used. Defaults to `true`. `false` deactivates the key in place, for good: " +
					"h2oGPTe cannot activate a key again, so `true` replaces a key that is not active. " +
					"h2oGPTe refuses every other change of such a key: with `false` the plan changes no more than what the state says of " +
					"`expires_in_days` and `inactivity_interval_days`.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				PlanModifiers: []planmodifier.Bool{
					boolplanmodifier.RequiresReplaceIf(reactivated, reactivatedDescription, reactivatedDescription),
				},
			},
			"hint": face.Kept("The last characters of the secret, by which people tell keys apart."),
			"secret_key": face.KeptSecret("The secret: what programs log in to h2oGPTe with. Null after an import, since h2oGPTe tells it only " +
				"when a key is created."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Rotates the key without a gap: when one of `rotate_when_changed` changes, another key is created in place, and the key before stays "+
			"valid and managed as `previous`. Its own expiry stays as it is.",
		"Its secret; null where the key was imported."))
}

var noun = face.Noun{
	Thing: "h2oGPTe API key", Setting: "h2ogpte.endpoint",
	Identity: "id", Description: "Identifier of the key.",
	Rotates: true,
}
