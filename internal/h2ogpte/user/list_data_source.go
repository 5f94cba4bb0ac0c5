// SPDX-License-Identifier: MPL-2.0

package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListDataSource makes the data source egs_h2ogpte_users.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, usersModel]{
		Name:   "_h2ogpte_users",
		Schema: usersSchema,
		Read:   readUsers,
	})
}

// usersModel is the data source in Terraform's terms.
type usersModel struct {
	Users []userModel `tfsdk:"users"`
}

// userModel is a user in Terraform's terms.
type userModel struct {
	ID       types.String `tfsdk:"id"`
	UserName types.String `tfsdk:"username"`
	Email    types.String `tfsdk:"email"`
}

func usersSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the users of h2oGPTe. It knows only those who have logged in once.",
		Attributes: map[string]schema.Attribute{
			"users": schema.ListNestedAttribute{
				MarkdownDescription: "The users, sorted by username and id.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"id": schema.StringAttribute{
							MarkdownDescription: "Identifier of the user: what `user_id` takes.",
							Computed:            true,
						},
						"username": schema.StringAttribute{
							MarkdownDescription: "Name of the user: what `username` takes.",
							Computed:            true,
						},
						"email": schema.StringAttribute{
							MarkdownDescription: "E-mail address of the user; null if h2oGPTe tells none.",
							Computed:            true,
						},
					},
				},
			},
		},
	}
}

func readUsers(ctx context.Context, api *h2ogpteapi.Client, m *usersModel) diag.Diagnostics {
	users, err := api.Users(ctx)
	if err != nil {
		return face.Failed("Unable to list h2oGPTe users", "all users", err)
	}
	m.Users = []userModel{}
	for _, user := range users {
		m.Users = append(m.Users, userModel{
			ID:       types.StringValue(user.ID),
			UserName: types.StringValue(user.UserName),
			Email:    face.StringOrNull(user.Email),
		})
	}
	return nil
}
