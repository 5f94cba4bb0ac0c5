// SPDX-License-Identifier: MPL-2.0

package main

import "regexp"

// needed has the required parts of the registry's pages. If the path of a file matches the first pattern, the file must contain
// a match of the second pattern. The last field names the required part in problems.
var needed = []struct{ in, content, what string }{
	{`^docs/`, `(?m)^page_title: "?[^"\n]`, "a page_title"},
	{`^docs/`, `(?m)^description: \|-\n  [^.]+(?:\.\S[^.]*)*\.\n---$`, "a description of one sentence"},
	{`^docs/guides/`, `(?m)^subcategory: "?[^"\n]`, "a subcategory"},
	{`^docs/guides/`, `\n## (?:See also|Next steps)\n(?:(?:[^#\n].*)?\n)*$`, `the last section "See also" or "Next steps"`},
	{`^docs/(?:actions|.*(?:resources|sources))/`, `(?m)^## Permissions$`, `the section "Permissions"`},
	{`^docs/(?:actions|.*(?:resources|sources))/`, `(?m)^## See also$`, `the section "See also"`},
	{`^docs/(?:actions|ephemeral-.*|list-.*)/`, `(?m)^-> \*\*Note:\*\* .*Terraform 1\.1\d`, "a note with the version of Terraform"},
}

// checkForm reports the required parts that are missing in a page.
func (p *page) checkForm(content string) {
	for _, n := range needed {
		if regexp.MustCompile(n.in).MatchString(p.file) && !regexp.MustCompile(n.content).MatchString(content) {
			p.fault(1, "the page needs "+n.what)
		}
	}
}
