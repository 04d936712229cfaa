# SPDX-License-Identifier: GPL-2.0-only
# bash completion for tsrewrite                            -*- shell-script -*-

# Prints the names of the files in directory $1, one a line
_tsrewrite_names() {
	local path
	for path in "$1"/*; do
		[[ -e $path ]] && printf '%s\n' "${path##*/}"
	done
}

# Splits the words before the cursor into $command, the first word that is no option, and
# $rest, the words after it without options
_tsrewrite_split() {
	local i
	command='' rest=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n | --netns) ((i++)) ;;
		-*) ;;
		*)
			if [[ $command ]]; then
				rest+=("${COMP_WORDS[i]}")
			else
				command=${COMP_WORDS[i]}
			fi
			;;
		esac
	done
}

# Prints the words that may follow $command and $rest, one a line
_tsrewrite_words() {
	local last=''

	((${#rest[@]})) && last=${rest[-1]}
	case $command in
	'') printf '%s\n' "${commands[@]}" help ;;
	help) ((${#rest[@]})) || printf '%s\n' "${commands[@]}" ;;
	attach)
		case ${#rest[@]} in
		0) _tsrewrite_names /sys/class/net ;;
		1) echo zone ;;
		esac
		;;
	detach)
		((${#rest[@]})) || _tsrewrite_names /sys/class/net
		echo --force
		;;
	drain)
		case ${#rest[@]} in
		0) _tsrewrite_names /sys/class/net ;;
		1) echo stop ;;
		esac
		;;
	mode) ((${#rest[@]})) || printf '%s\n' off rewrite bug observe strip ;;
	group)
		case ${#rest[@]}:${rest[0]}:$last in
		0:*) printf '%s\n' show add set del load confirm ;;
		1:load:*) compgen -f -- "$cur" ;;
		1:confirm:*) _tsrewrite_names /sys/class/net ;;
		*:mode) printf '%s\n' off rewrite bug observe strip ;;
		*:to) printf '%s\n' any none ;;
		*:port) echo any ;;
		*:canary) ;;
		*:add:add | *:set:set | *:del:* | *:load:* | *:confirm:*) ;;
		*:add:* | *:set:*) printf '%s\n' mode to port canary ;;
		esac
		;;
	stats) printf '%s\n' --watch --all ;;
	watch) ((${#rest[@]})) || compgen -f -- "$cur" ;;
	flows | flush)
		[[ $command == flush ]] && echo --force
		case $((${#rest[@]} % 2))$last in
		0*) printf '%s\n' inside outside port state mode zone ;;
		1state) printf '%s\n' embryonic established half-closed closing closed ;;
		1mode) printf '%s\n' off rewrite bug observe strip ;;
		esac
		;;
	config)
		if ! ((${#rest[@]})); then
			printf '%s\n' show set
		elif [[ $last == when-full ]]; then
			printf '%s\n' strip pass
		elif [[ ${rest[0]} == set ]] && ((${#rest[@]} % 2)); then
			printf '%s\n' machine-limit limit inbound-limit \
				timeout-embryonic timeout-established timeout-half-closed \
				timeout-closing timeout-closed mark-mask when-full
		fi
		;;
	esac
}

_tsrewrite() {
	local commands=(status attach detach drain on off mode group stats metrics
		flows flush monitor watch health config)
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command rest words

	_tsrewrite_split
	if [[ $prev == -n || $prev == --netns ]]; then
		words=$(_tsrewrite_names /var/run/netns)
	else
		words=$(_tsrewrite_words)
		[[ $cur == -* ]] && words+=$'\n--json\n--netns\n--help\n--version'
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _tsrewrite tsrewrite
