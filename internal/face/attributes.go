// SPDX-License-Identifier: MPL-2.0

package face

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Attributes are the attributes of a data source, list resource, action or ephemeral resource. The framework has a schema
// package for each of these types. The attributes of the data source package also implement the attribute interfaces of the
// other packages.
type Attributes map[string]schema.Attribute

// With adds the attributes in others to a, and returns a. An attribute in others replaces the attribute of the same name in a.
func (a Attributes) With(others Attributes) Attributes {
	maps.Copy(a, others)
	return a
}

// Schema is the schema of a data source, list resource, action or ephemeral resource.
type Schema struct {
	// Description is in Markdown.
	Description string
	Attributes  Attributes
}

// attributesOf converts attributes to the type A, which is the attribute type of another schema package.
func attributesOf[A any](attributes Attributes, as func(schema.Attribute) A) map[string]A {
	converted := make(map[string]A, len(attributes))
	for name, attribute := range attributes {
		converted[name] = as(attribute)
	}
	return converted
}

// Computed returns a computed string attribute.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// ComputedSecret returns a computed, sensitive string attribute.
func ComputedSecret(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: true}
}

// ComputedInt64 returns a computed int64 attribute.
func ComputedInt64(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

// ComputedBool returns a computed bool attribute.
func ComputedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// Required returns a required string attribute. Without validators, the string must not be empty.
func Required(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: orFilled(validators)}
}

// Optional returns an optional string attribute. Without validators, the string must not be empty.
func Optional(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: orFilled(validators)}
}

// OptionalComputed is like Optional, but the attribute is computed if the configuration does not set it.
func OptionalComputed(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, Validators: orFilled(validators)}
}

func orFilled(validators []validator.String) []validator.String {
	if len(validators) == 0 {
		return []validator.String{stringvalidator.LengthAtLeast(1)}
	}
	return validators
}

// OptionalBool returns an optional bool attribute.
func OptionalBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

// OptionalInt64 returns an optional int64 attribute.
func OptionalInt64(description string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Optional: true, Validators: validators}
}

// Listed returns a computed list of objects. Each object has the given attributes.
func Listed(description string, attributes Attributes) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}
