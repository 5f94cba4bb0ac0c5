// SPDX-License-Identifier: MPL-2.0

package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// gap is a placeholder for unknown text. In a message, it stands for a value. In a quote, it stands for … or for a text in
// quotation marks.
const gap = '\x00'

// messages are the texts that the code prints, with gaps for unknown values.
type messages struct {
	texts     map[string]bool
	summaries map[string]string // summaries of errors and warnings, with their positions in the code
}

// messagesOf returns the messages of the provider, its simulators, the scripts of the examples, and the standard library
// packages that return network errors.
func messagesOf(root, goSources fs.FS) (*messages, error) {
	m := &messages{texts: map[string]bool{}, summaries: map[string]string{}}
	f := &flow{
		Info: types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		},
		root: root, fset: token.NewFileSet(), packages: map[string]*types.Package{}, methods: map[string][]*types.Func{},
		bound: map[types.Object][]ast.Expr{}, texts: map[types.Object][]string{},
	}
	err := fs.WalkDir(root, "internal", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		switch entry.Name() {
		case "acctest", "bench", "chaos", "cli", "clienttest", "cmd", "testdata", "tools":
			return fs.SkipDir
		}
		_, err = f.Import("github.com/" + repository + "/" + file)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, file := range f.files {
		ast.Inspect(file, f.bind)
	}
	for _, folder := range []string{"context", "crypto/tls", "crypto/x509", "internal/poll", "net", "net/http", "os", "syscall"} {
		files, err := parseFolder(goSources, f.fset, folder)
		if err != nil {
			return nil, err
		}
		f.files = append(f.files, files...)
	}
	for _, file := range f.files {
		ast.Inspect(file, func(node ast.Node) bool { return m.read(f, node) })
	}
	scripts, err := fs.Glob(root, "examples/*/*.sh")
	if err != nil {
		return nil, err
	}
	for _, file := range scripts {
		script, err := fs.ReadFile(root, file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(script)) {
			m.add(interpolation.ReplaceAllString(line, string(gap)))
		}
	}
	return m, nil
}

var interpolation = regexp.MustCompile(`\\\([^()]*\)`) // of jq: \(expression)

// summaryOf maps each function of the framework to the index of its argument with the summary.
var summaryOf = map[string]int{
	"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// read adds the texts of a node. If the node is a call that adds an error or a warning, read also adds the summary.
func (m *messages) read(f *flow, node ast.Node) bool {
	switch node := node.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.CallExpr:
		if name, ok := node.Fun.(*ast.SelectorExpr); ok {
			if i, ok := summaryOf[name.Sel.Name]; ok && len(node.Args) == i+2 &&
				!strings.HasSuffix(types.ExprString(node.Args[i]), ".Summary()") { // skip copies of other summaries
				for _, text := range f.textsOf(node.Args[i]) {
					m.summaries[text] = f.fset.Position(node.Args[i].Pos()).String()
				}
			}
		}
	}
	if e, ok := node.(ast.Expr); ok {
		for _, f.shallow = range []bool{true, false} { // In a quote, … can replace a known text.
			m.add(f.textsOf(e)...)
		}
	}
	return true
}

func (m *messages) add(texts ...string) {
	for _, text := range texts {
		if letters(text) >= 4 {
			m.texts[strings.Join(strings.Fields(verb.ReplaceAllString(text, string(gap))), " ")] = true
		}
	}
}

func letters(text string) int {
	count := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			count++
		}
	}
	return count
}

// unknownMessages returns a problem for each quote that is not a message in the code.
func (d *documentation) unknownMessages(printed *messages) []string {
	return d.each(func(p *page) []reference { return p.quotes }, func(_, quote string) string {
		if printed.contain(quote) {
			return ""
		}
		return "the code does not contain this message"
	})
}

// articles and impossible match texts in summaries that the provider never returns. flow finds such summaries because it
// combines all texts of all variables. Such summaries have wrong articles, name settings that are not required, or are about
// the update of a workspace, which sends no request.
var (
	articles   = regexp.MustCompile(`^An? `)
	impossible = regexp.MustCompile(`^(?:Missing (?:CA certificate|authorization scheme|duration|size of lists|value)|` +
		`Unable to update EGS workspace)$`)
)

// undocumented returns one problem for each summary that the troubleshooting guide does not quote.
func (d *documentation) undocumented(printed *messages) (problems []string) {
	var quotes []string
	for _, quote := range d.pages[troubleshooting].quotes {
		quotes = append(quotes, articles.ReplaceAllString(value.ReplaceAllString(quote.text, string(gap)), ""))
	}
	for _, summary := range slices.Sorted(maps.Keys(printed.summaries)) {
		text := articles.ReplaceAllString(summary, "")
		explained := slices.ContainsFunc(quotes, func(quote string) bool { return match(quote, text, true) })
		if !impossible.MatchString(text) && (!explained || letters(text) == 0) {
			problems = append(problems, printed.summaries[summary]+": "+strings.ReplaceAll(summary, string(gap), "…")+
				": "+troubleshooting+" does not explain this message")
		}
	}
	return problems
}

var (
	value = regexp.MustCompile(`…|\.\.\.|"[^"]*"`)
	names = regexp.MustCompile(`\b(?:EGS|h2oGPTe|Search GAIA|[A-Z][A-Z_]{4,})\b`) // services, and error codes of services
)

// contain reports whether a quote is a message or a part of a message.
func (m *messages) contain(quote string) bool {
	quote = value.ReplaceAllString(quote, string(gap))
	words := strings.FieldsFunc(names.ReplaceAllString(quote, ""), func(r rune) bool { return !unicode.IsLetter(r) })
	for text := range m.texts {
		if len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		for start := range text {
			if (start == 0 || !wordAt(text, start-1) || !wordAt(text, start)) && match(quote, text[start:], false) {
				return true
			}
		}
	}
	return false
}

func wordAt(text string, i int) bool {
	return unicode.IsLetter(rune(text[i])) || unicode.IsDigit(rune(text[i]))
}

// match reports whether a text begins with a quote. If whole is true, match reports whether the whole text equals the quote. A
// gap in the text matches any part of the quote that has no words except names. If whole is true, a gap in the quote matches
// any part of the text. If whole is false, a gap in the quote matches only a part of the text without letters.
func match(quote, text string, whole bool) bool {
	failed := map[[2]int]bool{}
	var from func(i, j int) bool
	from = func(i, j int) bool {
		if i == len(quote) {
			if whole {
				return strings.Trim(text[j:], string(gap)) == ""
			}
			return j == 0 || j == len(text) || !wordAt(text, j-1) || !wordAt(text, j)
		}
		if failed[[2]int{i, j}] {
			return false
		}
		failed[[2]int{i, j}] = true
		switch {
		case quote[i] == gap:
			for k := j; k <= len(text) && (whole || letters(text[j:k]) == 0); k++ {
				if from(i+1, k) {
					return true
				}
			}
			return false
		case j == len(text):
			return false
		case text[j] == gap:
			for end := i; end <= len(quote); end++ {
				if letters(names.ReplaceAllString(quote[i:end], "")) == 0 && from(end, j+1) {
					return true
				}
			}
			return false
		}
		return quote[i] == text[j] && from(i+1, j+1)
	}
	return from(0, 0)
}
