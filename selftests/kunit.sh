#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit.sh: loads the unit tests of what is pure in the module, and passes on what they say: one
# result for each case. A suite that does not come to its end is a failure.

TOP=$(cd "$(dirname "$0")" && pwd)
MODULE=vswitch_kunit
MARK="selftest: kunit $$ $RANDOM"

if ! modinfo -n kunit "$MODULE" >/dev/null 2>&1; then
	echo "TAP version 13"
	echo "1..0 # SKIP no module: $MODULE and kunit"
	exit 4
fi

# suites: those that there must be, by the module's own strings
suites()
{
	sed -n 's/^\t\.name = "\(vswitch_[a-z_]*\)",$/\1/p' "$TOP"/kunit/*_test.c
}

echo "$MARK" >/dev/kmsg
modprobe -r "$MODULE" 2>/dev/null
if ! error=$(modprobe kunit enable=1 2>&1 && modprobe "$MODULE" 2>&1); then
	echo "TAP version 13"
	echo "1..1"
	echo "# $error"
	echo "not ok 1 - the tests are loaded"
	exit 1
fi

# Suites are at the first level of indentation, cases at the second, their parameters at the third.
dmesg --notime | awk -v mark="$MARK" -v expected="$(suites | tr '\n' ' ')" '
	function result(good, name)
	{
		print (good ? "ok " : "not ok ") ++count " - " name
		failed += !good
	}

	BEGIN { print "TAP version 13" }

	index($0, mark) { begun = 1 }

	!begun { next }

	sub(/^    # Subtest: /, "") {
		suite = $0
		next
	}

	sub(/^        # Subtest: /, "") { next }

	# What a case has to say, above all why it failed.
	suite != "" && /^ +# / {
		sub(/^ +/, "")
		said = said $0 "\n"
		next
	}

	suite != "" && /^        (not )?ok [0-9]+ / {
		params++
		next
	}

	suite != "" && /^    (not )?ok [0-9]+ / {
		good = $1 == "ok"
		sub(/^ *(not )?ok [0-9]+ (- )?/, "")
		if (!good)
			printf "%s", said
		result(good, suite ": " $0 (params ? " (" params ")" : ""))
		said = ""
		params = 0
		cases++
		next
	}

	suite != "" && /^(not )?ok [0-9]+ / {
		if ($1 == "ok" && cases)
			done[suite] = 1
		suite = ""
		cases = 0
	}

	END {
		n = split(expected, names, " ")
		for (i = 1; i <= n; i++)
			result(names[i] in done, names[i] " has come to its end")
		print "1.." count
		exit failed || !n
	}
'
status=$?
modprobe -r "$MODULE" || status=1
exit $status
