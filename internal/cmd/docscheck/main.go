// SPDX-License-Identifier: MPL-2.0

// Command docscheck follows the links of the documentation, and compares the messages that it quotes with those that
// the code prints. It runs in the root of the repository.
//
// It exits with 0 if all is well, with 1 if something is not, and with 2 on arguments it cannot use.
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
