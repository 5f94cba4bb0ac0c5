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

// hosted matches the GitHub URLs of files in this repository.
var hosted = regexp.MustCompile(`^https://(?:github\.com/` + repository + `/(?:blob|tree|raw|edit)|raw\.githubusercontent\.com/` +
	repository + `)/([^/#]+)/?(.*)`)

func links(p *page) []reference { return p.links }

func isExternal(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "mailto:")
}

// brokenLinks returns one problem for each broken link to a file of the repository.
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
			// On GitHub, the link works only with the extension. The registry removes the extension.
			if path.Ext(target) != ".md" {
				return "the link must end in .md"
			}
		}
		return d.follow(target + "#" + anchor)
	})
}

// follow checks that a link target and its anchor exist, and returns the problem or "". If the target is a folder, the anchor
// is in the README of the folder.
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

// unreachable requests the links to other sites, and returns one problem for each link that fails. It requests each URL only
// once.
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
