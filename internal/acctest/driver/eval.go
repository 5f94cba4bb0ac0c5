// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform's that tests use.
var functions = map[string]function.Function{
	"ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc, "coalesce": stdlib.CoalesceFunc, "concat": stdlib.ConcatFunc,
	"contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
	"floor": stdlib.FloorFunc, "format": stdlib.FormatFunc, "join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc,
	"jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc, "lookup": stdlib.LookupFunc,
	"lower": stdlib.LowerFunc, "max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "range": stdlib.RangeFunc,
	"replace": stdlib.ReplaceFunc, "setproduct": stdlib.SetProductFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc,
	"substr": stdlib.SubstrFunc, "trimspace": stdlib.TrimSpaceFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc,
	"try": tryfunc.TryFunc, "can": tryfunc.CanFunc,
	"toset":  conversion(cty.Set(cty.DynamicPseudoType)),
	"tolist": conversion(cty.List(cty.DynamicPseudoType)),
	"tomap":  conversion(cty.Map(cty.DynamicPseudoType)), "tostring": conversion(cty.String), "tonumber": conversion(cty.Number),
	"nonsensitive": conversion(cty.DynamicPseudoType), "sensitive": conversion(cty.DynamicPseudoType),
	"sha256": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			sum := sha256.Sum256([]byte(args[0].AsString()))
			return cty.StringVal(hex.EncodeToString(sum[:])), nil
		},
	}),
}

// conversion is a function that converts to a type.
func conversion(to cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := convert.Convert(args[0], to)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return convert.Convert(args[0], to) },
	})
}

// scope holds the values that expressions refer to. It is safe for concurrent use.
type scope struct {
	mu     sync.Mutex
	values map[string]cty.Value // by address: "egs_api_key.test", "data.T.N", "local.x"
}

func newScope() *scope { return &scope{values: map[string]cty.Value{}} }

func (s *scope) set(address string, v cty.Value) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[address] = v
}

// context is what an expression is evaluated in; more are values such as "each" and "count".
func (s *scope) context(more map[string]cty.Value) *hcl.EvalContext {
	s.mu.Lock()
	defer s.mu.Unlock()
	root := map[string]any{}
	for address, v := range s.values {
		at := root
		steps := strings.Split(address, ".")
		for _, step := range steps[:len(steps)-1] {
			inner, ok := at[step].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[step] = inner
			}
			at = inner
		}
		at[steps[len(steps)-1]] = v
	}
	variables := maps.Clone(more)
	if variables == nil {
		variables = map[string]cty.Value{}
	}
	for name, v := range root {
		variables[name] = nest(v)
	}
	return &hcl.EvalContext{Variables: variables, Functions: functions}
}

func nest(v any) cty.Value {
	inner, ok := v.(map[string]any)
	if !ok {
		return v.(cty.Value) //nolint:forcetypeassert // There is nothing else in it.
	}
	members := map[string]cty.Value{}
	for name, member := range inner {
		members[name] = nest(member)
	}
	return cty.ObjectVal(members)
}

// instance is one of a resource's.
type instance struct {
	suffix string    // "", "[0]" or "[\"a\"]"
	key    cty.Value // cty.NilVal where there is one only
	more   map[string]cty.Value
}

// instances expands count and for_each.
func (s *scope) instances(r *declaration) ([]instance, error) {
	evaluate := func(e hcl.Expression, to cty.Type, what string) (cty.Value, error) {
		v, diags := e.Value(s.context(nil))
		if diags.HasErrors() {
			return cty.NilVal, diags
		}
		if !v.IsKnown() || v.IsNull() {
			return cty.NilVal, fmt.Errorf("invalid %s argument of %s: the value is not known", what, r.address)
		}
		return convert.Convert(v, to)
	}
	of := func(key cty.Value, more map[string]cty.Value) instance {
		return instance{suffix: "[" + showKey(key) + "]", key: key, more: more}
	}
	switch {
	case r.count != nil:
		v, err := evaluate(r.count, cty.Number, "count")
		if err != nil {
			return nil, err
		}
		n, _ := v.AsBigFloat().Int64()
		all := make([]instance, n)
		for i := range all {
			key := cty.NumberIntVal(int64(i))
			all[i] = of(key, map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": key})})
		}
		return all, nil
	case r.forEach != nil:
		v, err := evaluate(r.forEach, cty.DynamicPseudoType, "for_each")
		if err != nil {
			return nil, err
		}
		all := []instance{}
		for i := v.ElementIterator(); i.Next(); {
			key, value := i.Element()
			if v.Type().IsSetType() {
				key = value
			}
			all = append(all, of(key, map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}))
		}
		return all, nil
	default:
		return []instance{{key: cty.NilVal}}, nil
	}
}

// whole is what a reference to a resource yields, from the values of its instances.
func whole(r *declaration, all []instance, values []cty.Value) cty.Value {
	switch {
	case r.count != nil:
		return cty.TupleVal(values)
	case r.forEach != nil:
		members := map[string]cty.Value{}
		for i, one := range all {
			members[one.key.AsString()] = values[i]
		}
		return cty.ObjectVal(members)
	default:
		return values[0]
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// decodeJSON decodes with numbers as json.Number, as terraform-plugin-testing does.
func decodeJSON[T any](encoded []byte) T {
	var v T
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		panic(fmt.Sprintf("driver: %s", err))
	}
	return v
}
