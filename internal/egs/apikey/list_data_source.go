// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewListDataSource makes the data source egs_api_keys.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, keysModel]{
		Name:   "_api_keys",
		Schema: keysSchema,
		Read:   readKeys,
	})
}

// keysModel is the data source in Terraform's terms.
type keysModel struct {
	keyFilter
	IncludeAPIKeys types.Bool    `tfsdk:"include_api_keys"`
	APIKeys        []listedModel `tfsdk:"api_keys"`
}

func keysSchema() schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Lists the API keys of EGS that the provider's credentials may see. Without a filter it lists " +
			"all of them; several filters must all match. No match is an empty list.",
		Attributes: map[string]schema.Attribute{
			"workspace_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this workspace. Credentials that are bound to a workspace may need it.",
				Optional:            true,
				Validators:          filled,
			},
			"role": schema.StringAttribute{
				MarkdownDescription: "Only keys of this role: `Owner`, `Editor` or `Viewer`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("Owner", "Editor", "Viewer")},
			},
			"user_name": schema.StringAttribute{
				MarkdownDescription: "Only keys of this user, in any letter case.",
				Optional:            true,
				Validators:          filled,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only keys of exactly this name.",
				Optional:            true,
				Validators:          filled,
			},
			"include_api_keys": schema.BoolAttribute{
				MarkdownDescription: "Whether to fetch the secrets too. Defaults to `false`. If `true`, the secrets of all matching " +
					"keys are stored in Terraform's state in clear text.",
				Optional: true,
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys that match, sorted by workspace, name and id.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: computedAttributes("Null unless `include_api_keys` is `true`."),
				},
			},
		},
	}
}

// computedAttributes are the attributes of a key that was found.
func computedAttributes(secretNote string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "Identifier of the key, safe to show: the MD5 of its secret in lower-case hexadecimal.",
			Computed:            true,
		},
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the key.",
			Computed:            true,
		},
		"role": schema.StringAttribute{
			MarkdownDescription: "Role of the key: `Owner`, `Editor` or `Viewer`.",
			Computed:            true,
		},
		"workspace_name": schema.StringAttribute{
			MarkdownDescription: "Name of the key's workspace; null for a key of none.",
			Computed:            true,
		},
		"user_name": schema.StringAttribute{
			MarkdownDescription: "Name of the key's user, in the letter case that EGS shows.",
			Computed:            true,
		},
		"description": schema.StringAttribute{
			MarkdownDescription: "What the key is for; null if nobody said.",
			Computed:            true,
		},
		"valid_until": schema.StringAttribute{
			MarkdownDescription: "Date until which the key is valid, as `YYYY-MM-DD`.",
			Computed:            true,
		},
		"service_account_name": schema.StringAttribute{
			MarkdownDescription: "Name of the Kubernetes service account whose permissions the key has.",
			Computed:            true,
		},
		"token_ttl_seconds": schema.Int64Attribute{
			MarkdownDescription: "Lifetime, in seconds, of the access tokens that EGS issues for the key.",
			Computed:            true,
		},
		"api_key": schema.StringAttribute{
			MarkdownDescription: "The secret. " + secretNote,
			Computed:            true,
			Sensitive:           true,
		},
	}
}

func readKeys(ctx context.Context, api *egsapi.Client, m *keysModel) (diags diag.Diagnostics) {
	list, err := api.APIKeys(ctx, m.WorkspaceName.ValueString())
	if err != nil {
		return face.Failed("Unable to list EGS API keys", m.object(), err)
	}
	diags.Append(face.LeftOut("EGS API keys", list.Unreadable)...)
	m.APIKeys = []listedModel{}
	for _, key := range list.Items {
		if m.matches(&key) {
			m.APIKeys = append(m.APIKeys, found(&key, m.IncludeAPIKeys.ValueBool()))
		}
	}
	return diags
}

// found is a key as a data source shows it.
func found(key *egsapi.APIKey, withSecret bool) listedModel {
	var m listedModel
	m.refresh(key)
	if !withSecret {
		m.APIKey = types.StringNull()
	}
	return m
}
