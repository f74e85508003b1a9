# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the parts of the demo that run in a host share. To be sourced.

peer=$((3 - HOST))

say()
{
	printf '%s\n' "$*"
}

# admin COMMAND ARG ...: shows the command as an administrator would type it, and runs it
admin()
{
	local arg line=""

	for arg; do
		[[ $arg != *" "* ]] || arg="\"$arg\""
		line+=" $arg"
	done
	say "host$HOST#$line"
	"$@"
}

# within SECONDS COMMAND ARG ...: waits until the command succeeds
within()
{
	local start=$SECONDS seconds=$1
	shift

	until "$@" >/dev/null 2>&1; do
		if [ $((SECONDS - start)) -ge "$seconds" ]; then
			say "demo: not within $seconds s: $*" >&2
			return 1
		fi
		sleep 0.1
	done
}

# meet NAME: waits for the other host
meet()
{
	barrier "$1" 300
}

# at TYPE COMMAND ARG ...: runs the command where the adapter for that traffic is
at()
{
	if [ "$1" = "VM Network" ]; then
		ip netns exec vm "${@:2}"
	else
		"${@:2}"
	fi
}
