// SPDX-License-Identifier: MPL-2.0

// Command fetch installs a signed release of Terraform from releases.hashicorp.com into a folder:
//
//	fetch VERSION FOLDER
//
// Its exit code is 0 on success, 1 on failure, and 2 for invalid arguments.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
)

const (
	site = "https://releases.hashicorp.com"
	// reachTimeout is the timeout of the first request. If this request fails, tool.sh builds Terraform instead.
	reachTimeout = 10 * time.Second
	// downloadTimeout is the timeout of the download. An archive has about 30 MB.
	downloadTimeout = 3 * time.Minute
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fetch VERSION FOLDER")
		os.Exit(2)
	}
	v, err := version.NewSemver(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(2)
	}
	cli.Main("fetch", func(ctx context.Context) error { return fetch(ctx, site, v, os.Args[2]) })
}

// fetch installs the release into dir. It verifies the checksum and HashiCorp's signature.
func fetch(ctx context.Context, site string, v *version.Version, dir string) error {
	if err := reach(ctx, site); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	release := releases.ExactVersion{Product: product.Terraform, Version: v, InstallDir: dir, Timeout: downloadTimeout, ApiBaseURL: site}
	_, err := release.Install(ctx)
	return err
}

// reach returns an error if the site does not respond within reachTimeout. Without this check, the library would retry for much
// longer.
func reach(ctx context.Context, site string) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, site, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
