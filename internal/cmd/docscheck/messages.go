// SPDX-License-Identifier: MPL-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// gap is a placeholder for any text: for a value in a message, and for … in a quote.
const gap = '\x00'

// messages are the string literals of the code, with gaps for format verbs and for expressions that are concatenated.
type messages struct {
	texts  []string
	values map[string]bool // cache of isValue
}

// messagesOf returns the messages of the provider, its simulators, the scripts of the examples, and the packages of Go that
// return network errors.
func messagesOf(root, goSources fs.FS) (*messages, error) {
	m := &messages{values: map[string]bool{}}
	err := fs.WalkDir(root, "internal", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case "acctest", "bench", "chaos", "cli", "clienttest", "cmd", "tools":
				return fs.SkipDir
			}
			return nil
		}
		return m.read(root, file)
	})
	if err != nil {
		return nil, err
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
	for _, folder := range []string{"context", "crypto/tls", "crypto/x509", "internal/poll", "net", "net/http", "os", "syscall"} {
		files, err := fs.Glob(goSources, folder+"/*.go")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if err := m.read(goSources, file); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

func (m *messages) read(root fs.FS, file string) error {
	if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
		return nil
	}
	source, err := fs.ReadFile(root, file)
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		if _, ok := node.(*ast.ImportSpec); ok {
			return false
		}
		if e, ok := node.(ast.Expr); ok {
			m.add(literal(e))
		}
		return true
	})
	return nil
}

func (m *messages) add(text string) {
	if letters(text) > 0 {
		m.texts = append(m.texts, strings.Join(strings.Fields(text), " "))
	}
}

var (
	verb          = regexp.MustCompile(`%(?:\[\d+\])?[-+# 0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z]`)
	interpolation = regexp.MustCompile(`\\\([^()]*\)`) // of jq
)

// literal returns the text of an expression, with gaps for operands that are not string literals.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return literal(e.X) + literal(e.Y)
		}
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return verb.ReplaceAllString(text, string(gap))
		}
	}
	return string(gap)
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
		if printed.have(quote) {
			return ""
		}
		return "the code does not contain this message"
	})
}

var value = regexp.MustCompile(`…|\.\.\.|"[^"]*"`)

// have reports whether a quote is a message or a part of one.
func (m *messages) have(quote string) bool {
	quote = value.ReplaceAllString(quote, string(gap))
	for _, text := range m.texts {
		if letters(text) < 4 || !related(quote, text) {
			continue
		}
		for start := range text {
			if (start == 0 || !wordAt(text, start-1) || !wordAt(text, start)) && m.match(quote, text[start:], false) {
				return true
			}
		}
	}
	return false
}

func wordAt(text string, i int) bool {
	return unicode.IsLetter(rune(text[i])) || unicode.IsDigit(rune(text[i]))
}

// related reports whether a text contains a word of a quote. It is a fast check before match.
func related(quote, text string) bool {
	for word := range strings.FieldsFuncSeq(quote, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) >= 2 && strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// match reports whether a text begins with a quote or, if whole is true, equals it. A gap in the text matches a
// part of the quote that is a message or has no letters. A gap in the quote matches a part of the text that has no letters or,
// if whole is true, any part.
func (m *messages) match(quote, text string, whole bool) bool {
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
				if m.isValue(quote[i:end]) && from(end, j+1) {
					return true
				}
			}
			return false
		}
		return quote[i] == text[j] && from(i+1, j+1)
	}
	return from(0, 0)
}

// isValue reports whether a part of a quote may be a value in a message: another message, or a text without letters.
func (m *messages) isValue(part string) bool {
	part = strings.Trim(part, " `'(),.:")
	if letters(part) == 0 {
		return true
	}
	is, known := m.values[part]
	if !known {
		m.values[part] = false // This ends a recursion with the same part.
		for _, text := range m.texts {
			if text == part || related(part, text) && m.match(part, text, true) {
				is = true
				break
			}
		}
		m.values[part] = is
	}
	return is
}
