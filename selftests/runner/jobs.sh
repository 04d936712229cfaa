# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# Stages side by side, one more than there are CPUs, because a guest waits for a sixth of its
# time; those that take longest first:
#
#	job NAME PROGRAMS COMMAND...	the output is that of kselftest's runner
#	run_jobs			tells what runs, how many are done, how long still
#	report_jobs			what the tests said, in the order of the jobs
#
# Kept in $logs: NAME.tap for ./tally, NAME.err, NAME.time. Wants stages.sh.

durations=$top/selftests/runner/durations
declare -a job_names
declare -A job_command job_programs job_pid

# PROGRAMS are those of which it is told when they end; none: the job is one of them
job() {
	local name=$1

	if [ -z "$name" ] || [ "${job_programs[$name]:-}" ]; then
		echo "job: no name, or that of another: '$name'" >&2
		exit 1
	fi
	job_names+=("$name")
	job_programs[$name]=${2:-$name}
	shift 2
	job_command[$name]=$(printf '%q ' "$@")
}

# How long they took once, in seconds; a guess where nobody knows
duration() { # PROGRAM...
	printf '%s\n' "$@" | awk -v file="$durations" '
		BEGIN { while ((getline line < file) > 0) {
			split(line, part)
			if (part[1] ~ /^[0-9]/) known[part[2]] = part[1]
		} }
		{ sum += $1 in known ? known[$1] : 10 }
		END { print sum }'
}

clock() { printf '%3d:%02d' $(($1 / 60)) $(($1 % 60)); } # SECONDS

tell_job() { # NAME WHAT [RESULT]
	printf '%s  %-13s %-21s %-26s %s\n' "$(clock $SECONDS)" "$1" "$2" "${3:-}" "$(progress)"
}

# How many of how many, and how long still, by how long it took so far
progress() {
	local ended took total slots=$job_slots left

	read -r ended took < <(awk '{ n++; s += $1 } END { print n + 0, s + 0 }' "$logs/ended")
	# shellcheck disable=SC2048,SC2086 # words
	total=$(duration ${job_programs[*]})
	left=$(((total - took) / slots))
	[ $((took * 10)) -lt "$total" ] || left=$(((total - took) * SECONDS / took))
	echo "$ended of $(wc -w <<<"${job_programs[*]}"), $(((left + 59) / 60)) min left"
}

has_ended() { # NAME PROGRAM RESULT
	duration "$2" >>"$logs/ended"
	tell_job "$@"
}

# Passes on what it reads, and tells of each program's end
follow_job() { # NAME
	local line result passed=0 failed=0 skipped=0 program

	while IFS= read -r line; do
		printf '%s\n' "$line"
		case $line in
		'# ok '*'# SKIP'*) ((skipped += 1)) ;;
		'# ok '[0-9]*) ((passed += 1)) ;;
		'# not ok '[0-9]*)
			((failed += 1))
			echo "        $1: ${line#\# }" >&3
			;;
		'ok '*' selftests: '* | 'not ok '*' selftests: '*)
			[[ $line == ok* ]] || [ $failed != 0 ] || failed=1
			[ $((passed + failed + skipped)) != 0 ] || failed=all
			program=${line##*: }
			result="$passed passed"
			[ $failed = 0 ] || result+=", $failed FAILED"
			[ $skipped = 0 ] || result+=", $skipped skipped"
			[[ " ${job_programs[$1]} " != *" ${program%% *} "* ]] || {
				has_ended "$1" "${program%% *}" "$result" >&3
				passed=0 failed=0 skipped=0
			}
			;;
		esac
	done
	[ "${job_programs[$1]}" = "$1" ] || return 0
	program=${program:-}
	[ "${program%% *}" = "$1" ] || has_ended "$1" "$1" "${result:-it said nothing}" >&3
}

# Of what times says the second line: user and system, of all that was waited for
processor_time() {
	tail -n 1 | tr ms '  ' | awk '{ print int($1 * 60 + $2 + $3 * 60 + $4 + 0.5) }'
}

run_job() { # NAME
	local name=$1 ends status begun=$SECONDS

	eval "${job_command[$name]}" 2>"$logs/$name.err" | tee "$logs/$name.tap" |
		show_results | add_times | follow_job "$name" >"$logs/$name.report"
	ends=("${PIPESTATUS[@]}")
	status=$((ends[0] | ends[1]))
	note_failure "$name" "$status"
	[ "$status" = 0 ] || sed "s/^/        $name: /" "$logs/$name.err" | tail -n 5
	times >"$logs/$name.time"
	echo "$((SECONDS - begun)) $(processor_time <"$logs/$name.time")" \
		>"$logs/$name.time"
}

# The longest of those that have not begun
next_job() {
	local name

	for name in "${job_names[@]}"; do
		# shellcheck disable=SC2086 # words
		[ "${job_pid[$name]:-}" ] || echo "$(duration ${job_programs[$name]}) $name"
	done | sort -rns | sed -n '1s/[^ ]* //p'
}

run_jobs() {
	local name running

	job_slots=${JOBS:-$(($(nproc) + 1))}
	[ "$job_slots" -gt 0 ] || job_slots=1
	: >"$logs/ended"
	exec 3>&1
	trap end_jobs INT TERM HUP
	while name=$(next_job) && [ "$name" ]; do
		while running=$(jobs -rp) && [ "$(wc -w <<<"$running")" -ge "$job_slots" ]; do
			wait -n
		done
		tell_job "$name" begins
		set -m # a process group for each, to be ended by
		run_job "$name" &
		job_pid[$name]=$!
		set +m
	done
	wait
	trap - INT TERM HUP
	for name in "${job_names[@]}"; do
		[ -e "$logs/$name.time" ] || lose_job "$name"
	done
}

end_jobs() {
	local pid

	for pid in $(jobs -rp); do
		kill -TERM -- "-$pid"
	done
	wait
	exit 143
}

# Whoever killed it, it did not end
lose_job() { # NAME
	touch "$logs/$1.tap" "$logs/$1.report"
	note_failure "$1" "a signal, or no memory"
	echo "0 0" >"$logs/$1.time"
	has_ended "$1" "$1" "it was killed"
}

report_jobs() {
	local name time processor all=0

	for name in "${job_names[@]}"; do
		read -r time processor <"$logs/$name.time"
		((all += processor))
		echo "== $name"
		cat "$logs/$name.report"
		echo "== $name: $time s, $processor s of processor time"
	done
	echo "== all: $SECONDS s, $all s of processor time"
}
