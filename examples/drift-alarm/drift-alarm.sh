#!/bin/sh
# Plans a configuration and lists the differences in EGS by address and attribute name, without values.
#
#   drift-alarm.sh [FOLDER] [OPTION…]
#
# FOLDER contains the configuration. Run `terraform init` in it first. The script passes the options to `terraform plan`, for
# example -var-file=prod.tfvars. Paths in options are relative to FOLDER.
#
#   TERRAFORM      program to run: terraform (default) or tofu
#   ALARM          command that receives the list of differences on standard input; runs only with exit code 2
#   CHECKS=fail    makes a failed check block a difference instead of a warning
#
# Exit codes: 0 no differences, 1 the plan or the alarm failed, 2 differences, 3 only renewals are due.
set -eu

case ${1-} in
'' | -*) folder=. ;;
*)
	folder=$1
	shift
	;;
esac
terraform=${TERRAFORM:-terraform}
command -v jq >/dev/null || {
	echo "error: drift-alarm.sh needs jq." >&2
	exit 1
}

# A saved plan contains secrets in plain text. Only the current user can read the plan, and the script removes it on exit.
umask 077
dir=$(mktemp -d)
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
child=
stop() {
	trap '' HUP INT TERM
	rm -rf "$dir" # Without the folder, Terraform cannot save the plan.
	if [ -n "$child" ]; then
		kill "$child" 2>/dev/null || :
		wait "$child" || :
	fi
	exit "$1"
}
trap 'rm -rf "$dir"' EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# Runs a command in the background, because a shell handles a signal only after a foreground command ends.
run() {
	"$@" &
	child=$!
	code=0
	wait "$child" || code=$?
	child=
}

# Prints a message. In GitHub Actions, the message becomes an annotation.
say() {
	if [ "${GITHUB_ACTIONS:-}" = true ]; then
		printf '::%s::%s\n' "$1" "$(printf %s "$2" | sed 's/%/%25/g')"
	else
		printf '%s: %s\n' "$1" "$2"
	fi
}

fail() {
	# The prefix prevents the CI system from interpreting a line as a command.
	jq -Rr "$clean"'
		. as $line | ((fromjson? | objects) // {line: $line}) |
		if .line then .line
		elif .type == "diagnostic" and .diagnostic.severity == "error" then .diagnostic |
			"Error: \(.summary)",
			"  \(if .address then "with \(.address), " else "" end)on \(.range | objects | "\(.filename) line \(.start.line)")",
			"  \(.detail)"
		else empty end |
		split("\n")[] | select(. != "") | "| \(clean)"' "$dir/messages" "$dir/stderr" >&2
	say error "The plan failed. EGS may or may not differ from the configuration."
	exit 1
}

# Names come from EGS. A control character or "##[" in a name could forge a line or a command of the CI system.
clean='def clean: gsub("[\\p{C}\\p{Z}]+"; " ") | gsub("#(?=#)"; "# ");'

# Prints lines that consist of a kind ("warning", "drift" or "renewal"), a tab and a text.
# shellcheck disable=SC2016
rows="$clean"'
	# differs reports whether a value changes. It ignores values that are known only after apply.
	def wholly: if type == "object" then length > 0 and all(.[]; wholly) else . == true end;
	def differs($before; $after; $unknown):
		if $unknown | wholly then false
		elif ($before | type) == ($after | type) and ($before | type == "object" or type == "array") then
			any($before + $after | keys[];
				. as $key | differs($before[$key]; $after[$key]; $unknown | if type == ($before | type) then .[$key] else false end))
		else $before != $after end;
	def changed:
		. as {$before, $after, $after_unknown} |
		[$before + $after | keys[] | select(differs($before[.]; $after[.]; $after_unknown[.]))];
	def without($names): map(select(. as $name | $names | index([$name]) | not));
	def only($names): map(select(. as $name | $names | index([$name])));
	def list: if . == [] then "" else ": " + join(", ") end;
	def row($kind): {kind: $kind, text: .};

	input | if .format_version then . else error("no plan") end |
	# Changes outside Terraform, by address. The value is a list of attribute names, or null if the resource was deleted.
	(reduce .resource_drift[]? as $drift ({};
		.[$drift.address] = ($drift.change | if .after == null then null else changed end))) as $outside |
	[
		.resource_changes[]? | select(.mode == "managed") |
		.address as $address |
		"\(.address)\(if .deposed then " (deposed)" else "" end)" as $name |
		# If a key has a validity period, Terraform plans no change when the expiry date was changed in EGS.
		($outside[.address] // [] | only(["expires_at", "valid_until"])) as $dates |
		({
			create: "will be created", delete: "will be destroyed", update: "will be updated in-place", forget: "will no longer be managed"
		}[.change.actions | join(",")] // "must be replaced") as $verb |
		if .change.actions == ["no-op"] then
			if .change.importing then "\($name) will be imported" | row("drift")
			elif $dates != [] then "\($name) was changed outside Terraform\($dates | list)" | row("drift")
			elif .previous_address then "\($name) has moved" | row("drift")
			else empty end
		elif .change.before == null or .change.after == null then
			if $outside | has($name) and .[$name] == null then "\($name) will be created: deleted outside Terraform"
			else "\($name) \($verb)" end | row("drift")
		else
			"\($name) \($verb)" as $start |
			(.change.replace_paths // [] | map(.[0])) as $forced |
			(.change | changed + ($forced | only(["ready_for_renewal"])) | unique) as $causes |
			if .action_reason == "replace_because_tainted" then "\($start): tainted" | row("drift")
			elif .action_reason == "replace_by_request" then "\($start): requested" | row("drift")
			elif $causes == [] then "\($start)\($forced | unique | list)" | row("follow-up")
			elif $causes == ["ready_for_renewal"] and $dates == [] then "\($name) is due for renewal" | row("renewal")
			elif $outside[$address] // [] | index(["id"]) then "\($name) \($verb): the current key was deleted outside Terraform" | row("drift")
			elif $causes == ["previous"] and .change.before.previous.overlap_ended then "\($name): the overlap with the previous key is over" | row("renewal")
			else
				($causes | without(["ready_for_renewal"]) | if only($forced) != [] then only($forced) else . end | . + $dates | unique) as $names |
				"\($start)\($names | list)\(if $names | only($outside[$name] // []) != [] then " (changed outside Terraform)" else "" end)" |
				row("drift")
			end
		end
	] as $resources |
	[
		.checks[]? | select(.address.kind == "check") | (.instances // [.])[] | select(.status == "fail" or .status == "error") |
		"\(.address.to_display) \(if .status == "fail" then "failed" else "could not be evaluated" end)" as $start |
		(.problems // [{}])[] | "\($start)\(if .message then ": \(.message)" else "" end)" |
		row(if $checks == "fail" then "drift" else "warning" end)
	] as $failed |
	[
		.output_changes // {} | to_entries[] | select(.value.actions != ["no-op"] and [.value.after_unknown | .. | select(. == true)] == []) |
		"output.\(.key) will change" | row("drift")
	] as $outputs |
	# Omit follow-up changes, unless there are no other changes.
	($resources | map(select(.kind != "follow-up"))) as $roots |
	($failed + $roots + (if $roots == [] then $outputs else [] end)) |
	if $roots == [] and $outputs == [] then . + ($resources | map(.kind = "drift")) else . end |
	.[] | "\(.kind)\t\(.text | clean)"'
list() { sed -n "s/^$1	//p" "$dir/rows"; }

: >"$dir/stderr"
run "$terraform" -chdir="$folder" plan -json -out="$dir/plan" -input=false -lock=false "$@" >"$dir/messages" 2>"$dir/stderr"
case $code in
0 | 2) ;;
*) fail ;;
esac

# shellcheck disable=SC2317
read_plan() {
	# The error messages of jq are discarded, since they may contain values.
	"$terraform" -chdir="$folder" show -json -no-color "$dir/plan" | jq -nr --arg checks "${CHECKS:-}" "$rows" 2>/dev/null
}
run read_plan >"$dir/rows" 2>"$dir/stderr"
rm -f "$dir/plan"
[ "$code" -eq 0 ] || {
	echo "The saved plan cannot be read." >>"$dir/stderr"
	fail
}

# Warnings of the provider, for example about keys that expire soon.
jq -r "$clean"'
	select(.type == "diagnostic") | .diagnostic | select(.severity == "warning") | .summary |
	select(test("EGS|h2oGPTe|Search GAIA")) | "warning\t\(clean)"' "$dir/messages" >>"$dir/rows"
list warning | while IFS= read -r warning; do say warning "$warning"; done

if grep -q '^renewal' "$dir/rows"; then
	say notice "The next apply renews:"
	list renewal
fi
if grep -q '^drift' "$dir/rows"; then
	say error "EGS differs from the configuration:"
	list drift
	[ -z "${ALARM:-}" ] || list drift | sh -c "$ALARM" || {
		say error "The alarm failed."
		exit 1
	}
	exit 2
fi
if grep -q '^renewal' "$dir/rows"; then exit 3; fi
echo "EGS matches the configuration."
