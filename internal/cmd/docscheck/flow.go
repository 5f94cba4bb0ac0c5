// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxTexts is the maximum number of texts that flow records for an expression. If an expression has more texts, flow uses gaps
// instead of the texts of its operands.
const maxTexts = 300

// flow finds the texts that the expressions of the provider can have. If an expression is a variable, parameter, field or
// result, flow finds the expressions that are assigned to it. flow knows only the types of the provider's packages. Values of
// other modules are gaps: parts of a text that flow does not know.
type flow struct {
	types.Info
	root     fs.FS
	fset     *token.FileSet
	files    []*ast.File
	packages map[string]*types.Package
	methods  map[string][]*types.Func // by name, for calls of interface methods
	bound    map[types.Object][]ast.Expr
	texts    map[types.Object][]string // cache of textsOfVar
	shallow  bool                      // whether flow treats variables and calls as gaps
}

// Import parses and type-checks a package of the provider. For all other packages it returns an error, and the type checker
// ignores the error.
func (f *flow) Import(importPath string) (*types.Package, error) {
	folder, ok := strings.CutPrefix(importPath, "github.com/"+repository+"/")
	if !ok {
		return nil, errors.New("not a package of the provider")
	}
	if f.packages[folder] == nil {
		files, err := parseFolder(f.root, f.fset, folder)
		if err != nil {
			return nil, err
		}
		config := types.Config{Importer: f, Error: func(error) {}}
		f.packages[folder], _ = config.Check(importPath, f.fset, files, &f.Info) // Types of other modules are missing.
		f.files = append(f.files, files...)
	}
	return f.packages[folder], nil
}

func parseFolder(root fs.FS, fset *token.FileSet, folder string) ([]*ast.File, error) {
	names, err := fs.Glob(root, folder+"/*.go")
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// bind records which expressions a node assigns to variables, parameters, fields and results.
func (f *flow) bind(node ast.Node) bool {
	assign := func(to types.Object, value ast.Expr) {
		if to != nil {
			f.bound[to] = append(f.bound[to], value)
		}
	}
	assignAll := func(to *types.Tuple, values []ast.Expr) {
		for i := range min(to.Len(), len(values)) {
			assign(to.At(i), values[i])
		}
	}
	switch node := node.(type) {
	case *ast.FuncDecl:
		function, ok := f.Defs[node.Name].(*types.Func)
		if !ok {
			return true
		}
		f.methods[function.Name()] = append(f.methods[function.Name()], function)
		ast.Inspect(node, func(inner ast.Node) bool {
			if r, ok := inner.(*ast.ReturnStmt); ok {
				assignAll(function.Signature().Results(), r.Results)
			}
			_, isOther := inner.(*ast.FuncLit)
			return !isOther
		})
	case *ast.AssignStmt:
		for i, value := range node.Rhs {
			assign(f.object(node.Lhs[i]), value)
		}
	case *ast.RangeStmt: // over the keys of a map
		assign(f.object(node.Key), node.X)
	case *ast.CompositeLit:
		for i, element := range node.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				assign(f.object(pair.Key), pair.Value)
			} else if t := f.TypeOf(node); t != nil {
				if fields, ok := t.Underlying().(*types.Struct); ok && i < fields.NumFields() {
					assign(fields.Field(i), element)
				}
			}
		}
	case *ast.CallExpr:
		if called, ok := f.object(node.Fun).(*types.Func); ok {
			assignAll(called.Signature().Params(), node.Args)
		}
	}
	return true
}

// object returns the variable, field or function that an expression refers to, or nil.
func (f *flow) object(e ast.Expr) types.Object {
	if selector, ok := e.(*ast.SelectorExpr); ok {
		e = selector.Sel
	}
	name, _ := e.(*ast.Ident)
	switch object := f.ObjectOf(name).(type) {
	case *types.Var:
		return object.Origin()
	case *types.Func:
		return object.Origin()
	}
	return nil
}

// textsOf returns the texts that an expression can have. Each text has gaps for unknown parts.
func (f *flow) textsOf(e ast.Expr) []string {
	if v := f.Types[e].Value; v != nil && v.Kind() == constant.String {
		return []string{constant.StringVal(v)}
	}
	switch e := e.(type) {
	case *ast.BasicLit: // of a package whose types are unknown
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return []string{text}
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return f.format("%s%s", []ast.Expr{e.X, e.Y})
		}
	case *ast.CompositeLit:
		var keys []string
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				keys = append(keys, f.textsOf(pair.Key)...)
			}
		}
		return keys
	}
	if call, ok := e.(*ast.CallExpr); ok && !f.shallow {
		return f.textsOfCall(call)
	}
	if v, ok := f.object(e).(*types.Var); ok && !f.shallow {
		return f.textsOfVar(v)
	}
	return []string{string(gap)}
}

func (f *flow) textsOfCall(call *ast.CallExpr) []string {
	for i, arg := range call.Args {
		if _, isCall := arg.(*ast.CallExpr); !isCall {
			if texts := f.textsOf(arg); len(texts) == 1 && verb.MatchString(texts[0]) {
				return f.format(texts[0], call.Args[i+1:])
			}
		}
	}
	function, ok := f.object(call.Fun).(*types.Func)
	if !ok {
		return []string{string(gap)}
	}
	called := []*types.Func{function}
	if receiver := function.Signature().Recv(); receiver != nil && types.IsInterface(receiver.Type()) {
		called = f.methods[function.Name()]
	}
	var all []string
	for _, function := range called {
		if results := function.Signature().Results(); results.Len() > 0 {
			all = append(all, f.textsOfVar(results.At(0))...)
		}
	}
	return all
}

func (f *flow) textsOfVar(v *types.Var) []string {
	if all, known := f.texts[v]; known {
		return all
	}
	f.texts[v] = []string{string(gap)} // This ends a recursion.
	var all []string
	for _, e := range f.bound[v] {
		all = append(all, f.textsOf(e)...)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 0 || len(all) > maxTexts {
		all = []string{string(gap)}
	}
	f.texts[v] = all
	return all
}

var verb = regexp.MustCompile(`%(?:\[\d+\])?[-+# 0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z]`)

// format returns the texts that a format string gives with each combination of the texts of its arguments.
func (f *flow) format(format string, args []ast.Expr) []string {
	all, end := []string{""}, 0
	for i, at := range verb.FindAllStringIndex(format, -1) {
		values := []string{string(gap)}
		if i < len(args) && format[at[0]:at[1]] == "%s" {
			if texts := f.textsOf(args[i]); len(all)*len(texts) <= maxTexts {
				values = texts
			}
		}
		var longer []string
		for _, text := range all {
			for _, value := range values {
				longer = append(longer, text+format[end:at[0]]+value)
			}
		}
		all, end = longer, at[1]
	}
	for i := range all {
		all[i] += format[end:]
	}
	return all
}
