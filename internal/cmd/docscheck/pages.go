// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// documentation has the links and quotes of the Markdown files of the repository.
type documentation struct {
	root  fs.FS
	pages map[string]*page // by path
}

type page struct {
	file          string
	source        []byte
	anchors       map[string]bool
	links, quotes []reference // Quotes are quoted messages; see CONTRIBUTING.md.
	faults        []string    // other problems
}

type reference struct {
	text string
	line int
}

const troubleshooting = "docs/guides/troubleshooting.md"

// read parses the Markdown files at the top level and in docs/, examples/, internal/ and .github/, and the issue forms.
func read(root fs.FS) (*documentation, error) {
	d := &documentation{root: root, pages: map[string]*page{}}
	files, err := fs.Glob(root, "*.md")
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"docs", "examples", "internal", ".github"} {
		err := fs.WalkDir(root, folder, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && (path.Ext(file) == ".md" || path.Base(path.Dir(file)) == "ISSUE_TEMPLATE") {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, file := range files {
		content, err := fs.ReadFile(root, file)
		if err != nil {
			return nil, err
		}
		d.pages[file] = parse(file, string(content))
	}
	return d, nil
}

var (
	front     = regexp.MustCompile(`(?s)^---\n.*?\n---\n`)
	url       = regexp.MustCompile(`https://[^\s"'<>]+`)
	htmlID    = regexp.MustCompile(`<a (?:id|name)=["']([^"']+)`)
	htmlLink  = regexp.MustCompile(`(?:href|src|srcset)=["']([^"']+)`)
	undefined = regexp.MustCompile(`^\[?[^\[\]]*\]\[[^\]]*\]`) // a link without a definition; Markdown shows it as plain text
	printed   = regexp.MustCompile(`(?m)^(?:Error|Warning): `)
	frame     = regexp.MustCompile(`(?m)^[ │╷]+|[ ]+$`)
	location  = regexp.MustCompile(`^(?:with|on) `) // the line that Terraform prints between summary and detail
	message   = regexp.MustCompile(`(?i)\b(?:messages?|errors?|warnings?|reasons?)\b`)
	noMessage = regexp.MustCompile(`^(?:Cause|Clock)$`)
	command   = regexp.MustCompile(`^(?:terraform|curl) |[={#]`)
	callout   = regexp.MustCompile(`^[-~!]> `)
	callouts  = regexp.MustCompile(`^(?:[-~]> \*\*Note:\*\*|!> \*\*Warning:\*\*) `)
	markdown  = goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()
)

// parse reads a page. If the file is not Markdown, parse reads only the URLs in the file.
func parse(file, content string) *page {
	p := &page{file: file, anchors: map[string]bool{}}
	p.source = []byte(front.ReplaceAllStringFunc(content, func(matter string) string {
		return strings.Repeat("\n", strings.Count(matter, "\n"))
	}))
	if path.Ext(file) != ".md" {
		for i, line := range strings.Split(content, "\n") {
			for _, link := range url.FindAllString(line, -1) {
				p.links = append(p.links, reference{link, i + 1})
			}
		}
		return p
	}
	_ = ast.Walk(markdown.Parse(text.NewReader(p.source)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.visit(node)
		}
		return ast.WalkContinue, nil
	})
	p.checkForm(content)
	return p
}

func (p *page) visit(node ast.Node) {
	add := func(to *[]reference, text string) { *to = append(*to, reference{text, p.line(node)}) }
	switch node := node.(type) {
	case *ast.Link:
		add(&p.links, string(node.Destination))
	case *ast.Image:
		add(&p.links, string(node.Destination))
	case *ast.RawHTML:
		p.html(p.line(node), node.Segments)
	case *ast.HTMLBlock:
		p.html(p.line(node), node.Lines())
	case *ast.FencedCodeBlock:
		if strings.HasPrefix(p.file, "docs/") {
			p.quoteOutput(p.line(node), string(node.Lines().Value(p.source)))
		}
	case *ast.CodeSpan:
		if span := p.textOf(node); p.isQuote(node, span) {
			add(&p.quotes, span)
		}
	case *ast.Text:
		switch node.Parent().(type) {
		case *ast.CodeSpan, *ast.Link:
		default:
			if undefined.Match(p.source[node.Segment.Start:]) {
				p.fault(p.line(node), "the link reference is not defined")
			}
		}
	case *ast.Heading:
		p.anchors[p.anchor(p.textOf(node))] = true
	case *ast.Paragraph, *ast.TextBlock:
		text := node.Lines().Value(p.source)
		if strings.HasPrefix(p.file, "docs/") && callout.Match(text) && !callouts.Match(text) {
			p.fault(p.line(node), "a callout begins with -> **Note:**, ~> **Note:** or !> **Warning:**")
		}
	}
}

func (p *page) fault(line int, problem string) {
	p.faults = append(p.faults, fmt.Sprintf("%s:%d: %s", p.file, line, problem))
}

// line returns the number of the line on which the node begins.
func (p *page) line(node ast.Node) int {
	for child := node; child != nil; child = child.FirstChild() {
		if text, ok := child.(*ast.Text); ok {
			return 1 + bytes.Count(p.source[:text.Segment.Start], []byte("\n"))
		}
	}
	for node.Type() == ast.TypeInline {
		node = node.Parent()
	}
	if node.Lines().Len() == 0 {
		return 1
	}
	return 1 + bytes.Count(p.source[:node.Lines().At(0).Start], []byte("\n"))
}

func (p *page) html(line int, segments *text.Segments) {
	for i := range segments.Len() {
		segment := segments.At(i)
		text := string(segment.Value(p.source))
		for _, m := range htmlID.FindAllStringSubmatch(text, -1) {
			p.anchors[m[1]] = true
		}
		for _, m := range htmlLink.FindAllStringSubmatch(text, -1) {
			p.links = append(p.links, reference{m[1], line + i})
		}
	}
}

// textOf returns the text of a node without its markup, on one line.
func (p *page) textOf(node ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if text, ok := node.(*ast.Text); ok && entering {
			b.Write(text.Segment.Value(p.source))
			if text.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// isQuote reports whether a code span is a quoted message. Each code span in the first column of a table of messages is a
// message. In the troubleshooting guide, a code span is also a message if it is in a heading, is the only text of a list item,
// or has three or more words and is neither a command nor code.
func (p *page) isQuote(node ast.Node, span string) bool {
	parent := node.Parent()
	if row, ok := parent.Parent().(*table.TableRow); ok && row.FirstChild() == parent && strings.HasPrefix(p.file, "docs/") {
		header := row.Parent().FirstChild().FirstChild()
		switch title := p.textOf(header); {
		case header.FirstChild() == header.LastChild() && message.MatchString(title):
			return true
		case p.file == troubleshooting && !noMessage.MatchString(title):
			p.fault(p.line(node), "the header of a column of messages is unknown: "+title)
		}
	}
	if p.file != troubleshooting {
		return false
	}
	_, isHeading := parent.(*ast.Heading)
	_, isItem := parent.Parent().(*ast.ListItem)
	return isHeading || isItem && parent.FirstChild() == parent.LastChild() || len(strings.Fields(span)) >= 3 && !command.MatchString(span)
}

// quoteOutput adds the errors and warnings in an output of Terraform to the quotes. Each error or warning ends at the end of
// its frame. Without a frame, it ends at the end of the code block.
func (p *page) quoteOutput(line int, output string) {
	inMessage := false
	for paragraph := range strings.SplitSeq(frame.ReplaceAllString(output, ""), "\n\n") {
		text := paragraph
		if at := printed.FindStringIndex(paragraph); at != nil {
			inMessage, text = true, paragraph[at[1]:]
			line += strings.Count(paragraph[:at[0]], "\n")
			paragraph = paragraph[at[0]:]
		}
		text, _, ends := strings.Cut(strings.Join(strings.Fields(text), " "), "╵")
		if inMessage && !location.MatchString(text) {
			for part := range strings.SplitSeq(text, ": ") {
				if part = strings.Trim(part, ". "); part != "" {
					p.quotes = append(p.quotes, reference{part, line})
				}
			}
		}
		inMessage = inMessage && !ends
		line += 2 + strings.Count(paragraph, "\n")
	}
}

// anchor returns the anchor that GitHub and the registry generate for a heading.
func (p *page) anchor(heading string) string {
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	unique := anchor
	for i := 1; p.anchors[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", anchor, i)
	}
	return unique
}

// each calls the function do for each reference that the function "of" returns, in the order of the file names. It returns all
// problems found.
func (d *documentation) each(of func(*page) []reference, do func(file, text string) (problem string)) []string {
	var problems []string
	for _, file := range slices.Sorted(maps.Keys(d.pages)) {
		for _, r := range of(d.pages[file]) {
			if problem := do(file, r.text); problem != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s: %s", file, r.line, r.text, problem))
			}
		}
	}
	return problems
}
