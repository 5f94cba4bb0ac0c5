#!/bin/sh
# Runs twelve concurrent pipelines with Terraform, PostgreSQL and a simulator with a rate limit. Ten pipelines each have their own
# state, and two pipelines share a state. The pipelines create teams, plan, and destroy the teams. The script fails if a pipeline
# fails, or if an object is missing or exists twice. The guide "Run in CI/CD and at scale" contains the figures that the script
# prints.
#
#   PG_CONN_STR=postgres://… pipelines.sh [REQUESTS_PER_SECOND]
#
# PG_CONN_STR is the connection string of an empty database. REQUESTS_PER_SECOND is the rate limit of the simulator and defaults
# to 20. The script requires jq and curl.
set -eu

rate=${1:-20}
cd "$(dirname "$0")/../.."
terraform=$(internal/tools/tool.sh terraform)
dir=$(mktemp -d)
simulator=
trap '[ -z "$simulator" ] || kill "$simulator"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

go run ./internal/cmd/install -mirror "$dir/mirror" >/dev/null 2>&1
export PG_CONN_STR TF_CLI_CONFIG_FILE="$dir/mirror/terraform.tfrc" TF_INPUT=false TF_CLI_ARGS=-no-color
go build -o "$dir/simulator" ./internal/cmd/simulator
"$dir/simulator" -workspaces "" -requests-per-second "$rate" >"$dir/variables" &
simulator=$!
until grep -qs ready "$dir/variables"; do sleep 0.1; done
export "$(grep EGS_ENDPOINT "$dir/variables")" "$(grep EGS_API_KEY "$dir/variables")"

teams="team-1 team-2 team-3 team-4 team-5 team-6 team-7 team-8 team-9 team-10 shared"
for runner in $teams shared-too; do
	mkdir "$dir/$runner"
	cp -R examples/workspace-bootstrap examples/guides "$dir/$runner"
	for team in $teams; do
		sed "s/red/$team/g" examples/guides/ci-cd/teams/red.yaml >"$dir/$runner/guides/ci-cd/teams/$team.yaml"
	done
done

# pipeline RUNNER COMMAND runs a command as the guide does. The runners with the shared state first try without -lock-timeout.
pipeline() {
	cd "$dir/$1/guides/ci-cd"
	case $1 in
	shared*)
		"$terraform" "$2" -auto-approve && return
		echo "$1: $2 again, with -lock-timeout" >>"$dir/again"
		;;
	esac
	"$terraform" "$2" -auto-approve -lock-timeout=5m
}

# prepare RUNNER selects the state. It retries, since the backend "pg" fails if several runs create a state at the same time.
prepare() {
	cd "$dir/$1/guides/ci-cd"
	"$terraform" init
	for attempt in 1 2 3 4 5; do
		"$terraform" workspace select -or-create "${1%-too}" && return
		echo "$1: workspace select again, attempt $attempt failed" >>"$dir/again"
		sleep "$attempt"
	done
	return 1
}

plan() {
	cd "$dir/$1/guides/ci-cd"
	"$terraform" plan -detailed-exitcode -lock-timeout=5m
}

# all FUNCTION [ARGUMENT] runs a function for all runners at the same time, and shows the log of each runner that fails.
all() {
	name=$*
	began=$(date +%s)
	pids=
	for runner in $teams shared-too; do
		("$1" "$runner" ${2:+"$2"}) >"$dir/$runner.log" 2>&1 &
		pids="$pids $runner:$!"
	done
	failed=
	for pid in $pids; do
		wait "${pid#*:}" || {
			failed="$failed ${pid%:*}"
			cat "$dir/${pid%:*}.log"
		}
	done
	journal=$(curl -fsS "$EGS_ENDPOINT/_sim/journal" | jq -c '[length, (map(select(.status == 429)) | length)]')
	curl -fsS -X DELETE "$EGS_ENDPOINT/_sim/journal"
	echo "$name: $(($(date +%s) - began)) s, [requests, of them 429] $journal${failed:+, failed:$failed}"
	[ -z "$failed" ]
}

# want "WORKSPACES KEYS NAMES" checks the numbers of workspaces, keys and distinct names of keys in EGS.
want() {
	got=$(curl -fsS "$EGS_ENDPOINT/_sim/workspaces" | jq length)
	got="$got $(curl -fsS "$EGS_ENDPOINT/_sim/keys" | jq -r '[.[] | select(.workspaceName != null and .workspaceName != "")] | "\(length) \(map(.name) | unique | length)"')"
	[ "$got" = "$1" ] || {
		echo "The numbers of workspaces, keys and names of keys in EGS are $got, want $1." >&2
		exit 1
	}
}

: >"$dir/again"
# The first init creates the tables. Concurrent first runs on an empty database fail.
(cd "$dir/shared/guides/ci-cd" && "$terraform" init >/dev/null)
all prepare
all pipeline apply
want "11 22 22"
all plan
all pipeline destroy
want "0 0 0"
cat "$dir/again"
