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
	"docs/index.md": "---\npage_title: [x](none)\n---\n# P\n\n## The `url` of EGS?\n\n## Twice\n\n## Twice\n\n" +
		"<a id=\"nested\"></a>\n[a](guides/troubleshooting.md) [b](#twice-1) [c](#nested) `[d](none)`\n\n```text\n[e](none)\n```\n",
	"docs/guides/troubleshooting.md": "# Troubleshooting\n\n[up](../index.md#twice) [folder](https://github.com/elastic-gpu-service/" +
		"terraform-provider-egs/tree/main/examples/a)\n![p](https://raw.githubusercontent.com/elastic-gpu-service/terraform-provider-egs/main/assets/p.svg)\n\n" +
		"## `An EGS API key may have been created`\n\n" +
		"| The error says | What to do about `none` |\n| --- | --- |\n" +
		"| `EGS API key \"…\" of workspace … expires on …`, `Unable to create`: ``within `red` `` | `none` |\n" +
		"| `HTTP 429` | |\n| `output.… will change` | |\n| `connection refused` | |\n\n" +
		"```text\n│ Warning: EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31\n```\n",
	"examples/a/a.sh":      "jq '\"output.\\(.key) will change\"'\n",
	"examples/a/README.md": "[up](../../README.md#title)\n",
	"assets/p.svg":         "<svg/>",
	"internal/a/a.go": "package a\n\nconst thing = \"EGS API key\"\n\nvar summary = \"Unable to create \" + thing\n\nfunc a() {\n" +
		"\tf(\"%s %s may have been created\", \"An\", thing)\n\tf(\"EGS %s expires on %s\", object(), \"\")\n" +
		"\tf(\"API key %q of workspace %q\")\n\tf(\"within %s\", \"red\")\n\tf(`HTTP %d: %s`)\n}\n",
}

// golang has a source file of Go.
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
	return append(docs.brokenLinks(), docs.unknownMessages(printed)...)
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
			[]string{"README.md:3: internal/b.go: this does not exist"},
		},
		"broken anchor": {
			"docs/index.md", "## The `url` of EGS?", "## Where EGS is",
			[]string{"README.md:3: docs/index.md#the-url-of-egs: the page has no such heading"},
		},
		"broken anchor of the same page": {
			"docs/index.md", "\n## Twice\n\n## Twice\n", "\n## Twice\n",
			[]string{"docs/index.md:11: #twice-1: the page has no such heading"},
		},
		"link without extension": {
			"docs/index.md", "(guides/troubleshooting.md)", "(guides/troubleshooting)",
			[]string{"docs/index.md:13: guides/troubleshooting: the link must end in .md"},
		},
		"link to a file that the registry does not show": {
			"docs/index.md", "(guides/troubleshooting.md)", "(../README.md)",
			[]string{"docs/index.md:13: ../README.md: the registry shows docs/ only: write https://github.com/elastic-gpu-service/" +
				"terraform-provider-egs/blob/main/README.md"},
		},
		"absolute path": {
			"README.md", "(examples/a)", "(/examples/a)",
			[]string{"README.md:3: /examples/a: use a relative path"},
		},
		"missing picture": {
			"docs/guides/troubleshooting.md", "assets/p.svg", "assets/q.svg",
			[]string{"docs/guides/troubleshooting.md:4: https://raw.githubusercontent.com/elastic-gpu-service/terraform-provider-egs/main/" +
				"assets/q.svg: this does not exist"},
		},
		"changed message": {
			"internal/a/a.go", "EGS %s expires on %s", "EGS %s ends on %s",
			[]string{
				"docs/guides/troubleshooting.md:10: EGS API key \"…\" of workspace … expires on …: the code does not contain this message",
				"docs/guides/troubleshooting.md:16: EGS API key \"ci\" of workspace \"red\" expires on 2027-03-31: the code does not contain this message",
			},
		},
		"changed value of a message": {
			"internal/a/a.go", "thing = \"EGS API key\"", "thing = \"EGS key\"",
			[]string{"docs/guides/troubleshooting.md:6: An EGS API key may have been created: the code does not contain this message"},
		},
		"quote that ends within a word": {
			"internal/a/a.go", "Unable to create ", "Unable to created ",
			[]string{"docs/guides/troubleshooting.md:10: Unable to create: the code does not contain this message"},
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
