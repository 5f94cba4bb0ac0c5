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

// NewDataSource makes the data source egs_api_key.
func NewDataSource() datasource.DataSource {
	return face.NewDataSource(face.DataSource[egsapi.Client, foundModel]{
		Name:   "_api_key",
		Schema: foundSchema,
		Validators: []datasource.ConfigValidator{
			datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		},
		Read: readKey,
	})
}

// foundModel is the data source in Terraform's terms.
type foundModel struct {
	listedModel
	IncludeAPIKey types.Bool `tfsdk:"include_api_key"`
}

func foundSchema() face.Schema {
	return face.Schema{
		Description: "Finds one API key of EGS by its id, or by its name. No match is an error, and several matches are " +
			"an error that lists their ids.",
		Attributes: computedAttributes("The secret. Null unless `include_api_key` is `true`.").With(face.Attributes{
			"id": face.OptionalComputed("Identifier of the key: the MD5 of its secret in lower-case hexadecimal. Exactly one of `id` and "+
				"`name` must be set.", keyID),
			"name": face.OptionalComputed("Name of the key, exactly. Exactly one of `id` and `name` must be set."),
			"workspace_name": face.OptionalComputed("Name of the key's workspace. Set it to look in that workspace only, where several keys " +
				"have the name or the credentials are bound to the workspace."),
			"include_api_key": face.OptionalBool("Whether to fetch the secret too. Defaults to `false`. If `true`, the secret is stored in " +
				"Terraform's state in clear text."),
		}),
	}
}

func readKey(ctx context.Context, api *egsapi.Client, m *foundModel) (diags diag.Diagnostics) {
	filter := keyFilter{WorkspaceName: m.WorkspaceName, Name: m.Name}
	keys, err := candidates(ctx, api, m)
	if err != nil {
		return face.Failed("Unable to find EGS API key", filter.object(), err)
	}
	key, err := onlyMatch(keys, m.ID, &filter)
	if err != nil {
		diags.AddError("Unable to find EGS API key", err.Error())
		return diags
	}
	m.listedModel = found(api, key, m.IncludeAPIKey.ValueBool())
	return diags
}

// candidates are the keys that the data source chooses from.
func candidates(ctx context.Context, api *egsapi.Client, config *foundModel) ([]egsapi.APIKey, error) {
	if config.ID.IsNull() {
		list, err := api.APIKeys(ctx, config.WorkspaceName.ValueString())
		if err != nil {
			return nil, err
		}
		return list.Items, nil
	}
	key, err := api.APIKey(ctx, maybeYoung(ctx, api, config.ID.ValueString(), config.WorkspaceName))
	switch {
	case errors.Is(err, egsapi.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []egsapi.APIKey{*key}, nil
}

// onlyMatch returns the one key with the id, or the one that the filter chooses.
func onlyMatch(keys []egsapi.APIKey, id types.String, filter *keyFilter) (*egsapi.APIKey, error) {
	keys = slices.DeleteFunc(keys, func(key egsapi.APIKey) bool {
		return !face.Matches(id, key.ID) || !filter.matches(&key, time.Time{})
	})
	switch len(keys) {
	case 1:
		return &keys[0], nil
	case 0:
		if !id.IsNull() {
			return nil, fmt.Errorf("no API key that the provider's credentials may see has the id %q", id.ValueString())
		}
		return nil, fmt.Errorf("there are no %s among those that the provider's credentials may see", filter.object())
	}
	var ids []string
	for _, key := range keys {
		ids = append(ids, key.ID)
	}
	text := fmt.Sprintf("there are %d %s:\n\n- %s\n\nChoose one by its id", len(keys), filter.object(), strings.Join(ids, "\n- "))
	if filter.WorkspaceName.IsNull() {
		text += ", or set workspace_name"
	}
	return nil, errors.New(text + ".")
}
