# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the host-side programs of the bench share. Source it; it sets $top and $build.

umask 022
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=$top/build
# shellcheck disable=SC2034  # used by those who source this
kernels="6.1 6.12 7.3"
# shellcheck disable=SC2034
qemu=$build/qemu/usr/bin/qemu-system-x86_64
export LC_ALL=C
# Started by make, these programs start makes of their own.
unset MAKEFLAGS MFLAGS MAKELEVEL

say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "${0##*/}: $*"
	exit 1
}

# with_lock NAME: holds build/.lock.NAME until the process ends
with_lock()
{
	local fd

	mkdir -p "$build"
	exec {fd}>"$build/.lock.$1"
	flock "$fd"
}

# kernel_dir KERNEL: where the unpacked kernel of that name is
kernel_dir()
{
	printf '%s/kernel/%s\n' "$build" "$1"
}

kernel_release()
{
	cat "$(kernel_dir "$1")/release"
}

# archive_uris: of the Debian archives that this machine's apt uses, "URI SUITE"
archive_uris()
{
	local format='$(REPO_URI) $(SUITE) $(ORIGIN)'

	# An archive whose lists were never fetched is not shown.
	if ! apt-get indextargets --format "$format" | grep -q 'security Debian$'; then
		apt-get -q update >&2 || true
	fi
	apt-get indextargets --format "$format" |
		awk '$3 == "Debian" && !seen[$1]++ { print $1, $2 }'
}

# write_sources RELEASE: lines for a sources.list with that Debian release
write_sources()
{
	local uris main security
	local options="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"

	uris=$(archive_uris)
	main=$(awk '$2 !~ /security/ { print $1; exit }' <<<"$uris")
	security=$(awk '$2 ~ /security/ { print $1; exit }' <<<"$uris")
	[ -n "$main" ] || die "this machine's apt knows no Debian archive"

	echo "deb $options $main $1 main"
	echo "deb $options $main $1-backports main"
	[ -z "$security" ] || echo "deb $options $security $1-security main"
}
