// SPDX-License-Identifier: MPL-2.0

package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// valid has the files of a repository without problems.
var valid = map[string]string{
	"README.md": "# Title\n\nSee [the *docs*](docs/index.md#the-url-of-egs), [a folder](examples/a) and [`code`](internal/a/a.go).\n",
	"docs/index.md": "---\npage_title: \"[x](none)\"\ndescription: |-\n  A page, see egs.example.com.\n---\n# P\n\n" +
		"## The `url` of EGS?\n\n## Twice\n\n## Twice\n\n" +
		"<a id=\"nested\"></a>\n[a](guides/troubleshooting.md) [b](#twice-1) [c](#nested) `[d](none)` `[e][f]`\n\n" +
		"~> **Note:** A\ncallout.\n\n```text\n[e](none)\n```\n",
	"docs/actions/a.md": "---\npage_title: \"A\"\ndescription: |-\n  Does a.\n---\n\n-> **Note:** Requires Terraform 1.14.\n\n" +
		"## Permissions\n\n## See also\n",
	"docs/guides/troubleshooting.md": "---\npage_title: \"T\"\nsubcategory: \"R\"\ndescription: |-\n  T.\n---\n# Troubleshooting\n\n" +
		"[up](../index.md#twice) [folder](https://github.com/elastic-gpu-service/" +
		"terraform-provider-egs/tree/main/examples/a#up) [root](https://github.com/elastic-gpu-service/terraform-provider-egs#title)\n" +
		"![p](https://raw.githubusercontent.com/elastic-gpu-service/terraform-provider-egs/main/assets/p.svg)\n\n" +
		"## `An EGS API key may have been created`\n\n" +
		"| The error says | What to do about `none` |\n| --- | --- |\n" +
		"| `EGS API key \"…\" of workspace … expires on …`, `Unable to create`: ``within `red` `` | `none`, `terraform state rm` |\n" +
		"| `HTTP 429` | |\n| `output.… will change` | |\n| `connection refused` | |\n\n" +
		"| The reason says |\n| --- |\n| `no such host` |\n\n" +
		"- `Unexpected value`\n- an `other value`\n\nWith `the list is too large`, wait. `x = 1 # forces replacement` is code.\n\n" +
		"| Message |\n| --- |\n| `Unable to delete EGS API key`, `Unable to delete h2oGPTe API key` |\n" +
		"| `Missing email`, `Missing username` |\n| `EGS … is protected` |\n\n" +
		"```text\n╷\n│ Warning: EGS API key \"ci\" of workspace \"red\"\n│ expires on 2027-03-31\n│\n│   with egs_api_key.ci,\n│\n" +
		"│ HTTP 401 (UNAUTHENTICATED): the list is\n│ too large.\n╵\nother output\n```\n\n## See also\n\n- [up](../index.md)\n",
	"examples/a/a.sh":      "jq '\"output.\\(.key) will change\"'\n",
	"examples/a/README.md": "# Up\n\n[up](../../README.md#title)\n",
	"assets/p.svg":         "<svg/>",
	"internal/a/a.go": "package a\n\nconst thing = \"EGS API key\"\n\nvar summary = \"Unable to create \" + thing\n\nfunc a() {\n" +
		"\tf(\"%s %s may have been created\", \"An\", thing)\n\tf(\"EGS %s expires on %s\", object(), date())\n" +
		"\tf(\"within `%s`\", \"red\")\n\tf(`HTTP %d: %s`)\n\tf(\"HTTP 401 (\" + code() + \"): \")\n" +
		"\tf(\"the list is too large\", \"no such host\", \"Unexpected value\", \"another value\", \"kubeconfig\", \"EGS user\")\n}\n\n" +
		"func object() string { return fmt.Sprintf(\"API key %q of workspace %q\", \"\", \"\") }\n",
	"internal/b/b.go": "package b\n\nimport \"github.com/elastic-gpu-service/terraform-provider-egs/internal/noun\"\n\n" +
		"type named interface{ Object() string }\n\ntype key struct{}\n\n" +
		"func (key) Object() string { return fmt.Sprintf(\"API key %q\", \"\") }\n\n" +
		"func b(n noun.Noun, object named) {\n\tsummary := \"Unable to delete \" + n.Name\n\td.AddError(summary, \"\")\n" +
		"\td.AddError(fmt.Sprintf(\"EGS %s is protected\", object.Object()), \"\")\n\td.AddWarning(other.Summary(), \"\")\n" +
		"\tfor name := range map[string]bool{\"username\": true, \"email\": true} {\n\t\tnoun.Failed(\"Missing \" + name)\n\t}\n}\n\n" +
		"var nouns = []noun.Noun{{\"EGS API key\"}, {Name: \"h2oGPTe API key\"}}\n",
	"internal/noun/noun.go": "package noun\n\ntype Noun struct{ Name string }\n\n" +
		"func Failed(summary string) { diag.NewAttributeErrorDiagnostic(at, summary, \"\") }\n",
	"internal/a/README.md":           "[code](a.go)\n",
	".github/ISSUE_TEMPLATE/bug.yml": "url: https://github.com/elastic-gpu-service/terraform-provider-egs/blob/main/README.md#title\n",
}

// golang has one source file of the Go standard library.
var golang = fstest.MapFS{"syscall/errors.go": {Data: []byte("package syscall\n\nvar e = \"connection refused\"\n")}}

func problems(t *testing.T, files map[string]string) []string {
	t.Helper()
	root := fstest.MapFS{".github/a.md": {}}
	for file, content := range files {
		root[file] = &fstest.MapFile{Data: []byte(content)}
	}
	docs, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := messagesOf(root, golang)
	if err != nil {
		t.Fatal(err)
	}
	return docs.problems(printed)
}

func TestCheck(t *testing.T) {
	t.Parallel()

	if found := problems(t, valid); len(found) > 0 {
		t.Fatalf("problems in valid files: %q", found)
	}
	for name, change := range map[string]struct {
		file, from, to string
		want           []string
	}{
		"broken link": {
			"README.md", "](internal/a/a.go)", "](internal/b.go)",
			[]string{"README.md:3: internal/b.go: the target does not exist"},
		},
		"broken anchor": {
			"docs/index.md", "## The `url` of EGS?", "## Where EGS is",
			[]string{"README.md:3: docs/index.md#the-url-of-egs: the page has no such heading"},
		},
		"broken anchor of the same page": {
			"docs/index.md", "\n## Twice\n\n## Twice\n", "\n## Twice\n",
			[]string{"docs/index.md:13: #twice-1: the page has no such heading"},
		},
		"link without extension": {
			"docs/index.md", "(guides/troubleshooting.md)", "(guides/troubleshooting)",
			[]string{"docs/index.md:15: guides/troubleshooting: the link must end in .md"},
		},
		"link to a file that the registry does not show": {
			"docs/index.md", "(guides/troubleshooting.md)", "(../README.md)",
			[]string{"docs/index.md:15: ../README.md: the registry shows docs/ only: write https://github.com/elastic-gpu-service/" +
				"terraform-provider-egs/blob/main/README.md"},
		},
		"absolute path": {
			"README.md", "(examples/a)", "(/examples/a)",
			[]string{"README.md:3: /examples/a: use a relative path"},
		},
		"missing picture": {
			"docs/guides/troubleshooting.md", "assets/p.svg", "assets/q.svg",
			[]string{"docs/guides/troubleshooting.md:10: https://raw.githubusercontent.com/elastic-gpu-service/terraform-provider-egs/main/" +
				"assets/q.svg: the target does not exist"},
		},
		"changed message": {
			"internal/a/a.go", "EGS %s expires on %s", "EGS %s ends on %s",
			[]string{
				"docs/guides/troubleshooting.md:16: EGS API key \"…\" of workspace … expires on …: the code does not contain this message",
				"docs/guides/troubleshooting.md:38: EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31: the code does not contain this message",
			},
		},
		"changed value of a message": {
			"internal/a/a.go", "thing = \"EGS API key\"", "thing = \"EGS key\"",
			[]string{"docs/guides/troubleshooting.md:12: An EGS API key may have been created: the code does not contain this message"},
		},
		"quote that ends within a word": {
			"internal/a/a.go", "Unable to create ", "Unable to created ",
			[]string{"docs/guides/troubleshooting.md:16: Unable to create: the code does not contain this message"},
		},
		"unknown reason": {
			troubleshooting, "no such host", "no such guest",
			[]string{troubleshooting + ":23: no such guest: the code does not contain this message"},
		},
		"code without HTTP": {
			troubleshooting, "`HTTP 429`", "`HTTP 429`, `503`",
			[]string{troubleshooting + ":17: 503: the code does not contain this message"},
		},
		"unknown header": {
			troubleshooting, "The reason says", "Output",
			[]string{troubleshooting + ":23: the header of a column of messages is unknown: Output"},
		},
		"unknown detail of a message": {
			troubleshooting, "│ too large", "│ too small",
			[]string{troubleshooting + ":43: the list is too small: the code does not contain this message"},
		},
		"unknown item of a list": {
			troubleshooting, "- `Unexpected value`", "- `Unknown value`",
			[]string{troubleshooting + ":25: Unknown value: the code does not contain this message"},
		},
		"unknown message in prose": {
			troubleshooting, "With `the list is too large`", "With `the list is too small`",
			[]string{troubleshooting + ":28: the list is too small: the code does not contain this message"},
		},
		"unknown message in another column": {
			troubleshooting, "`none`, `terraform", "`no such guest`, `terraform",
			[]string{troubleshooting + ":16: no such guest: the code does not contain this message"},
		},
		"value that the message cannot have": {
			troubleshooting, "`Missing email`", "`Missing email`, `Missing kubeconfig`",
			[]string{troubleshooting + ":33: Missing kubeconfig: the code does not contain this message"},
		},
		"noun that the message cannot have": {
			troubleshooting, "`Missing email`", "`Missing email`, `Unable to delete EGS user`",
			[]string{troubleshooting + ":33: Unable to delete EGS user: the code does not contain this message"},
		},
		"message without explanation": {
			troubleshooting, ", `Unable to delete h2oGPTe API key`", "",
			[]string{"internal/b/b.go:13:13: Unable to delete h2oGPTe API key: " + troubleshooting + " does not explain this message"},
		},
		"message of a parameter without explanation": {
			troubleshooting, ", `Missing username`", "",
			[]string{"internal/noun/noun.go:5:68: Missing username: " + troubleshooting + " does not explain this message"},
		},
		"message of a function without explanation": {
			troubleshooting, "| `EGS … is protected` |\n", "",
			[]string{"internal/b/b.go:14:13: EGS API key … is protected: " + troubleshooting + " does not explain this message"},
		},
		"message that is not known": {
			"internal/b/b.go", "other.Summary()", "other()",
			[]string{"internal/b/b.go:15:15: …: " + troubleshooting + " does not explain this message"},
		},
		"broken anchor of the repository": {
			troubleshooting, "egs#title", "egs#tite",
			[]string{troubleshooting + ":9: https://github.com/" + repository + "#tite: the page has no such heading"},
		},
		"broken anchor of a folder": {
			troubleshooting, "examples/a#up", "examples/a#down",
			[]string{troubleshooting + ":9: https://github.com/" + repository + "/tree/main/examples/a#down: the page has no such heading"},
		},
		"anchor of a folder without a README": {
			"README.md", "(examples/a)", "(assets#a)",
			[]string{"README.md:3: assets#a: the page has no such heading"},
		},
		"link to another branch": {
			troubleshooting, "tree/main", "tree/v1",
			[]string{troubleshooting + ":9: https://github.com/" + repository + "/tree/v1/examples/a#up: the link must point to the main branch"},
		},
		"link without definition": {
			"README.md", "See [", "See [x][y] [",
			[]string{"README.md:3: the link reference is not defined"},
		},
		"broken link with a title": {
			"README.md", "(internal/a/a.go)", "(internal/b.go 'B')",
			[]string{"README.md:3: internal/b.go: the target does not exist"},
		},
		"broken link in HTML": {
			"README.md", "See [", "See <a href='none'>n</a> [",
			[]string{"README.md:3: none: the target does not exist"},
		},
		"broken link between wrapped code spans": {
			"README.md", "See [", "See `a\nb` [x](none) `c\nd` [",
			[]string{"README.md:4: none: the target does not exist"},
		},
		"broken link below internal": {
			"internal/a/README.md", "(a.go)", "(b.go)",
			[]string{"internal/a/README.md:1: b.go: the target does not exist"},
		},
		"broken link in a form": {
			".github/ISSUE_TEMPLATE/bug.yml", "#title", "#tite",
			[]string{".github/ISSUE_TEMPLATE/bug.yml:1: https://github.com/" + repository + "/blob/main/README.md#tite: the page has no such heading"},
		},
		"page without title": {
			"docs/index.md", "page_title: \"[x](none)\"\n", "",
			[]string{"docs/index.md:1: the page needs a page_title"},
		},
		"page with a description of two sentences": {
			"docs/index.md", "A page, see", "A page. See",
			[]string{"docs/index.md:1: the page needs a description of one sentence"},
		},
		"guide without subcategory": {
			troubleshooting, "subcategory: \"R\"\n", "",
			[]string{troubleshooting + ":1: the page needs a subcategory"},
		},
		"guide that ends without links": {
			troubleshooting, "## See also", "## More",
			[]string{troubleshooting + ":1: the page needs the last section \"See also\" or \"Next steps\""},
		},
		"page without permissions": {
			"docs/actions/a.md", "## Permissions", "## Rights",
			[]string{"docs/actions/a.md:1: the page needs the section \"Permissions\""},
		},
		"page without further links": {
			"docs/actions/a.md", "## See also", "## More",
			[]string{"docs/actions/a.md:1: the page needs the section \"See also\""},
		},
		"page without version": {
			"docs/actions/a.md", "Terraform 1.14", "Terraform",
			[]string{"docs/actions/a.md:1: the page needs a note with the version of Terraform"},
		},
		"callout of another form": {
			"docs/index.md", "~> **Note:**", "~> **Hint:**",
			[]string{"docs/index.md:17: a callout begins with -> **Note:**, ~> **Note:** or !> **Warning:**"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			files := maps.Clone(valid)
			files[change.file] = strings.Replace(files[change.file], change.from, change.to, 1)
			if files[change.file] == valid[change.file] {
				t.Fatal("the replacement changed nothing")
			}
			if found := problems(t, files); !slices.Equal(found, change.want) {
				t.Errorf("got %q, want %q", found, change.want)
			}
		})
	}
}

func TestCheck_external(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/there" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	docs := documentation{pages: map[string]*page{"README.md": parse("README.md",
		"[a]("+server.URL+"/there#x) [b]("+server.URL+"/none) [c]("+server.URL+"/none) [d](https://egs.example.com)")}}
	if found := docs.unreachable(t.Context()); len(found) != 1 || !strings.HasSuffix(found[0], "/none: 404 Not Found") {
		t.Errorf("got %q, want one problem with a 404", found)
	}
}
