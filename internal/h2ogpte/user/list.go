// SPDX-License-Identifier: MPL-2.0

package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
)

// NewListDataSource returns the data source egs_h2ogpte_users.
func NewListDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[h2ogpteapi.Client, usersModel]{
		Name: "_h2ogpte_users", Schema: usersSchema, Read: readUsers,
	})
}

type usersModel struct {
	Users []userModel `tfsdk:"users"`
}

type userModel struct {
	ID       types.String `tfsdk:"id"`
	UserName types.String `tfsdk:"username"`
	Email    types.String `tfsdk:"email"`
}

func usersSchema() face.Schema {
	return face.Schema{
		Description: "Lists the users of h2oGPTe. h2oGPTe lists only users who have logged in at least once.",
		Attributes: face.Attributes{
			"users": face.Listed("Users, sorted by username and ID.", face.Attributes{
				"id":       face.Computed("ID of the user, for `user_id` of other resources."),
				"username": face.Computed("Username of the user, for `username` of other resources."),
				"email":    face.Computed("Email address of the user. Null if h2oGPTe returns none."),
			}),
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
