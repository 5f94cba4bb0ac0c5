// SPDX-License-Identifier: MPL-2.0

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// Source is the provider's source address, without the host of a registry.
const Source = "elastic-gpu-service/egs"

// Hosts are the hosts of the Terraform and OpenTofu registries. If a source address has no host, each CLI uses its own
// registry.
var Hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// Package is one version of a provider.
type Package struct {
	// Source is the source address without a host: NAMESPACE/TYPE.
	Source string
	// Version is a semantic version. Without a version constraint, Terraform does not install a pre-release.
	Version string
	// Binary is the path of the executable. The file must not change after Mirror returns, because the mirror can contain a
	// hard link to it.
	Binary string
}

// Mirror adds packages to a file-system mirror in the folder dir. It also writes CLI settings that make Terraform and OpenTofu
// install these providers from the mirror, and all others from their registries. It returns the path of the settings.
func Mirror(dir string, packages ...Package) (settings string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	var addresses []string
	for _, p := range packages {
		for _, host := range Hosts {
			address := path.Join(host, p.Source)
			addresses = append(addresses, fmt.Sprintf("%q", address))
			if err := place(p.Binary, executable(dir, address, p.Version)); err != nil {
				return "", err
			}
		}
	}
	settings = filepath.Join(dir, "terraform.tfrc")
	// Windows accepts slashes too, and unlike backslashes they need no escaping.
	content := fmt.Sprintf(`disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = %[1]q
    include = [%[2]s]
  }
  direct {
    exclude = [%[2]s]
  }
}
`, filepath.ToSlash(dir), strings.Join(addresses, ", "))
	return settings, os.WriteFile(settings, []byte(content), 0o600)
}

// executable returns the path of a provider's executable in the mirror dir.
func executable(dir, address, version string) string {
	name := "terraform-provider-" + path.Base(address) + "_v" + version + suffix()
	return filepath.Join(dir, filepath.FromSlash(address), version, runtime.GOOS+"_"+runtime.GOARCH, name)
}

// place puts a file at another path: as a hard link, or as a copy if a link is not possible.
func place(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()                                     // only read
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700) //nolint:gosec // G302: an executable.
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
