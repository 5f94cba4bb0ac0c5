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

// maxDays is the largest number of days that can be configured: a century. A larger number is probably a typing error.
const maxDays = 36500

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	fixed := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	days := int64validator.Between(1, maxDays)

	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages an [API key](https://docs.h2o.ai/enterprise-h2ogpte/guide/apis) of " +
			"[Enterprise h2oGPTe](https://docs.h2o.ai/enterprise-h2ogpte/) that an administrator creates for a user.\n\n" +
			"The expiry and the inactivity interval are updated in place, without a new secret. Changing the name, the user or the " +
			"collection replaces the key: the new key has a new secret. If the key is deleted or deactivated outside Terraform, the " +
			"next apply creates a new key.\n\n" +
			"~> **Note:** The secret is stored in the Terraform state in plain text, since h2oGPTe returns it only once. Restrict access to the " +
			"state accordingly.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("ID of the key. It is not a secret."),
			"user_id": schema.StringAttribute{
				MarkdownDescription: "ID of the user the key is for. Required if `username` is not set. If both are set, they must identify the " +
					"same user. If only `user_id` is set, the user does not have to be in h2oGPTe's list of users. Null after an import if h2oGPTe does not list " +
					"the user. Changing this replaces the key.",
				Optional:   true,
				Computed:   true,
				Validators: filled,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(),
					stringplanmodifier.RequiresReplaceIf(userChanged, userChangedDescription, userChangedDescription),
				},
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Username of the user the key is for. The user must have logged in to h2oGPTe once; the data source " +
					"`egs_h2ogpte_users` lists these users. Required if `user_id` is not set. Changing this replaces the key.",
				Optional:      true,
				Computed:      true,
				Validators:    filled,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key. It does not have to be unique. Changing this replaces the key. If h2oGPTe lists the key with " +
					"another name, the provider keeps the key and the configured name, and warns once.",
				Required:      true,
				Validators:    face.OneLine(),
				PlanModifiers: fixed,
			},
			"collection_id": schema.StringAttribute{
				MarkdownDescription: "ID of the collection that the key is limited to. Defaults to no limit. Changing this replaces the key.",
				Optional:            true,
				Validators:          filled,
				PlanModifiers:       fixed,
			},
			"expires_in_days": face.OptionalInt64("Number of days until the key expires, from 1 to 36500. Defaults to no expiry, unless h2oGPTe sets "+
				"one; h2oGPTe may refuse long periods. The period starts when the key is created, and again when you change this. "+
				"`expires_at` contains the resulting time. Changing this sets a new expiry in place and keeps the secret. Removing "+
				"`expires_in_days` removes the expiry. If the expiry is changed outside Terraform, the next apply sets it again. For an "+
				"inactive key, changes are saved only in the state.", days),
			"expires_at": face.Kept("Time at which the key expires, in RFC 3339 format (UTC), for example `2027-03-31T12:00:00Z`. Null if the key " +
				"does not expire."),
			"early_renewal_days": face.OptionalInt64("Renewal starts this number of days before the expiry. From then on, `terraform "+
				"apply` extends the expiry in place, to `expires_in_days` after the apply. The secret stays the same. "+
				"`early_renewal_days` must be less than `expires_in_days`, which must also be set. "+
				"With `0`, the expiry is extended after the key has expired, if h2oGPTe has not deactivated it. Changing this does not change the key; "+
				"it takes effect at the next refresh.", int64validator.AtLeast(0)),
			"ready_for_renewal": face.KeptBool("Whether the expiry was due to be extended at the last refresh. Always `false` if " +
				"`early_renewal_days` is not set, or if the key is inactive."),
			"inactivity_interval_days": face.OptionalInt64("Number of days without use after which h2oGPTe deactivates the key, from 1 to 36500. "+
				"Defaults to no interval. Changing or removing this updates the key in place. For an inactive key, changes are saved only in the state. "+
				"Older versions of h2oGPTe do not support inactivity intervals and return an error.", days),
			"active": schema.BoolAttribute{
				MarkdownDescription: "Whether the key is active. Defaults to `true`. Changing this to `false` deactivates the key in place. This cannot " +
					"be undone: changing `active` to `true` replaces an inactive key. h2oGPTe refuses to change an inactive key, so changes " +
					"of `expires_in_days` and `inactivity_interval_days` are saved only in the state.",
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				PlanModifiers: []planmodifier.Bool{
					boolplanmodifier.RequiresReplaceIf(reactivated, reactivatedDescription, reactivatedDescription),
				},
			},
			"hint": face.Kept("Last characters of the secret, to tell keys apart."),
			"secret_key": face.KeptSecret("Secret of the key. Null after an import, since h2oGPTe returns it only when the key is " +
				"created."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Number of days for which the previous key stays valid after a rotation. When a value of `rotate_when_changed` changes, Terraform creates a new "+
			"key in place and manages the old key as `previous`. The expiry of the old key does not change.",
		"Secret of the previous key. Null if the key was imported."))
}

var noun = face.Noun{
	Name: "h2oGPTe API key", Setting: "h2ogpte.endpoint",
	Identity: "id", Description: "ID of the key.",
	Rotates: true,
}
