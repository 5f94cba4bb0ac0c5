// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// configuration is a root module.
type configuration struct {
	providers map[string]*hclsyntax.Body // by "egs" or "egs.alias"
	resources map[string]*declaration    // managed, data and ephemeral resources, by address
	actions   map[string]*declaration    // by "action.TYPE.NAME"
	lists     []*declaration
	outputs   map[string]hclsyntax.Expression // by "output.x"
	imports   []*hclsyntax.Body
	forgotten []string // addresses in removed blocks
}

// declaration is a block of a resource, a data source, an ephemeral resource, an action or a list.
type declaration struct {
	mode, typeName, name string
	address              string
	provider             string
	body                 *hclsyntax.Body // without the meta-arguments

	count, limit, includeResource hclsyntax.Expression
	dependsOn                     []string
	createBeforeDestroy           bool
	triggers                      []trigger
}

// trigger is an action_trigger block of a resource.
type trigger struct{ events, actions []string }

const (
	managed   = "managed"
	data      = "data"
	ephemeral = "ephemeral"
)

func parse(source string) (*configuration, error) {
	file, diags := hclsyntax.ParseConfig([]byte(source), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	c := &configuration{
		providers: map[string]*hclsyntax.Body{}, resources: map[string]*declaration{}, actions: map[string]*declaration{},
		outputs: map[string]hclsyntax.Expression{},
	}
	var faults []error
	for _, block := range file.Body.(*hclsyntax.Body).Blocks { //nolint:forcetypeassert // ParseConfig documents this type.
		faults = append(faults, c.add(block))
	}
	return c, errors.Join(faults...)
}

func (c *configuration) add(block *hclsyntax.Block) error {
	if want, ok := map[string]int{"provider": 1, "resource": 2, "data": 2, "ephemeral": 2, "action": 2, "list": 2, "output": 1}[block.Type]; ok && len(block.Labels) != want {
		return fmt.Errorf("%s: a %s block has %d labels", block.DefRange(), block.Type, want)
	}
	attributes := block.Body.Attributes
	if block.Type == "output" && len(block.Body.Blocks) > 0 {
		return fmt.Errorf("%s: the driver does not support conditions", block.Body.Blocks[0].DefRange())
	}
	switch block.Type {
	case "terraform":
	case "provider":
		name := block.Labels[0]
		if alias, ok := attributes["alias"]; ok {
			name += "." + literal(alias.Expr)
		}
		c.providers[name] = without(block.Body, []string{"alias"}, nil)
	case "resource", data, ephemeral, "action", "list":
		return c.addResource(block)
	case "output":
		c.outputs["output."+block.Labels[0]] = attributes["value"].Expr
	case "import":
		c.imports = append(c.imports, block.Body)
	case "removed":
		c.forgotten = append(c.forgotten, traversal(attributes["from"].Expr))
	default:
		return fmt.Errorf("%s: the driver does not support %s blocks", block.DefRange(), block.Type)
	}
	return nil
}

func (c *configuration) addResource(block *hclsyntax.Block) error {
	r := &declaration{mode: block.Type, typeName: block.Labels[0], name: block.Labels[1]}
	r.address = r.typeName + "." + r.name
	r.provider, _, _ = strings.Cut(r.typeName, "_")
	meta := []string{"provider", "depends_on", "count"}
	blocks := []string{"lifecycle"}
	attributes := block.Body.Attributes
	if a, ok := attributes["provider"]; ok {
		r.provider = traversal(a.Expr)
	}
	expression := func(name string) hclsyntax.Expression {
		if a, ok := attributes[name]; ok {
			return a.Expr
		}
		return nil
	}
	r.count = expression("count")
	if a, ok := attributes["depends_on"]; ok {
		r.dependsOn = traversals(a.Expr)
	}
	switch block.Type {
	case "resource":
		r.mode = managed
	case "list":
		meta, blocks = []string{"provider", "limit", "include_resource"}, []string{"config"}
		r.limit, r.includeResource = expression("limit"), expression("include_resource")
	case "action":
		blocks = append(blocks, "config")
	}
	if r.mode != managed {
		r.address = r.mode + "." + r.address
	}
	r.body = without(block.Body, meta, blocks)
	for _, inner := range block.Body.Blocks {
		switch {
		case inner.Type == "config" && slices.Contains(blocks, "config"):
			r.body = inner.Body
		case inner.Type == "lifecycle":
			if err := r.lifecycle(inner.Body); err != nil {
				return err
			}
		}
	}
	switch r.mode {
	case "list":
		c.lists = append(c.lists, r)
	case "action":
		c.actions[r.address] = r
	default:
		if c.resources[r.address] != nil {
			return fmt.Errorf("%s: duplicate resource %s", block.DefRange(), r.address)
		}
		c.resources[r.address] = r
	}
	return nil
}

func (r *declaration) lifecycle(body *hclsyntax.Body) error {
	for name, a := range body.Attributes {
		switch name {
		case "create_before_destroy":
			r.createBeforeDestroy = literal(a.Expr) == "true"
		default:
			return fmt.Errorf("%s: the driver does not support %s", a.SrcRange, name)
		}
	}
	for _, block := range body.Blocks {
		if block.Type != "action_trigger" {
			return fmt.Errorf("%s: the driver does not support %s", block.DefRange(), block.Type)
		}
		r.triggers = append(r.triggers, trigger{
			events:  traversals(block.Body.Attributes["events"].Expr),
			actions: traversals(block.Body.Attributes["actions"].Expr),
		})
	}
	return nil
}

// without returns a copy of the body without the given attributes and blocks.
func without(body *hclsyntax.Body, attributes, blocks []string) *hclsyntax.Body {
	rest := *body
	rest.Attributes = hclsyntax.Attributes{}
	for name, a := range body.Attributes {
		if !slices.Contains(attributes, name) {
			rest.Attributes[name] = a
		}
	}
	rest.Blocks = slices.DeleteFunc(slices.Clone(body.Blocks), func(b *hclsyntax.Block) bool { return slices.Contains(blocks, b.Type) })
	return &rest
}

// object returns the object of one instance of the resource. Its value is not set yet.
func (r *declaration) object(one instance, version int64) object {
	return object{
		resource: r.address, mode: r.mode, typeName: r.typeName, name: r.name, suffix: one.suffix, key: one.key, provider: r.provider, version: version,
	}
}

// literal returns the text of a constant expression.
func literal(expression hclsyntax.Expression) string {
	v, diags := expression.Value(nil)
	if diags.HasErrors() {
		return ""
	}
	return strings.Trim(showKey(v), `"`)
}

// traversal returns the address in an expression, such as "egs_api_key.test[0]".
func traversal(expression hcl.Expression) string {
	steps, diags := hcl.AbsTraversalForExpr(expression)
	if diags.HasErrors() {
		return ""
	}
	var address strings.Builder
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			address.WriteString(step.Name)
		case hcl.TraverseAttr:
			address.WriteString("." + step.Name)
		case hcl.TraverseIndex:
			address.WriteString("[" + showKey(step.Key) + "]")
		}
	}
	return address.String()
}

func traversals(expression hcl.Expression) []string {
	elements, _ := hcl.ExprList(expression)
	addresses := make([]string, len(elements))
	for i, element := range elements {
		addresses[i] = traversal(element)
	}
	return addresses
}

// references returns the addresses to which the syntax nodes refer, such as "egs_api_key.test" or "data.T.N", sorted.
func references(nodes ...hclsyntax.Node) []string {
	var found []string
	for _, node := range nodes {
		_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
			if e, ok := n.(*hclsyntax.ScopeTraversalExpr); ok {
				found = append(found, referent(e.Traversal))
			}
			return nil
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func referent(t hcl.Traversal) string {
	parts := []string{t.RootName()}
	want := 2
	if slices.Contains([]string{data, ephemeral, "action"}, parts[0]) {
		want = 3
	}
	for _, step := range t[1:] {
		a, ok := step.(hcl.TraverseAttr)
		if !ok || len(parts) == want {
			break
		}
		parts = append(parts, a.Name)
	}
	return strings.Join(parts, ".")
}
