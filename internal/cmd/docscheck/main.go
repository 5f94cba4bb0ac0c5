// SPDX-License-Identifier: MPL-2.0

// Command docscheck follows the links of the documentation, compares quoted messages with the code, and checks that the
// troubleshooting guide quotes all errors and warnings. It runs in the root of the repository.
//
// It parses Markdown with goldmark, as tfplugindocs does: regular expressions would miss some forms of links, code spans and
// tables that GitHub and the registry show.
//
// Its exit code is 0 if it finds no problems, 1 if it finds problems or fails, and 2 for invalid arguments.
package main

import (
	"context"
	"flag"
	"fmt"
	"go/build"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func main() {
	external := flag.Bool("external", false, "also follow links to other sites")
	cli.Flags("docscheck")
	cli.Main("docscheck", func(ctx context.Context) error { return run(ctx, *external) })
}

// problems returns all problems, except for broken links to other sites.
func (d *documentation) problems(printed *messages) []string {
	problems := slices.Concat(d.brokenLinks(), d.unknownMessages(printed), d.undocumented(printed))
	for _, file := range slices.Sorted(maps.Keys(d.pages)) {
		problems = append(problems, d.pages[file].faults...)
	}
	return problems
}

func run(ctx context.Context, external bool) error {
	root := os.DirFS(".")
	docs, err := read(root)
	if err != nil {
		return err
	}
	printed, err := messagesOf(root, os.DirFS(filepath.Join(build.Default.GOROOT, "src")))
	if err != nil {
		return err
	}
	problems := docs.problems(printed)
	if external {
		problems = append(problems, docs.unreachable(ctx)...)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	return nil
}
