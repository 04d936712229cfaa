# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Stages, one after the other, each shown as it goes and kept in $logs, for ./tally;
# ./jobs.sh has them side by side.

# The results alone, as they come, and what was said before and behind those that
# failed, and by a program that did not end; "# after N s" is a long one's progress
show_results() {
	local line said=() failed=

	while IFS= read -r line; do
		case $line in
		'not ok '* | '# not ok '*)
			show_said '*'
			failed=1
			;;
		'ok '* | '# ok '*)
			show_said '*# skipped*'
			failed=
			;;
		*Bail* | *'# after '*' s, '*) ;;
		*)
			if [ ! "$failed" ]; then
				said+=("$line")
				continue
			fi
			;;
		esac
		printf '%s\n' "$line"
	done
	show_said '*'
}

# The last of what was said, and is like that
show_said() { # PATTERN
	local line first=$((${#said[@]} > 40 ? ${#said[@]} - 40 : 0))

	for line in "${said[@]:first}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || printf '%s\n' "$line"
	done
	said=()
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

# as_program NAME COMMAND...: for what prints its cases and has no runner
as_program() {
	local name=$1 verdict=ok

	shift
	"$@" | sed -u 's/^/# /'
	[ "${PIPESTATUS[0]}" = 0 ] || verdict='not ok'
	echo "$verdict 1 selftests: $name"
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
	note_failure "$name" "$status"
	echo "== $name: $((SECONDS - begun)) s"
}

# What did not end well has failed, whatever its cases say; and so has what said nothing
note_failure() { # NAME STATUS
	local why=

	[ "$2" = 0 ] || why="exited with $2"
	grep -qE '^(not )?ok .*selftests: ' "$logs/$1.tap" || why=${why:-said nothing}
	[ "$why" ] || return 0
	printf '# 1..1\n# not ok 1 %s %s\nnot ok 1 selftests: %s\n' "$1" "$why" "$1" \
		>>"$logs/$1.tap"
}
