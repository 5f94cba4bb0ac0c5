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
events=$(mktemp)
trap 'rm -f "$events"' EXIT

# A test waits for its CLI much of the time, so twice as many run at a time as there are cores.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

"$gotestsum" --format standard-quiet --jsonfile "$events" -- \
	-count=1 -timeout 30m -parallel $((cores * 2)) "$@"

# Events without a test's name are about packages: one that has no tests is "skipped", too.
if ! grep -q '"Action":"pass".*"Test":' "$events"; then
	echo "No test ran." >&2
	exit 1
fi
if [ "$share" = all ] && grep -q '"Action":"skip".*"Test":' "$events"; then
	echo "Tests were skipped (see above), and this run allows none." >&2
	exit 1
fi
