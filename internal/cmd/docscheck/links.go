// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// hosted are the base URLs of the repository's files on GitHub.
var hosted = []string{
	"https://github.com/elastic-gpu-service/terraform-provider-egs/blob/main/",
	"https://github.com/elastic-gpu-service/terraform-provider-egs/tree/main/",
	"https://raw.githubusercontent.com/elastic-gpu-service/terraform-provider-egs/main/",
}

func links(p *page) []reference { return p.links }

func isExternal(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "mailto:")
}

// brokenLinks returns the problems of links to files of the repository.
func (d *documentation) brokenLinks() []string {
	return d.each(links, func(file, link string) string {
		for _, prefix := range hosted {
			if rest, ok := strings.CutPrefix(link, prefix); ok {
				return d.follow(rest)
			}
		}
		target, anchor, _ := strings.Cut(link, "#")
		switch {
		case isExternal(link):
			return ""
		case target == "":
			target = file
		case strings.HasPrefix(target, "/"):
			return "use a relative path"
		default:
			target = path.Join(path.Dir(file), target)
		}
		if strings.HasPrefix(file, "docs/") {
			if !strings.HasPrefix(target, "docs/") {
				return "the registry shows docs/ only: write " + hosted[0] + target
			}
			// GitHub needs the extension, and the registry removes it.
			if path.Ext(target) != ".md" {
				return "the link must end in .md"
			}
		}
		return d.follow(target + "#" + anchor)
	})
}

// follow returns the problem of a link: a missing file, folder or anchor.
func (d *documentation) follow(target string) string {
	target, anchor, _ := strings.Cut(target, "#")
	if _, err := fs.Stat(d.root, path.Clean(target)); err != nil {
		return "this does not exist"
	}
	if p := d.pages[target]; p != nil && anchor != "" && !p.anchors[anchor] {
		return "the page has no such heading"
	}
	return ""
}

// unreachable returns the problems of links to other sites. It requests each URL once.
func (d *documentation) unreachable(ctx context.Context) []string {
	client := &http.Client{Timeout: time.Minute}
	seen := map[string]bool{}
	return d.each(links, func(_, link string) string {
		link, _, _ = strings.Cut(link, "#")
		if !isExternal(link) || strings.HasPrefix(link, "mailto:") || seen[link] || strings.Contains(link, "example.com") {
			return ""
		}
		seen[link] = true
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
		if err != nil {
			return err.Error()
		}
		resp, err := client.Do(req)
		if err != nil {
			return err.Error()
		}
		defer func() { _ = resp.Body.Close() }()
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
		if resp.StatusCode >= http.StatusBadRequest {
			return resp.Status
		}
		return ""
	})
}
