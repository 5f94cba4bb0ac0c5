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

// maxValidityDays is about 100 years. A larger number is probably a mistake.
const maxValidityDays = 36500

// defaultUserName is the username that EGS uses if the request has none.
const defaultUserName = "admin"

var knownRole = stringvalidator.OneOf("Owner", "Editor", "Viewer")

const aboutRole = "Role of the key. Allowed values: `Owner` (all of EGS), `Editor` (read and change one workspace), " +
	"`Viewer` (read one workspace)."

// Schema implements resource.Resource.
func (r *keyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	// EGS has no call that changes a key, so changing an argument that EGS stores replaces the key.
	fixed := []planmodifier.String{stringplanmodifier.RequiresReplace()}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages an API key of [EGS](https://docs.avesha.io/documentation/enterprise-egs/). The Admin Portal calls it an " +
			"[API token](https://docs.avesha.io/documentation/enterprise-egs/1.15.0/api-reference/overview).\n\n" +
			"EGS cannot change a key, so most changes replace the key: the new key has a new secret. If the key is deleted outside Terraform, the " +
			"next apply creates it again. If the key is changed outside Terraform, the next apply replaces the key, unless only its " +
			"name differs.\n\n" +
			"!> **Warning:** A key with the role `Owner` may have access to all of EGS, even if `workspace_name` is set. It is not " +
			"known whether EGS limits such a key to the workspace.\n\n" +
			"~> **Note:** The secret is stored in the Terraform state in plain text, unless `store_api_key` is `false`. Restrict access to the " +
			"state accordingly.",
		Attributes: map[string]schema.Attribute{
			"id": face.Kept("ID of the key: the MD5 hash of its secret in lowercase hexadecimal. It is not a secret."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key. It does not have to be unique. Changing this replaces the key. If EGS lists the key with " +
					"another name, the provider keeps the key and the configured name, and warns once.",
				Required:      true,
				Validators:    face.OneLine(),
				PlanModifiers: fixed,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: aboutRole + " Changing this replaces the key.",
				Required:            true,
				Validators:          []validator.String{knownRole},
				PlanModifiers:       fixed,
			},
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Workspace the key is for. The workspace must exist. Required if `role` is `Editor` or `Viewer`. " +
					"Changing this replaces the key.",
				Optional:      true,
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: fixed,
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Username of the user the key is for. Defaults to `admin`. Changing this replaces the key. The letter case is " +
					"ignored.",
				Optional:      true,
				Computed:      true,
				Default:       stringdefault.StaticString(defaultUserName),
				Validators:    []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers: []planmodifier.String{keepLetterCase, stringplanmodifier.RequiresReplace()},
			},
			"description": schema.StringAttribute{
				MarkdownDescription: "Description of the key. Changing this replaces the key.",
				Optional:            true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.RequiresReplaceIf(textChanged, textChangedDescription, textChangedDescription),
				},
			},
			"valid_until": schema.StringAttribute{
				MarkdownDescription: "Date until which the key is valid, in the format `YYYY-MM-DD`, for example `2027-03-31`. When the key is " +
					"created, the date must not be in the past (UTC). EGS decides whether the key still works on this date. Exactly one of " +
					"`valid_until` and `validity_period_days` must be set. Computed if `validity_period_days` is set. Changing this replaces " +
					"the key. The provider does not renew a key with a fixed date: plans warn before the date.",
				Optional:      true,
				Computed:      true,
				Validators:    []validator.String{renewal.Date()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplace()},
			},
			"validity_period_days": schema.Int64Attribute{
				MarkdownDescription: "Number of days for which the key is valid, from 1 to 36500. The period starts on the day the key is " +
					"created (UTC, by the clock of EGS). `valid_until` contains the resulting date. Terraform renews the key after it expires, or " +
					"earlier if `early_renewal_days` is set. Changing this does not replace the key. If the remaining " +
					"validity exceeds the new period by more than a day, the key is due for renewal at the next refresh.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(1, maxValidityDays)},
			},
			"early_renewal_days": face.OptionalInt64("Renewal starts this number of days before the expiry. From then on, `terraform apply` "+
				"renews the key: in place if `overlap_days` is set, otherwise by replacing it. `early_renewal_days` must be less than "+
				"`validity_period_days`, which must also be set. Changing this does not replace the key; it takes effect at the next "+
				"refresh.", int64validator.AtLeast(0)),
			"ready_for_renewal": face.KeptBool("Whether the key was due for renewal at the last refresh. Always `false` if `validity_period_days` " +
				"is not set."),
			"store_api_key": face.OptionalBool("Whether to store the secret in the Terraform state. Defaults to `true`. If `false`, `api_key` is null; " +
				"use the ephemeral resource `egs_api_key` to read the secret. If EGS does not return secrets in lists, the secret is stored " +
				"anyway, with a warning, since EGS deletes a key by its secret. Changing this does not replace the key."),
			"delete_on_destroy": face.OptionalBool("Whether to delete the key when Terraform destroys or replaces the resource. Defaults to `true`. If " +
				"`false`, the key and its `previous` key stay valid until they expire. Regardless of this value, Terraform deletes the " +
				"previous key at the end of an overlap. Terraform uses the value in the state, so apply a new value before you destroy " +
				"or replace the key."),
			"api_key": face.KeptSecret("Secret of the key. Null if `store_api_key` is `false`, or if the key was imported and EGS does not " +
				"return secrets in lists."),
		},
	}
	maps.Copy(resp.Schema.Attributes, form.Attributes(
		"replaced or, with `overlap_days`, rotated in place",
		"Number of days for which the previous key stays valid after a rotation. When the key is due for renewal, or a value of `rotate_when_changed` "+
			"changes, Terraform creates a new key in place and manages the old key as `previous`. If `validity_period_days` is set, "+
			"`early_renewal_days` must be at least this number.",
		"Secret of the previous key. Null if `store_api_key` is `false`."))
}

var noun = face.Noun{
	Name: "EGS API key", Setting: "endpoint",
	Identity: "id", Description: "ID of the key: the MD5 hash of its secret in lowercase hexadecimal.",
	Rotates: true,
}
