// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions has the functions of Terraform that tests use.
var functions = map[string]function.Function{
	"compact": stdlib.CompactFunc, "floor": stdlib.FloorFunc, "join": stdlib.JoinFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"length": stdlib.LengthFunc, "regexall": stdlib.RegexAllFunc, "substr": stdlib.SubstrFunc,
}

// scope holds the values that expressions refer to. It is safe for concurrent use.
type scope struct {
	mu     sync.Mutex
	values map[string]cty.Value // by address: "egs_api_key.test", "data.T.N"
}

func newScope() *scope { return &scope{values: map[string]cty.Value{}} }

func (s *scope) set(address string, v cty.Value) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[address] = v
}

// context returns the context in which expressions are evaluated. The parameter more has additional values, such as "count".
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
		return v.(cty.Value) //nolint:forcetypeassert // context stores only maps and values.
	}
	members := map[string]cty.Value{}
	for name, member := range inner {
		members[name] = nest(member)
	}
	return cty.ObjectVal(members)
}

type instance struct {
	suffix string    // "" or "[0]"
	key    cty.Value // cty.NilVal without count
	more   map[string]cty.Value
}

func (s *scope) instances(r *declaration) ([]instance, []error) {
	if r.count == nil {
		return []instance{{key: cty.NilVal}}, nil
	}
	var n int
	if diags := gohcl.DecodeExpression(r.count, s.context(nil), &n); diags.HasErrors() {
		return nil, diags.Errs()
	}
	all := make([]instance, n)
	for i := range all {
		key := cty.NumberIntVal(int64(i))
		all[i] = instance{suffix: "[" + showKey(key) + "]", key: key, more: map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": key})}}
	}
	return all, nil
}

// whole returns the value of a reference to a resource, from the values of its instances.
func whole(r *declaration, values []cty.Value) cty.Value {
	if r.count != nil {
		return cty.TupleVal(values)
	}
	return values[0]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// decodeJSON decodes JSON. Numbers become json.Number, as in terraform-plugin-testing.
func decodeJSON[T any](encoded []byte) T {
	var v T
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		panic(fmt.Sprintf("driver: %s", err))
	}
	return v
}
