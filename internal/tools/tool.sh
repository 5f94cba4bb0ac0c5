#!/bin/sh
# Prints the path of a tool, and installs the tool first if necessary.
#
#   tool.sh NAME          the pinned tool
#   tool.sh NAME 1.14     the tool on PATH if its version is 1.14 or later, otherwise the pinned tool
#
# Each tool has a folder beside this script. The go.mod in that folder has a tool directive and pins the version. The script
# builds the tool into .tools/NAME-VERSION/. If releases.hashicorp.com can be reached, the script downloads a signed release of
# Terraform instead of building Terraform.
set -eu

name=$1
least=${2-}

# On Windows, Go programs do not understand the /c/… paths of Git's shell.
native() {
	if command -v cygpath >/dev/null; then cygpath -m "$1"; else echo "$1"; fi
}

root=$(native "$(cd "$(dirname "$0")/../.." && pwd)")

case $name in
opentofu) command=tofu ;;
*) command=$name ;;
esac

# at_least VERSION MINIMUM compares major and minor version: at_least 1.16.4 1.14 succeeds.
at_least() {
	echo "$1 $2" | awk '{ split($1, have, "."); split($2, want, ".")
		exit !(have[1] > want[1] || have[1] == want[1] && have[2] + 0 >= want[2] + 0) }'
}

if [ -n "$least" ] && found=$(command -v "$command"); then
	# Replace the user's TF_CLI_CONFIG_FILE, since it may refer to a file that does not exist.
	version=$(TF_CLI_CONFIG_FILE=$root/internal/tools/cli.tfrc CHECKPOINT_DISABLE=1 "$found" version -json 2>/dev/null |
		sed -n 's/.*"terraform_version": *"\([^"]*\)".*/\1/p') || true
	if [ -n "$version" ] && at_least "$version" "$least"; then
		native "$found"
		exit 0
	fi
fi

mod=$root/internal/tools/$name/go.mod
package=$(awk '$1 == "tool" { print $2; exit }' "$mod")
version=$(awk -v package="$package" '
	{ module = $1 == "require" ? $2 : $1; version = $1 == "require" ? $3 : $2 }
	version ~ /^v[0-9]/ && index(package "/", module "/") == 1 { print substr(version, 2); exit }' "$mod")
folder=$root/.tools/$name-$version
binary=$folder/$command$(go env GOEXE)

fetch() {
	echo "Downloading $name $version into .tools (once) …" >&2
	(cd "$root" && GOWORK=off go run ./internal/cmd/fetch "$version" "$new") >&2
}

build() {
	echo "Building $name $version into .tools (once; Terraform and OpenTofu take minutes) …" >&2
	# With `version.dev=no`, Terraform and OpenTofu print the version "1.16.4" and not "1.16.4-dev". Other tools ignore it.
	GOWORK=off go build -C "$root/internal/tools/$name" -trimpath \
		-ldflags "-s -w -X ${package%/cmd/*}/version.dev=no" -o "$new/${binary##*/}" "$package" >&2
}

if [ ! -x "$binary" ]; then
	mkdir -p "$folder"
	# Move the binary only when it is complete, so that an interruption does not leave a partial binary.
	new=$folder/new.$$
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' INT TERM
	if [ "$name" != terraform ] || ! fetch; then
		build
	fi
	mv -f "$new/${binary##*/}" "$binary"
fi
echo "$binary"
