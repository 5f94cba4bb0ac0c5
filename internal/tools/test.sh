#!/bin/sh
# Runs `go test` with the given arguments, shows what was skipped and why, and fails if no test ran.
#
#   test.sh all ARGS…    a skipped test is a failure as well
#   test.sh some ARGS…   skipped tests are only shown: the CLI under test may be too old for them
set -eu

share=$1
shift

tools=$(dirname "$0")
gotestsum=$("$tools/tool.sh" gotestsum)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM # EXIT is not trapped by a signal in every shell

# The tests of all packages run the CLI with this one build.
if [ -n "${TF_ACC-}" ]; then
	export ACCTEST_PROVIDER="$work/terraform-provider-egs$(go env GOEXE)"
	go build -ldflags "-s -w" -o "$ACCTEST_PROVIDER" .
fi

# A test waits for its CLI much of the time, so twice as many run at a time as there are cores.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

"$gotestsum" --format standard-quiet --jsonfile "$work/events" -- \
	-count=1 -timeout 30m -parallel $((cores * 2)) "$@"

# Events without a test's name are about packages: one that has no tests is "skipped", too.
if ! grep -q '"Action":"pass".*"Test":' "$work/events"; then
	echo "No test ran." >&2
	exit 1
fi
if [ "$share" = all ] && grep -q '"Action":"skip".*"Test":' "$work/events"; then
	echo "Tests were skipped (see above), and this run allows none." >&2
	exit 1
fi
