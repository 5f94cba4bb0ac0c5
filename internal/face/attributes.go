// SPDX-License-Identifier: MPL-2.0

package face

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Attributes are those of a data source, list resource, action or ephemeral resource. The framework has a schema
// package for each, but the attributes of one package are attributes of the others too.
type Attributes map[string]schema.Attribute

// With adds other attributes, or replaces those of the same name.
func (a Attributes) With(others Attributes) Attributes {
	maps.Copy(a, others)
	return a
}

// Schema is that of a data source, list resource, action or ephemeral resource.
type Schema struct {
	// Description is in Markdown.
	Description string
	Attributes  Attributes
}

// attributesOf are the attributes for a schema of another package.
func attributesOf[A any](attributes Attributes, as func(schema.Attribute) A) map[string]A {
	converted := make(map[string]A, len(attributes))
	for name, attribute := range attributes {
		converted[name] = as(attribute)
	}
	return converted
}

// Computed is a computed text.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// ComputedSecret is a computed text that is a secret.
func ComputedSecret(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: true}
}

// ComputedInt64 is a computed number.
func ComputedInt64(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

// ComputedBool is a computed truth value.
func ComputedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// Required is a required text that is not empty, or that passes the validators if there are any.
func Required(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: orFilled(validators)}
}

// Optional is an optional text that is not empty, or that passes the validators if there are any.
func Optional(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: orFilled(validators)}
}

// OptionalComputed is an Optional that is computed where it is not set.
func OptionalComputed(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, Validators: orFilled(validators)}
}

func orFilled(validators []validator.String) []validator.String {
	if len(validators) == 0 {
		return []validator.String{stringvalidator.LengthAtLeast(1)}
	}
	return validators
}

// OptionalBool is an optional truth value.
func OptionalBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

// OptionalInt64 is an optional number that passes the validators.
func OptionalInt64(description string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Optional: true, Validators: validators}
}

// Listed are the computed attributes of each item of a list.
func Listed(description string, attributes Attributes) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}
