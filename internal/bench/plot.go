// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
)

func plotTitle(keys int) string {
	return fmt.Sprintf("Wall time of %s keys ÷ that of the hollow twin", thousands(keys))
}

// plot draws a bar for the wall time of each subject as a multiple of the twin's,
// in an SVG that follows the reader's light or dark.
func (r *results) plot(out io.Writer) {
	const (
		width, left, right = 760, 150, 130
		row, gap, head     = 20, 34, 56
		cut                = 3.0 // longer bars are cut, lest they make the others tiny
	)
	type panel struct {
		command string
		memory  bool
	}
	panels := []panel{{plan, false}, {apply, false}, {apply, true}, {destroy, false}, {destroy, true}}
	height := head + len(panels)*(len(subjects)*row+gap)
	scale := float64(width-left-right) / cut

	// What is written fails with the file's Close, if at all.
	printf := func(format string, values ...any) { _, _ = fmt.Fprintf(out, format+"\n", values...) }
	printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`, width, height)
	printf(`<style>
  text { fill: #1f2328 } .peer { fill: #8c959f } .ours { fill: #2f81f7 } line { stroke: #8c959f; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
</style>`)
	printf(`<text x="12" y="24" font-size="16" font-weight="bold">%s</text>`, plotTitle(r.scale.large))
	y := head
	for _, p := range panels {
		printf(`<text x="12" y="%d" font-weight="bold">%s, %s</text>`, y, p.command, setup{memory: p.memory}.place())
		top := y + 8
		for i, subject := range subjects {
			s := base(subject, r.scale.large, p.memory)
			if !r.has(s, p.command) {
				printf(`<text x="%d" y="%d" text-anchor="end">%s</text><text x="%d" y="%d">not measured</text>`,
					left-8, top+i*row+14, subject, left+6, top+i*row+14)
				continue
			}
			ratio, class := r.over(s, s.twin(), p.command), "peer"
			if subject == egs {
				class = "ours"
			}
			bar, middle := min(ratio, cut)*scale, top+i*row+14
			printf(`<text x="%d" y="%d" text-anchor="end">%s</text>`, left-8, middle, subject)
			printf(`<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>`, class, left, top+i*row+3, bar, row-6)
			printf(`<text x="%.1f" y="%d">%.2f (%s)</text>`, float64(left)+bar+6, middle, ratio, seconds(r.of(s, p.command).wall))
		}
		printf(`<line x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`, left+scale, top, left+scale, top+len(subjects)*row)
		y += len(subjects)*row + gap
	}
	printf(`</svg>`)
}
