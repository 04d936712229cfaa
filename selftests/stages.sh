# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What check and check-debug share: stages, each shown as it goes and kept in
# $logs, for ./tally.

# The results alone, and what was said before and behind those that failed, and
# by a program that did not end; "# after N s" is a long one's progress
show_results() {
	awk '
		function show_held(wanted,	i) {
			for (i = held > 40 ? held - 40 : 0; i < held; i++)
				if (line[i] ~ wanted)
					print line[i]
			held = 0
		}
		/^(# )?not ok / { show_held(""); print; failed = 1; fflush(); next }
		/^(# )?ok / { show_held("^(# )+skipped"); print; failed = 0; fflush(); next }
		failed || /Bail|^(# )+after [0-9]+ s/ { print; fflush(); next }
		{ line[held++] = $0 }
		END { show_held("") }'
}

# How long each program took
add_times() {
	local begun=$SECONDS line

	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			line+=" ($((SECONDS - begun)) s)"
			begun=$SECONDS
			;;
		esac
		printf '%s\n' "$line"
	done
}

# A stage's output is that of kselftest's runner: programs, and cases within
stage() { # NAME COMMAND...
	local name=$1 status begun=$SECONDS

	shift
	echo "== $name"
	# shellcheck disable=SC2154 # the script's
	"$@" 2> >(tee "$logs/$name.err" >&2) | tee "$logs/$name.tap" |
		show_results | add_times
	status=${PIPESTATUS[0]}
	if [ "$status" != 0 ]; then
		echo "# not ok 1 $name exited with $status" >>"$logs/$name.tap"
		echo "not ok 1 selftests: $name" >>"$logs/$name.tap"
	fi
	echo "== $name: $((SECONDS - begun)) s"
}
