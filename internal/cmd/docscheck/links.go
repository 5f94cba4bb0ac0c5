// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

const repository = "elastic-gpu-service/terraform-provider-egs"

// hosted matches the URLs of the repository's files on GitHub.
var hosted = regexp.MustCompile(`^https://(?:github\.com/` + repository + `/(?:blob|tree|raw|edit)|raw\.githubusercontent\.com/` +
	repository + `)/([^/#]+)/?(.*)`)

func links(p *page) []reference { return p.links }

func isExternal(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "mailto:")
}

// brokenLinks returns the problems of links to files of the repository.
func (d *documentation) brokenLinks() []string {
	return d.each(links, func(file, link string) string {
		if m := hosted.FindStringSubmatch(link); m != nil {
			if m[1] != "main" {
				return "the link must point to the main branch"
			}
			return d.follow(m[2])
		}
		if rest, ok := strings.CutPrefix(link, "https://github.com/"+repository); ok && strings.HasPrefix(strings.TrimPrefix(rest, "/"), "#") {
			return d.follow(rest)
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
				return "the registry shows docs/ only: write https://github.com/" + repository + "/blob/main/" + target
			}
			// GitHub needs the extension, and the registry removes it.
			if path.Ext(target) != ".md" {
				return "the link must end in .md"
			}
		}
		return d.follow(target + "#" + anchor)
	})
}

// follow returns the problem of a link: a missing file, folder or anchor. The anchor of a folder is in its README.
func (d *documentation) follow(target string) string {
	target, anchor, _ := strings.Cut(target, "#")
	target = path.Clean(strings.TrimPrefix(target, "/"))
	info, err := fs.Stat(d.root, target)
	if err != nil {
		return "the target does not exist"
	}
	if info.IsDir() {
		target = path.Join(target, "README.md")
	}
	if p := d.pages[target]; anchor != "" && (p == nil && info.IsDir() || p != nil && !p.anchors[anchor]) {
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
