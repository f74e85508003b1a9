# SPDX-License-Identifier: GPL-2.0
#
# Reads tools/checkpatch.ignore, then checkpatch.pl's terse messages with types, and prints those
# that are not ignored, without the checkout's path (top). Exit status 1 when there are any.

# A shell pattern with * as a regular expression.
function glob(pattern)
{
	gsub(/[.+()]/, "\\\\&", pattern)
	gsub(/\*/, ".*", pattern)
	return "^" pattern "$"
}

FNR == NR {
	if ($0 !~ /^#/ && NF >= 3) {
		types[++count] = $1
		files[count] = glob($2)
	}
	next
}

/:[0-9]+: (ERROR|WARNING|CHECK):/ {
	if (index($0, top) == 1)
		$0 = substr($0, length(top) + 1)
	split($0, part, ":")
	for (i = 1; i <= count; i++)
		if (part[4] == types[i] && part[1] ~ files[i])
			next
	print
	bad = 1
}

END {
	exit bad
}
