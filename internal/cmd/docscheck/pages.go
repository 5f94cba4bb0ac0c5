// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// documentation has the links and quotes of the Markdown files of the repository.
type documentation struct {
	root  fs.FS
	pages map[string]*page // by path
}

type page struct {
	anchors map[string]bool
	links   []reference
	quotes  []reference // messages, see CONTRIBUTING.md
}

type reference struct {
	text string
	line int
}

// read parses the Markdown files at the top level and in docs/, examples/ and .github/.
func read(root fs.FS) (*documentation, error) {
	files, err := fs.Glob(root, "*.md")
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"docs", "examples", ".github"} {
		err := fs.WalkDir(root, folder, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && path.Ext(file) == ".md" {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	d := &documentation{root: root, pages: map[string]*page{}}
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
	heading = regexp.MustCompile(`^#{1,6} +(.*)`)
	htmlID  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
	link    = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: *(\S+)|(?:href|src|srcset)="([^"]+)"`)
	code    = regexp.MustCompile("``(.+?)``|`([^`]+)`")
	printed = regexp.MustCompile(`^[\s│]*(?:Error|Warning): (.+)`)
	message = regexp.MustCompile(`(?i)\b(?:messages?|errors?|warnings?)\b`) // in the header of a column of messages
)

func parse(file, content string) *page {
	p := &page{anchors: map[string]bool{}}
	fence, quotes := "", false
	front := strings.HasPrefix(content, "---\n")
	for i, line := range strings.Split(content, "\n") {
		add := func(to *[]reference, text string) { *to = append(*to, reference{text, i + 1}) }
		trimmed := strings.TrimSpace(line)
		switch {
		case front:
			front = i == 0 || trimmed != "---"
			continue
		case fence != "":
			if trimmed == fence {
				fence = ""
			} else if m := printed.FindStringSubmatch(line); m != nil && strings.HasPrefix(file, "docs/") {
				add(&p.quotes, m[1])
			}
			continue
		case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
			fence = trimmed[:3]
			continue
		}
		spans := ""
		if m := heading.FindStringSubmatch(line); m != nil {
			p.anchors[p.anchor(m[1])] = true
			if path.Base(file) == "troubleshooting.md" {
				spans = line
			}
		}
		if cells := strings.Split(line, "|"); len(cells) > 2 && trimmed[0] == '|' {
			if quotes {
				spans = cells[1]
			}
			// The header is the first line of a table.
			quotes = quotes || strings.HasPrefix(file, "docs/") && message.MatchString(cells[1]) && !code.MatchString(cells[1])
		} else {
			quotes = false
		}
		for _, m := range code.FindAllStringSubmatch(spans, -1) {
			add(&p.quotes, strings.TrimSpace(m[1]+m[2]))
		}
		for _, m := range htmlID.FindAllStringSubmatch(line, -1) {
			p.anchors[m[1]] = true
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(line, ""), -1) {
			add(&p.links, m[1]+m[2]+m[3])
		}
	}
	return p
}

// anchor returns the anchor that GitHub and the registry generate for a heading.
func (p *page) anchor(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
	unique := anchor
	for i := 1; p.anchors[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", anchor, i)
	}
	return unique
}

// each calls do for all references that the function of selects, in the order of their files, and returns the problems.
func (d *documentation) each(of func(*page) []reference, do func(file, text string) (problem string)) []string {
	var problems []string
	files := make([]string, 0, len(d.pages))
	for file := range d.pages {
		files = append(files, file)
	}
	slices.Sort(files)
	for _, file := range files {
		for _, r := range of(d.pages[file]) {
			if problem := do(file, r.text); problem != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s: %s", file, r.line, r.text, problem))
			}
		}
	}
	return problems
}
