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

// ListResource describes a list resource. C is the client of its service, M is the model of its configuration, and T is the type
// of a listed object.
type ListResource[C, M, T any] struct {
	// Name is the name of the resource type without the provider's name, for example "_api_key".
	Name   string
	Schema func() Schema
	Noun   Noun
	// Select returns the objects that match the configuration. Show converts one of them to a result.
	Select func(ctx context.Context, api *C, m *M) ([]T, diag.Diagnostics)
	Show   func(api *C, item *T) Result
}

// Result is an object in the output of "terraform query". The output is plain text, so a result must not contain a secret.
type Result struct {
	DisplayName, ID string
	// Own reports whether the object is the key that the provider itself logs in with. Do not import this key.
	Own bool
	// Resource is a pointer to the model of the resource that manages such an object.
	Resource any
}

var _ list.ListResourceWithConfigure = (*listResource[any, any, any])(nil)

type listResource[C, M, T any] struct {
	Resource[C]
	is ListResource[C, M, T]
}

// NewListResource returns the list resource described by its argument.
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

// List streams the warnings first, and then the objects, at most as many as the limit of the request. Warnings come first
// because Terraform stops receiving at the limit. If there is an error, List streams no objects, only the diagnostics.
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

// UnreadableWarning returns a warning about list entries that could not be read, or nothing if entries is 0. The parameter
// things names the entries, for example "EGS API keys".
func UnreadableWarning(things string, entries int) (diags diag.Diagnostics) {
	if entries > 0 {
		diags.AddWarning(things+" omitted", fmt.Sprintf(
			"The results omit entries of the service's list that could not be read. Number of entries: %d.", entries))
	}
	return diags
}
