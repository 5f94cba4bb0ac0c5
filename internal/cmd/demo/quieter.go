// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"
)

// quieter passes Terraform's output on, without the warning that the lock file holds the
// checksums of this platform only, which is so with every file-system mirror, and without
// colours where they are not shown.
type quieter struct {
	out    io.Writer
	colour bool

	line []byte
	// box holds the lines of a diagnostic until its end; nil outside one.
	box []string
	// dropped says that a blank line that follows goes with the box.
	dropped bool
}

// Terraform draws a frame around a diagnostic.
const (
	boxBegin = "╷"
	boxEnd   = "╵"
	unwanted = "Incomplete lock file information for providers"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Write implements io.Writer. It keeps an unfinished line back.
func (q *quieter) Write(p []byte) (int, error) {
	q.line = append(q.line, p...)
	for {
		i := bytes.IndexByte(q.line, '\n')
		if i < 0 {
			return len(p), nil
		}
		q.take(string(q.line[:i+1]))
		q.line = q.line[i+1:]
	}
}

// flush passes on what is kept back.
func (q *quieter) flush() {
	if len(q.line) > 0 {
		q.take(string(q.line))
	}
	q.pass(q.box...)
	q.line, q.box = nil, nil
}

func (q *quieter) take(line string) {
	plain := escapes.ReplaceAllString(line, "")
	if !q.colour {
		line = plain
	}
	plain = strings.TrimSpace(plain)
	switch {
	case plain == boxBegin:
		q.box = []string{line}
	case q.box == nil:
		if plain != "" || !q.dropped {
			q.pass(line)
		}
		q.dropped = false
	default:
		q.box = append(q.box, line)
		if plain == boxEnd {
			q.dropped = strings.Contains(escapes.ReplaceAllString(strings.Join(q.box, ""), ""), unwanted)
			if !q.dropped {
				q.pass(q.box...)
			}
			q.box = nil
		}
	}
}

func (q *quieter) pass(lines ...string) {
	for _, line := range lines {
		_, _ = io.WriteString(q.out, line) // without an audience the demo still checks
	}
}
