#!/bin/sh
# Checks the format of all examples and of the HCL blocks in Markdown. Runs `terraform init` and `terraform validate` in a copy
# of each folder of examples, and on the blocks of README.md as one configuration.
#
#   examples-check.sh TERRAFORM    path of Terraform 1.14 or later
set -eu

terraform=$1
cd "$(dirname "$0")/../.."
"$terraform" fmt -check -diff -recursive examples

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' INT TERM
# The copy omits the files that Terraform creates when an example is applied in its folder.
cp -R examples "$copy"
find "$copy" -name .terraform -prune -exec rm -rf {} +
find "$copy" \( -name .terraform.lock.hcl -o -name '*.tfstate*' -o -name '*.tfvars' \) -exec rm -f {} +
go run ./internal/cmd/install -mirror "$copy/mirror" >/dev/null
export TF_CLI_CONFIG_FILE="$copy/mirror/terraform.tfrc"

# Each block becomes the file PAGE.LINE.tf, without the indentation of its fence.
mkdir "$copy/blocks" "$copy/examples/README.md"
find README.md docs examples -name '*.md' -exec awk -v to="$copy/blocks/" '
	FNR == 1 || /^ *```/ {
		if (file) close(file)
		file = ""
	}
	file { print substr($0, indent) >file }
	/^ *```(terraform|hcl)$/ {
		indent = index($0, "`")
		file = FILENAME
		gsub("/", "-", file)
		file = to file "." FNR ".tf"
	}' {} +
(cd "$copy/blocks" && "$terraform" fmt -no-color -check -diff -recursive)
cp "$copy"/blocks/README.md.*.tf "$copy/examples/README.md"

run() {
	"$terraform" "$@" >"$copy/output" 2>&1 || {
		cat "$copy/output"
		exit 1
	}
}

validate() {
	echo "terraform validate ${PWD#"$copy/"}${1:+ with $1}"
	run validate -no-color -query
}

find "$copy/examples" -name '*.tf' -o -name '*.tfquery.hcl' | sed 's|/[^/]*$||' | sort -u >"$copy/folders"
[ -s "$copy/folders" ] || {
	echo "There are no examples." >&2
	exit 1
}
while read -r folder; do
	cd "$folder"
	# Examples for pages of the registry are fragments without required_providers.
	grep -qs required_providers ./*.tf ||
		cat >required_providers.tf <<-'END'
			terraform {
			  required_providers {
			    egs = { source = "elastic-gpu-service/egs" }
			  }
			}
		END
	# The import blocks of a folder are alternatives for the same resource, so each is validated without the others.
	mkdir imports
	mv import*.tf imports 2>/dev/null || true
	run init -no-color -input=false -backend=false
	validate
	for import in imports/*.tf; do
		[ -e "$import" ] || continue
		mv "$import" import.tf
		validate "${import#imports/}"
		rm import.tf
	done
done <"$copy/folders"
