# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the test programs in shell. A program sets ALL_TESTS, a list of functions,
# sources this file and calls run_tests: each function is one result, named
# after the function. It passes if it returns 0, is skipped if it returns 4.
# What a function undoes by defer() is undone at its end, last in, first out;
# what is deferred before run_tests, at the end of the program.
# Output is KTAP; exit status 0, 1 if something failed, 4 if all was skipped.

ksft_skip=4
DEADLINE=${VSW_DEADLINE:-10}
DEFERRED=()

# say TEXT ...: diagnostics
say()
{
	printf '# %s\n' "$*"
}

# defer COMMAND ARG ...: runs the command at the end of the scope
defer()
{
	DEFERRED+=("$(printf '%q ' "$@")")
}

# undo DEPTH: runs what was deferred since there were DEPTH
undo()
{
	local i

	for ((i = ${#DEFERRED[@]} - 1; i >= $1; i--)); do
		eval "${DEFERRED[i]}" || say "undoing failed: ${DEFERRED[i]}"
	done
	DEFERRED=("${DEFERRED[@]:0:$1}")
}

# fail TEXT ...: says why, for use as: condition || fail "why"
fail()
{
	say "${FUNCNAME[1]}: $*"
	return 1
}

# skip TEXT ...: says why, for use as: condition || skip "why" || return
skip()
{
	say "SKIP: $*"
	return $ksft_skip
}

# cmd_ok COMMAND ARG ...: the command succeeds
cmd_ok()
{
	local out

	if ! out=$("$@" 2>&1); then
		say "${FUNCNAME[1]}: $*: failed: $out"
		return 1
	fi
}

# cmd_fail PATTERN COMMAND ARG ...: it is refused, with one line on stderr that
# matches the pattern
cmd_fail()
{
	local pattern=$1 out status=0
	shift

	out=$("$@" 2>&1 >/dev/null) || status=$?
	if [ "$status" = 0 ]; then
		say "${FUNCNAME[1]}: $*: was not refused"
		return 1
	fi
	if ! grep -qiE -- "$pattern" <<<"$out"; then
		say "${FUNCNAME[1]}: $*: no '$pattern' in: $out"
		return 1
	fi
}

# busywait COMMAND ARG ...: waits until the command succeeds
busywait()
{
	local end=$((SECONDS + DEADLINE))

	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -ge $end ]; then
			say "${FUNCNAME[1]}: not within $DEADLINE s: $*"
			return 1
		fi
		sleep 0.05
	done
}

# make_ns NAME ...: namespaces for the scope
make_ns()
{
	local name

	for name; do
		ip netns add "$name" || return 1
		defer ip netns delete "$name"
		ip -n "$name" link set dev lo up
	done
}

# in_ns NAMESPACE COMMAND ARG ...
in_ns()
{
	nsenter --net="/run/netns/$1" -- "${@:2}"
}

# A program that cannot be run here says so instead of a plan.
skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit $ksft_skip
}

load_module()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	[ -d /sys/module/vswitch ] || modprobe vswitch 2>/dev/null ||
		skip_all "no module vswitch"
}

unload_module()
{
	busywait modprobe -r vswitch
}

# result STATUS NAME: prints one result line
result()
{
	TESTED=$((TESTED + 1))
	case $1 in
	0)
		echo "ok $TESTED - ${2//_/ }"
		;;
	"$ksft_skip")
		SKIPPED=$((SKIPPED + 1))
		echo "ok $TESTED - ${2//_/ } # SKIP"
		;;
	*)
		FAILED=$((FAILED + 1))
		echo "not ok $TESTED - ${2//_/ }"
		;;
	esac
}

# run_tests [PART ...]: all of ALL_TESTS, or those whose names have a PART
run_tests()
{
	local test part status depth tests=()

	TESTED=0 FAILED=0 SKIPPED=0
	for test in $ALL_TESTS; do
		[ $# -gt 0 ] || tests+=("$test")
		for part; do
			case $test in *"$part"*) tests+=("$test") ;; esac
		done
	done
	echo "TAP version 13"
	echo "1..${#tests[@]}"
	for test in "${tests[@]}"; do
		depth=${#DEFERRED[@]}
		status=0
		"$test" || status=$?
		undo "$depth"
		result "$status" "$test"
	done
	undo 0
	[ "$FAILED" = 0 ] || exit 1
	[ "$SKIPPED" -lt "$TESTED" ] || exit $ksft_skip
	exit 0
}

trap 'undo 0' EXIT
