#!/bin/sh
# Runs `go test` with the given arguments, shows skipped tests with the reasons, and fails if no test ran.
#
#   test.sh all ARGS…    a skipped test is a failure
#   test.sh some ARGS…   a skipped test is not a failure, since the CLI under test may be too old for it
set -eu

share=$1
shift

tools=$(dirname "$0")
gotestsum=$("$tools/tool.sh" gotestsum)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM # Not every shell runs the EXIT trap after a signal.

# Build the provider once for the tests of all packages.
if [ -n "${TF_ACC-}" ]; then
	export ACCTEST_PROVIDER="$work/terraform-provider-egs$(go env GOEXE)"
	go build -ldflags "-s -w" -o "$ACCTEST_PROVIDER" .
fi

# Tests spend most of their time waiting for the CLI, so run two tests per core.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

"$gotestsum" --format standard-quiet --jsonfile "$work/events" -- \
	-count=1 -timeout 30m -parallel $((cores * 2)) "$@"

# Events without "Test" are about packages. A package without tests has a "skip" event.
if ! grep -q '"Action":"pass".*"Test":' "$work/events"; then
	echo "No test ran." >&2
	exit 1
fi
if [ "$share" = all ] && grep -q '"Action":"skip".*"Test":' "$work/events"; then
	echo "Tests were skipped (see above). This run does not allow skipped tests." >&2
	exit 1
fi
