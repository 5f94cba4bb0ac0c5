// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

func nothing(t cty.Type) cty.Value { return cty.NullVal(t) }

// proposedNew returns Terraform's proposed new state: the configuration, with the prior values of computed attributes that
// are not configured.
func proposedNew(b *tfprotov6.SchemaBlock, prior, config cty.Value) cty.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	values := proposedAttributes(b.Attributes, prior, config)
	for _, nested := range b.BlockTypes {
		values[nested.TypeName] = proposedNew(nested.Block, member(prior, nested.TypeName), config.GetAttr(nested.TypeName))
	}
	return cty.ObjectVal(values)
}

func proposedAttributes(attributes []*tfprotov6.SchemaAttribute, prior, config cty.Value) map[string]cty.Value {
	values := map[string]cty.Value{}
	for _, a := range attributes {
		was, is := member(prior, a.Name), config.GetAttr(a.Name)
		switch {
		case a.WriteOnly:
			values[a.Name] = nothing(is.Type())
		case a.Computed && is.IsNull():
			if was == cty.NilVal {
				was = nothing(is.Type())
			}
			values[a.Name] = was
		case a.NestedType != nil && is.IsKnown() && !is.IsNull():
			values[a.Name] = proposedNested(a.NestedType, was, is)
		default:
			values[a.Name] = is
		}
	}
	return values
}

// proposedNested returns the proposed value of a nested attribute. An element of a set has no prior element, so its computed
// attributes are null.
func proposedNested(n *tfprotov6.SchemaObject, prior, config cty.Value) cty.Value {
	if n.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
		return cty.ObjectVal(proposedAttributes(n.Attributes, prior, config))
	}
	elements := config.AsValueSlice()
	for i, element := range elements {
		if element.IsKnown() && !element.IsNull() {
			elements[i] = cty.ObjectVal(proposedAttributes(n.Attributes, cty.NilVal, element))
		}
	}
	if len(elements) == 0 {
		return config
	}
	return cty.SetVal(elements)
}

// member returns an attribute of an object. It returns cty.NilVal if the parameter object is null or unknown.
func member(object cty.Value, name string) cty.Value {
	if object == cty.NilVal || object.IsNull() || !object.IsKnown() {
		return cty.NilVal
	}
	return object.GetAttr(name)
}

// faultsOfPlan returns an error for each planned value that Terraform rejects. The planned value of a configured attribute
// must be the configured or the prior value. An attribute that is neither configured nor computed must be null.
func faultsOfPlan(b *tfprotov6.SchemaBlock, prior, config, planned cty.Value) []string {
	config, planned = unrefined(config), unrefined(planned)
	switch {
	case config.IsNull() != planned.IsNull():
		return []string{"only one of plan and configuration is null"}
	case config.IsKnown() != planned.IsKnown():
		return []string{"only one of plan and configuration is unknown"}
	case planned.IsNull() || !planned.IsKnown():
		return nil
	}
	faults := faultsOfAttributes(b.Attributes, prior, config, planned, "")
	for _, nested := range b.BlockTypes {
		name := nested.TypeName
		for _, fault := range faultsOfPlan(nested.Block, member(prior, name), config.GetAttr(name), planned.GetAttr(name)) {
			faults = append(faults, name+"."+fault)
		}
	}
	return faults
}

// unrefined returns the value without refinements of unknown values. Functions such as jsonencode add refinements, and
// providers drop them.
func unrefined(v cty.Value) cty.Value {
	plain, _ := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.IsKnown() {
			return cty.UnknownVal(v.Type()), nil
		}
		return v, nil
	})
	return plain
}

func faultsOfAttributes(attributes []*tfprotov6.SchemaAttribute, prior, config, planned cty.Value, within string) []string {
	var faults []string
	for _, a := range attributes {
		was, is, will := member(prior, a.Name), config.GetAttr(a.Name), planned.GetAttr(a.Name)
		name := within + a.Name
		switch {
		case a.WriteOnly:
			if !will.IsNull() {
				faults = append(faults, name+": the plan has a value for a write-only attribute")
			}
		case will.RawEquals(is):
		case is.IsNull() && a.Computed:
		case is.IsNull():
			faults = append(faults, name+": the plan has a value for an attribute that is neither configured nor computed")
		case was != cty.NilVal && !was.IsNull() && will.RawEquals(was):
			// The provider keeps a prior value that is equivalent to the configured value.
		case a.NestedType != nil && is.IsKnown() && will.IsKnown() && !will.IsNull():
			faults = append(faults, faultsOfNested(a, was, is, will, name)...)
		default:
			faults = append(faults, fmt.Sprintf("%s: the plan has %s, which is neither the configured value (%s) nor the prior value", name, show(will), show(is)))
		}
	}
	return faults
}

func faultsOfNested(a *tfprotov6.SchemaAttribute, was, is, will cty.Value, name string) []string {
	if a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
		return faultsOfAttributes(a.NestedType.Attributes, was, is, will, name+".")
	}
	if is.LengthInt() != will.LengthInt() {
		return []string{fmt.Sprintf("%s: the plan has %d elements, and the configuration has %d", name, will.LengthInt(), is.LengthInt())}
	}
	var faults []string
	for _, element := range will.AsValueSlice() {
		if !slices.ContainsFunc(is.AsValueSlice(), func(configured cty.Value) bool {
			return len(faultsOfAttributes(a.NestedType.Attributes, cty.NilVal, configured, element, "")) == 0
		}) {
			faults = append(faults, name+": a planned element is not configured")
		}
	}
	return faults
}

// faultsOfResult returns an error for each value of the result that differs from a known planned value. A value that was
// planned as unknown may have any value of its type.
func faultsOfResult(planned, actual cty.Value, at string) []string {
	fault := func(format string, args ...any) []string { return []string{at + ": " + fmt.Sprintf(format, args...)} }
	switch {
	case !planned.IsKnown() && actual.IsNull():
		if planned.Range().DefinitelyNotNull() {
			return fault("was planned as unknown but not null, and is now null")
		}
		return nil
	case !planned.IsKnown():
		if of := planned.Type(); of.HasDynamicTypes() || actual.Type().Equals(of) {
			return nil
		}
		return fault("was planned as %s, and is now %s", planned.Type().FriendlyName(), actual.Type().FriendlyName())
	case planned.IsNull() || actual.IsNull() || !actual.IsKnown():
		if planned.IsNull() && actual.IsNull() {
			return nil
		}
		return fault("was planned as %s, and is now %s", show(planned), show(actual))
	}
	switch of := planned.Type(); {
	case of.IsObjectType() && actual.Type().IsObjectType():
		var faults []string
		for _, name := range sortedKeys(of.AttributeTypes()) {
			if !actual.Type().HasAttribute(name) {
				faults = append(faults, fault("attribute %s is missing", name)...)
				continue
			}
			faults = append(faults, faultsOfResult(planned.GetAttr(name), actual.GetAttr(name), at+"."+name)...)
		}
		return faults
	case of.IsSetType() && actual.Type().IsSetType():
		if want, got := planned.LengthInt(), actual.LengthInt(); got > want || got < want && planned.IsWhollyKnown() {
			return fault("%d elements were planned, and the result has %d", planned.LengthInt(), actual.LengthInt())
		}
		var faults []string
		for _, element := range planned.AsValueSlice() {
			if !slices.ContainsFunc(actual.AsValueSlice(), func(is cty.Value) bool { return len(faultsOfResult(element, is, "")) == 0 }) {
				faults = append(faults, fault("a planned element is missing")...)
			}
		}
		for _, element := range actual.AsValueSlice() {
			if !slices.ContainsFunc(planned.AsValueSlice(), func(was cty.Value) bool { return len(faultsOfResult(was, element, "")) == 0 }) {
				faults = append(faults, fault("an element was not planned")...)
			}
		}
		return faults
	case of.IsCollectionType() && actual.Type().IsCollectionType() || of.IsTupleType() && actual.Type().IsTupleType():
		if planned.LengthInt() != actual.LengthInt() {
			return fault("%d elements were planned, and the result has %d", planned.LengthInt(), actual.LengthInt())
		}
		var faults []string
		for i := planned.ElementIterator(); i.Next(); {
			key, element := i.Element()
			if actual.HasIndex(key).False() {
				faults = append(faults, fault("element %s is missing", showKey(key))...)
				continue
			}
			faults = append(faults, faultsOfResult(element, actual.Index(key), at+"["+showKey(key)+"]")...)
		}
		return faults
	case !planned.RawEquals(actual):
		return fault("was planned as %s, and is now another value", show(planned))
	}
	return nil
}

// faultsOfWriteOnly returns an error for each write-only attribute that has a value. A state must not contain values of
// write-only attributes.
func faultsOfWriteOnly(attributes []*tfprotov6.SchemaAttribute, v cty.Value) []string {
	var faults []string
	for _, a := range attributes {
		value := member(v, a.Name)
		if value == cty.NilVal || value.IsNull() || !value.IsKnown() {
			continue
		}
		switch {
		case a.WriteOnly:
			faults = append(faults, a.Name+": a write-only attribute has a value")
		case a.NestedType == nil:
		case a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			faults = append(faults, faultsOfWriteOnly(a.NestedType.Attributes, value)...)
		default:
			for i := value.ElementIterator(); i.Next(); {
				_, element := i.Element()
				faults = append(faults, faultsOfWriteOnly(a.NestedType.Attributes, element)...)
			}
		}
	}
	return faults
}

// show describes a value for a message. The description does not contain the value because the value can be a secret.
func show(v cty.Value) string {
	switch {
	case !v.IsWhollyKnown():
		return "unknown"
	case v.IsNull():
		return "null"
	default:
		return "a value"
	}
}

func showKey(v cty.Value) string { return string(encodeJSON(plain(v))) }
