// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ListResource says what a list resource is: C is the client of its service, M the model of its configuration, and T
// an item.
type ListResource[C, M, T any] struct {
	// Name is that of the resource, behind that of the provider, as "_api_key".
	Name   string
	Schema func() Schema
	Noun   Noun
	// Select returns the items that the configuration selects.
	Select func(ctx context.Context, api *C, m *M) ([]T, diag.Diagnostics)
	Show   func(api *C, item *T) Result
}

// Result is an item as terraform query shows it. Query results are printed in clear, so it holds no secret.
type Result struct {
	DisplayName, ID string
	// Own says that it is the key that the provider itself logs in with: who imports keys leaves it out.
	Own bool
	// Resource is a pointer to the model of the resource.
	Resource any
}

var _ list.ListResourceWithConfigure = (*listResource[any, any, any])(nil)

type listResource[C, M, T any] struct {
	Resource[C]
	is ListResource[C, M, T]
}

// NewListResource makes a list resource.
func NewListResource[C, M, T any](is ListResource[C, M, T]) list.ListResource {
	return &listResource[C, M, T]{NewResource[C](is.Name, is.Noun), is}
}

func (l *listResource[C, M, T]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	own := l.is.Schema()
	resp.Schema = listschema.Schema{
		MarkdownDescription: own.Description,
		Attributes:          attributesOf(own.Attributes, func(a schema.Attribute) listschema.Attribute { return a }),
	}
}

// List streams the warnings, and then the items up to the limit: Terraform stops to receive at the limit. Errors stand
// for all results.
func (l *listResource[C, M, T]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var (
		m     M
		items []T
		diags diag.Diagnostics
	)
	api := l.Load(ctx, req.Config, &m, &diags)
	if api != nil {
		items, diags = l.is.Select(ctx, api, &m)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if int64(len(items)) > req.Limit && req.Limit > 0 {
		items = items[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for _, d := range diags {
			if !push(list.ListResult{Diagnostics: diag.Diagnostics{d}}) {
				return
			}
		}
		for i := range items {
			if ctx.Err() != nil || !push(listResult(ctx, req, l.noun, l.is.Show(api, &items[i]))) {
				return
			}
		}
	}
}

func listResult(ctx context.Context, req list.ListRequest, noun Noun, shown Result) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = Printable(shown.DisplayName)
	if shown.Own {
		result.DisplayName += ", used by the provider"
	}
	result.Diagnostics.Append(noun.setIdentity(ctx, result.Identity, types.StringValue(shown.ID))...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, shown.Resource)...)
	}
	return result
}

// LeftOut is the warning of a list of which entries could not be read; things are for example "EGS API keys".
func LeftOut(things string, entries int) (diags diag.Diagnostics) {
	if entries > 0 {
		diags.AddWarning(things+" left out", fmt.Sprintf(
			"The results omit entries of the service's list that could not be read. Number of entries: %d.", entries))
	}
	return diags
}
