// SPDX-License-Identifier: MPL-2.0

// Command docscheck follows the links of the documentation, and compares quoted messages with the code. It runs in the root
// of the repository.
//
// Its exit code is 0 if it finds no problems, 1 if it finds some or fails, and 2 for invalid arguments.
package main

import (
	"context"
	"flag"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

func main() {
	external := flag.Bool("external", false, "also follow links to other sites")
	cli.Flags("docscheck")
	cli.Main("docscheck", func(ctx context.Context) error { return run(ctx, *external) })
}

func run(ctx context.Context, external bool) error {
	root := os.DirFS(".")
	docs, err := read(root)
	if err != nil {
		return err
	}
	problems := docs.brokenLinks()
	printed, err := messagesOf(root, os.DirFS(filepath.Join(build.Default.GOROOT, "src")))
	if err != nil {
		return err
	}
	problems = append(problems, docs.unknownMessages(printed)...)
	if external {
		problems = append(problems, docs.unreachable(ctx)...)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	return nil
}
