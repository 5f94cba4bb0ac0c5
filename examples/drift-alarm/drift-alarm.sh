#!/bin/sh
# Tells whether EGS is as the configuration says, and lists what is not: addresses and names of
# attributes, never a value.
#
#   drift-alarm.sh [FOLDER]      of the configuration, after `terraform init`
#
#   TERRAFORM      the program: terraform (the default) or tofu
#   ALARM          command that gets the list on its standard input if there is drift
#
# Exit codes: 0 no difference, 2 drift, 1 the plan (or the alarm) failed.
set -eu

folder=${1:-.}
umask 077
plan=$(mktemp)
list=$(mktemp)
trap 'rm -f "$plan" "$list"' EXIT

# In a GitHub job a message becomes an annotation.
say() {
	if [ "${GITHUB_ACTIONS:-}" = true ]; then
		echo "::$1::$2"
	else
		echo "$1: $2"
	fi
}

code=0
"${TERRAFORM:-terraform}" -chdir="$folder" plan -detailed-exitcode -input=false -lock=false -no-color >"$plan" 2>&1 || code=$?

# Keys that expire soon, for example. The frame around a message is absent where there is no terminal.
sed -nE 's/^[│ ]*Warning: ((EGS|h2oGPTe|Search GAIA) .*)/\1/p' "$plan" | while read -r warning; do
	say warning "$warning"
done

case $code in
0)
	echo "EGS is as the configuration says."
	;;
2)
	# A block of the plan begins with "  # ADDRESS will be …"; its attributes are six columns in.
	awk '
		function finish() {
			if (head == "") return
			if (forced != "") names = forced
			note = names == "ready_for_renewal" ? "due for renewal" : names
			print head (note == "" ? "" : ": " note)
			head = ""
		}
		/^  # / {
			finish()
			if ($0 !~ /will be (created|destroyed|replaced|updated)|must be replaced/) next
			head = substr($0, 5); names = forced = ""
			detailed = $0 !~ /will be (created|destroyed)/
			next
		}
		/\(known after apply\)/ && !/# forces replacement/ { next }
		/^      [~+-] / && detailed && head != "" && $3 ~ /^[={]$/ {
			names = names (names == "" ? "" : ", ") $2
			if ($0 ~ /# forces replacement/) forced = forced (forced == "" ? "" : ", ") $2
		}
		/^(Plan:|Changes to Outputs:)/ { finish() }
		END { finish() }
	' "$plan" >"$list"
	[ -s "$list" ] || echo "Only outputs differ." >"$list"
	say error "EGS differs from the configuration:"
	cat "$list"
	if [ -n "${ALARM:-}" ]; then
		sh -c "$ALARM" <"$list" || {
			say error "The alarm failed."
			exit 1
		}
	fi
	exit 2
	;;
*)
	cat "$plan" >&2
	say error "The plan failed, which says nothing about EGS."
	exit 1
	;;
esac
