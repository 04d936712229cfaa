# SPDX-License-Identifier: GPL-2.0-only
# bash completion for tsrewrite                            -*- shell-script -*-
#
# Names of files, devices and groups may be anything, such as $(reboot).  Nothing here
# expands them: names are compared as strings and offered quoted.  compgen -W must not be
# used with them, because it expands its words.

# Splits the line up to the cursor into $words, without quotes, as the shell would.  The last
# is the one to complete: $raw is how it was typed, and $open the quote that is open in it.
_tsrewrite_split() {
	local line=${COMP_LINE:0:COMP_POINT} word='' char i

	words=() raw='' open=''
	for ((i = 0; i < ${#line}; i++)); do
		char=${line:i:1}
		if [[ $open == "$char" ]]; then
			open=''
		elif [[ $open != "'" && $char == "\\" ]]; then
			raw+=$char
			((++i))
			char=${line:i:1}
			[[ $open && $char != [\"\\\$\`] ]] && word+="\\"
			word+=$char
		elif [[ $open ]]; then
			word+=$char
		elif [[ $char == [\"\'] ]]; then
			open=$char
		elif [[ $char == [[:blank:]] ]]; then
			[[ $raw ]] && words+=("$word")
			word='' raw=''
			continue
		else
			word+=$char
		fi
		raw+=$char
	done
	words+=("$word")
}

# Sets $quoted to $1 as it may stand on the line, in the quote that is open.  Fails if it
# cannot.
_tsrewrite_quote() {
	local name=$1 special

	case $open in
	"'")
		[[ $name != *[\'[:cntrl:]]* ]] || return
		quoted="'$name"
		;;
	'"')
		[[ $name != *[![:print:]]* && $name != *'!'* ]] || return
		for special in "\\" '"' '$' '`'; do
			name=${name//"$special"/"\\$special"}
		done
		quoted="\"$name"
		;;
	*)
		printf -v quoted %q "$name"
		;;
	esac
}

# Makes COMPREPLY of those of $offers that begin with the last of $words.  $1 is what
# readline replaces: $raw, or its part behind a quote or a character that breaks words.
_tsrewrite_reply() {
	local kept=${raw%"$1"} name quoted

	for name in "${offers[@]}"; do
		[[ $name == "${words[-1]}"* ]] || continue
		_tsrewrite_quote "$name" || continue
		[[ $quoted == "$kept"* ]] && COMPREPLY+=("${quoted#"$kept"}")
	done
}

_tsrewrite_offer() {
	offers+=("$@")
}

# Offers the files whose paths begin with the last of $words, less $1, which stands before.
# Those that would pass for an option are offered as ./-x alone.
_tsrewrite_offer_files() {
	local begin=${words[-1]#"$1"} paths path

	mapfile -d '' -t paths < <(
		GLOBIGNORE='' set +f
		shopt -u failglob nocaseglob
		shopt -s nullglob dotglob
		for path in "$begin"*; do
			[[ -d $path ]] && path+=/
			printf '%s\0' "$path"
		done
	)
	for path in "${paths[@]}"; do
		[[ $1$path == -* ]] && continue
		_tsrewrite_offer "$1$path"
	done
	[[ ${#paths[@]} == 1 && ${paths[0]} == */ ]] && compopt -o nospace
}

# Offers names, but no option in disguise
_tsrewrite_offer_names() {
	local name

	for name; do
		[[ $name == -* ]] || _tsrewrite_offer "$name"
	done
}

# Runs tsrewrite in the namespace that the line names
_tsrewrite_ask() {
	command tsrewrite ${netns:+-n "$netns"} -j "$@" 2>/dev/null </dev/null
}

# Reads the values of key $1 of JSON on stdin into $found.  Those that have to be escaped
# are left out.
_tsrewrite_read_values() {
	local text pattern="\"$1\": ?\"([^\"\\\\]*)\"(.*)"

	found=()
	IFS='' read -rd '' text
	while [[ $text =~ $pattern ]]; do
		found+=("${BASH_REMATCH[1]}")
		text=${BASH_REMATCH[2]}
	done
}

_tsrewrite_offer_groups() {
	local found

	_tsrewrite_read_values name < <(_tsrewrite_ask group)
	_tsrewrite_offer_names "${found[@]}"
}

# Of the JSON of status, the devices
_tsrewrite_read_attached() {
	_tsrewrite_read_values name < <(_tsrewrite_ask status |
		sed -n '/^  "devices": \[/,/^  \]/p')
}

_tsrewrite_offer_attached() {
	local found

	_tsrewrite_read_attached
	_tsrewrite_offer_names "${found[@]}"
}

_tsrewrite_offer_detached() {
	local found attached devices name

	_tsrewrite_read_attached
	attached=("${found[@]}")
	if [[ $netns ]]; then
		_tsrewrite_read_values ifname < <(ip -n "$netns" -j link 2>/dev/null)
	else
		_tsrewrite_read_values ifname < <(ip -j link 2>/dev/null)
	fi
	devices=("${found[@]}")
	for name in "${devices[@]}"; do
		[[ $name == lo ]] && continue
		for found in "${attached[@]}"; do
			[[ $name == "$found" ]] && continue 2
		done
		_tsrewrite_offer_names "$name"
	done
}

_tsrewrite_offer_netns() {
	local path

	for path in /var/run/netns/*; do
		[[ -e $path ]] && _tsrewrite_offer "$1${path##*/}"
	done
}

# Offers those of $2... that $rest does not have from its word $1 on, every other word
_tsrewrite_offer_unused() {
	local first=$1 word i

	for word in "${@:2}"; do
		for ((i = first; i < ${#rest[@]}; i += 2)); do
			[[ ${rest[i]} == "$word" ]] && continue 2
		done
		_tsrewrite_offer "$word"
	done
}

_tsrewrite_offer_prefixes() {
	if [[ ${words[-1]} == @* ]]; then
		_tsrewrite_offer_files @
	else
		_tsrewrite_offer "$@" @
		[[ $# == 0 ]] && compopt -o nospace
	fi
}

# What may follow `group add NAME` and `group set NAME`
_tsrewrite_offer_settings() {
	local count=${#rest[@]} last=${rest[-1]}

	# The words `to add PREFIX` are one more than a pair
	if [[ ${rest[0]} == set && ${rest[2]-} == to && ${rest[3]-} == @(add|del) ]]; then
		((count == 4)) && _tsrewrite_offer_prefixes
		return
	fi
	if ((count % 2 == 0)); then
		_tsrewrite_offer_unused 2 mode to port canary count
		[[ ${rest[0]} == add ]] && _tsrewrite_offer_unused 2 id
		return
	fi
	case $last in
	mode) _tsrewrite_offer "${modes[@]}" ;;
	to)
		_tsrewrite_offer_prefixes any none
		[[ ${rest[0]} == set && $count == 3 ]] && _tsrewrite_offer add del
		;;
	port) _tsrewrite_offer any ;;
	count) _tsrewrite_offer on off ;;
	esac
}

_tsrewrite_offer_group_words() {
	if ! ((${#rest[@]})); then
		_tsrewrite_offer show add set del load confirm
		return
	fi
	case ${rest[0]}:${#rest[@]} in
	show:1 | set:1 | del:*) _tsrewrite_offer_groups ;;
	load:1) _tsrewrite_offer_files ;;
	confirm:1) _tsrewrite_offer_attached ;;
	add:1 | show:* | load:* | confirm:*) ;;
	add:* | set:*) _tsrewrite_offer_settings ;;
	esac
}

_tsrewrite_offer_filters() {
	if ((${#rest[@]} % 2 == 0)); then
		_tsrewrite_offer_unused 0 inside outside port state mode zone group
		return
	fi
	case ${rest[-1]} in
	state) _tsrewrite_offer embryonic established half-closed closing closed ;;
	mode) _tsrewrite_offer "${modes[@]}" ;;
	group) _tsrewrite_offer_groups ;;
	esac
}

_tsrewrite_offer_config_words() {
	if ! ((${#rest[@]})); then
		_tsrewrite_offer show set
	elif [[ ${rest[0]} != set ]]; then
		return
	elif ((${#rest[@]} % 2)); then
		_tsrewrite_offer_unused 1 machine-limit limit inbound-limit timeout-embryonic \
			timeout-established timeout-half-closed timeout-closing \
			timeout-closed mark-mask when-full label-bit
	elif [[ ${rest[-1]} == when-full ]]; then
		_tsrewrite_offer strip pass
	elif [[ ${rest[-1]} == label-bit ]]; then
		_tsrewrite_offer none 32 64
	fi
}

# Of the JSON of incident, the ids, without what is before their digits
_tsrewrite_offer_incidents() {
	local found

	_tsrewrite_read_values id < <(_tsrewrite_ask incident)
	_tsrewrite_offer_names "${found[@]#urn:uuid:}"
}

_tsrewrite_offer_incident_words() {
	case ${rest[0]-}:${#rest[@]} in
	:0)
		_tsrewrite_offer note
		_tsrewrite_offer_incidents
		;;
	note:1) _tsrewrite_offer_incidents ;;
	esac
}

_tsrewrite_offer_maintenance_words() {
	case ${rest[0]-}:${#rest[@]} in
	:0) _tsrewrite_offer show begin end ;;
	begin:2) _tsrewrite_offer for ;;
	esac
}

_tsrewrite_offer_key_words() {
	case ${rest[0]-}:${#rest[@]} in
	:0) _tsrewrite_offer show new load ;;
	new:1 | load:1) _tsrewrite_offer_files ;;
	esac
}

_tsrewrite_offer_flow_words() {
	case ${rest[0]-}:${#rest[@]} in
	:0)
		_tsrewrite_offer save load
		_tsrewrite_offer_filters
		;;
	save:1 | load:1) _tsrewrite_offer_files ;;
	save:* | load:*) ;;
	*) _tsrewrite_offer_filters ;;
	esac
}

# Offers the words that may follow $command and $rest
_tsrewrite_offer_words() {
	local modes=(off rewrite bug observe strip)

	case $command:${#rest[@]} in
	:* | help:0) _tsrewrite_offer "${commands[@]}" ;;
	attach:0) _tsrewrite_offer_detached ;;
	attach:1) _tsrewrite_offer zone ;;
	detach:0 | drain:0) _tsrewrite_offer_attached ;;
	drain:1) _tsrewrite_offer stop ;;
	mode:0) _tsrewrite_offer "${modes[@]}" ;;
	watch:0 | save:0 | restore:0 | reload:0) _tsrewrite_offer_files ;;
	group:*) _tsrewrite_offer_group_words ;;
	flows:*) _tsrewrite_offer_flow_words ;;
	flush:*) _tsrewrite_offer_filters ;;
	config:*) _tsrewrite_offer_config_words ;;
	key:*) _tsrewrite_offer_key_words ;;
	incident:*) _tsrewrite_offer_incident_words ;;
	maintenance:*) _tsrewrite_offer_maintenance_words ;;
	esac
}

_tsrewrite_offer_options() {
	_tsrewrite_offer --json --netns --help --version
	case $command in
	attach) _tsrewrite_offer --absent ;;
	detach | flush) _tsrewrite_offer --force ;;
	group) _tsrewrite_offer --watch ;;
	stats) _tsrewrite_offer --watch --all ;;
	maintenance) _tsrewrite_offer --wait --force ;;
	monitor) _tsrewrite_offer --journal ;;
	restore) _tsrewrite_offer --check --force ;;
	watch) _tsrewrite_offer --check --queue --run ;;
	esac
}

# Finds in the words before the cursor $command, the first that is no option, $rest, those
# that follow it, and $netns
_tsrewrite_read_words() {
	local word i

	command='' rest=() netns=''
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		word=${words[i]}
		case $word in
		-n | --netns) netns=${words[++i]} ;;
		--netns=*) netns=${word#*=} ;;
		--queue | --run | --wait) ((++i)) ;;
		-*) ;;
		*)
			if [[ $command ]]; then
				rest+=("$word")
			else
				command=$word
			fi
			;;
		esac
	done
}

_tsrewrite() {
	local commands=(status attach detach drain on off mode group stats metrics flows flush
		monitor watch health incident maintenance config key save restore reload top features help)
	local words raw open command rest netns offers=()

	COMPREPLY=()
	_tsrewrite_split
	_tsrewrite_read_words
	if [[ ${words[-2]} == @(-n|--netns) ]]; then
		_tsrewrite_offer_netns
	elif [[ ${words[-2]} == --@(queue|run) ]]; then
		_tsrewrite_offer_files
	elif [[ ${words[-1]} == --netns=* ]]; then
		_tsrewrite_offer_netns --netns=
	elif [[ ${words[-1]} == -* ]]; then
		_tsrewrite_offer_options
	else
		_tsrewrite_offer_words
	fi
	_tsrewrite_reply "$2"
}

complete -F _tsrewrite tsrewrite
