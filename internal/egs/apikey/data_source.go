// SPDX-License-Identifier: MPL-2.0

package apikey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewDataSource returns the data source egs_api_key.
func NewDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, keyModel]{
		Name:   "_api_key",
		Schema: keySchema,
		Validators: []datasource.ConfigValidator{
			datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		},
		Read: readKey,
	})
}

// keyModel is the model of the data source egs_api_key.
type keyModel struct {
	listedModel
	IncludeAPIKey types.Bool `tfsdk:"include_api_key"`
}

func keySchema() face.Schema {
	return face.Schema{
		Description: "Returns one API key of EGS by its ID or name. If no key matches, or if several keys match, the data source returns an " +
			"error.",
		Attributes: computedAttributes("Secret of the key. Null unless `include_api_key` is `true`.").With(face.Attributes{
			"id": face.OptionalComputed("ID of the key: the MD5 hash of its secret in lowercase hexadecimal. Exactly one of `id` and "+
				"`name` must be set.", keyID),
			"name": face.OptionalComputed("Exact name of the key. Exactly one of `id` and `name` must be set."),
			"workspace_name": face.OptionalComputed("Workspace of the key. Set this if several keys have the same name, or if the " +
				"provider's credentials can list only the keys of one workspace."),
			"include_api_key": face.OptionalBool("Whether to return the secret. Defaults to `false`. If `true`, the secret is stored in " +
				"the Terraform state in plain text."),
		}),
	}
}

func readKey(ctx context.Context, api *egsapi.Client, m *keyModel) (diags diag.Diagnostics) {
	filter := keyFilter{WorkspaceName: m.WorkspaceName, Name: m.Name}
	keys, err := candidates(ctx, api, m)
	if err != nil {
		return face.Failed("Unable to find EGS API key", filter.object(), err)
	}
	key, problem := onlyMatch(keys, m.ID, &filter)
	if problem != "" {
		diags.AddError("Unable to find EGS API key", problem)
		return diags
	}
	m.listedModel = newListedModel(api, key, m.IncludeAPIKey.ValueBool())
	return diags
}

// candidates returns the keys for onlyMatch. If an id is configured, candidates returns only the key with this id, or no key if
// the key does not exist. Otherwise it returns all keys.
func candidates(ctx context.Context, api *egsapi.Client, config *keyModel) ([]egsapi.APIKey, error) {
	if config.ID.IsNull() {
		list, err := api.APIKeys(ctx, config.WorkspaceName.ValueString())
		if err != nil {
			return nil, err
		}
		return list.Items, nil
	}
	key, err := api.APIKey(ctx, configuredRef(ctx, api, config.ID.ValueString(), config.WorkspaceName))
	switch {
	case errors.Is(err, egsapi.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []egsapi.APIKey{*key}, nil
}

// onlyMatch returns the key that matches the id and the filter. If no key or several keys match, it returns an error message in
// problem.
func onlyMatch(keys []egsapi.APIKey, id types.String, filter *keyFilter) (key *egsapi.APIKey, problem string) {
	keys = slices.DeleteFunc(keys, func(key egsapi.APIKey) bool {
		return !face.Matches(id, key.ID) || !filter.matches(&key, time.Time{})
	})
	switch len(keys) {
	case 1:
		return &keys[0], ""
	case 0:
		if !id.IsNull() {
			return nil, fmt.Sprintf("No API key with the id %q is visible to the provider's credentials.", id.ValueString())
		}
		return nil, fmt.Sprintf("No %s are visible to the provider's credentials.", filter.object())
	}
	var ids []string
	for _, key := range keys {
		ids = append(ids, key.ID)
	}
	problem = fmt.Sprintf("There are %d %s:\n\n- %s\n\nSet id to one of these", len(keys), filter.object(), strings.Join(ids, "\n- "))
	if filter.WorkspaceName.IsNull() {
		problem += ", or set workspace_name"
	}
	return nil, problem + "."
}
