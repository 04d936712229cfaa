# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# Every place that remembers anything of connections, read at once, and what a command has
# changed there: Documentation/bookkeeping.rst says what it should. Wants lib.sh.
#
#	open_books
#	COMMAND
#	expect_entries "what" <<-END
#		config.flows 3 > 0
#		device.fw1.flows 3 > 0
#	END
#
# It fails if a line is missing, and as well if there is one more: what a command is not
# said to change has to stay. The places, a key each:
#
#	config.KEY		limits, timeouts, and how much of the limits is used
#	device.NAME.WHAT	attachments
#	group.NAME.WHAT		settings; group.NAME.ARM.COUNTER: how connections fared
#	flow.KEY		its mode, state and group; mapping.KEY: its offset
#	stats.COUNTER		what became of flows
#	rule.LINE		nft rules
#	saved.LINE		what save writes
#	alarm.TEXT		what status complains of
#	event.NUMBER		events since open_books
#
# Counters, and the flows of the machine, which others have as well, are told by how much
# they change. Packets, echoes and what is sent again have no place here: what is read
# between two segments of a connection would depend on chance.

start_books() { # once devices are attached
	in_background firewall "$TSREWRITE" -j monitor >"$scratch/books.events"
	until_true monitor_listens
}

# It listens when it has heard of something
monitor_listens() {
	tsr group set default count on && tsr group set default count off &&
		[ -s "$scratch/books.events" ]
} >/dev/null

# shellcheck disable=SC2016 # jq's
books_filter='
	def word: if . == true then "yes" elif . == false then "no"
		elif . == null then "none" else tostring end;
	def rows($path): to_entries[] | .key as $key | .value |
		if type == "object" then rows($path + "." + $key)
		else "\($path).\($key)\t\(word)" end;
	def ends: "\(.inside_addr):\(.inside_port)-\(.outside_addr):\(.outside_port)" +
		(if .zone != 0 then " zone \(.zone)" else "" end);
	.[0] as $status | .[1] as $flows | .[2] as $stats |
	($status.config | del(.version) | rows("config")),
	($status.devices[] | .name as $name |
		{zone, flows, drain, confirmed, present: (.ifindex != null)} |
		rows("device." + $name)),
	($status.groups[] | .name as $name | del(.name, .fingerprint) |
		rows("group." + $name) |
		select(test("\\.(treated|control|untouched)\\..*(\t0|(echo_verified|retransmitted).*)$") | not)),
	($status.alarms[] | "alarm.\(.)\t+"),
	($flows[] | "flow.\(ends)\t\(.mode) \(.state) \(.group_name)" +
		(if .inbound then " from outside" else "" end)),
	($flows[] | "mapping.\(ends)\t\(.offset)"),
	($stats | with_entries(select(.key | startswith("flow_"))) | rows("stats"))'

books_events='def named: if .device then " " + .device.name elif .group then " " + .group.name
		else "" end;
	def settings: to_entries | sort_by(.key) | map("\(.key) \(.value)") | join(", ");
	to_entries[] | "event.\(.key + 1)\t" + (.value | .type + named +
		(if .old_name then " was " + .old_name else "" end) +
		(if (.device.flows // 0) > 0 then ", \(.device.flows) flows" else "" end) +
		(if .flushed then " \(.flushed.flows) flows, \(.flushed.broken) broken" else "" end) +
		(if .before then ": " + (.before | settings) else "" end) +
		(if .config_before then ": " + (.config_before | settings) else "" end))'

read_books() {
	{ tsr -j status && tsr -j flows && tsr -j stats; } | jq -rs "$books_filter"
	tsr save | sed -n '/^[^#]/ s/.*/saved.&\t+/p'
	on_firewall nft -s list table netdev tsrewrite 2>/dev/null |
		sed -n 's/, sum [0-9a-f]*"/"/; s/^[ \t]*\(.*[^ {}]\)[ {}]*$/rule.\1\t+/p'
	tail -n +$((events_before + 1)) "$scratch/books.events" | jq -rs "$books_events"
}

open_books() {
	events_before=$(wc -l <"$scratch/books.events")
	read_books | sort -u >"$scratch/books.before"
}

# entries: what differs from when the books were opened
entries() {
	read_books | sort -u >"$scratch/books.after"
	awk -F '\t' '
		function tell(key, from, to) {
			if (key ~ /^mapping/ && (from == "" || to == ""))
				return
			if (key ~ /^stats|^group\..*\.(treated|control|untouched)\.|machine_flows$/)
				printf "%s %+d\n", key, to - from
			else if (key ~ /^event/)
				print key, to
			else if (to == "+" || from == "+")
				print (to ? "+ " : "- ") key
			else
				print key, (from == "" ? "none" : from), ">", (to == "" ? "none" : to)
		}
		NR == FNR { before[$1] = $2; next }
		!($1 in before) || before[$1] != $2 { tell($1, before[$1], $2) }
		{ delete before[$1] }
		END { for (key in before) tell(key, before[key], "") }' \
		"$scratch/books.before" "$scratch/books.after" | sort
}

entries_are() { entries >"$scratch/books.entries" && cmp -s "$scratch/books."{wanted,entries}; }

# expect_entries WHAT: those on standard input, in any order, and no others. Flows are
# freed a moment after they ended.
expect_entries() {
	sed '/^$/d' | sort >"$scratch/books.wanted"
	until_true entries_are && return
	echo "# expected: $1"
	diff "$scratch/books.wanted" "$scratch/books.entries" | sed -n 's/^[<>]/# &/p'
	case_failed=1
}

expect_no_entries() { expect_entries "$1" </dev/null; }

# cut: nothing is forwarded any more, so that nothing is sent again; mend: it is
cut() {
	on_firewall nft -f - <<-END
		table inet cut {
			chain forward {
				type filter hook forward priority 0; policy drop;
			}
		}
	END
}

mend() { on_firewall nft delete table inet cut; }

# silence HOST PORT...: what it gets there finds no answer. end_silence HOST
silence() {
	local host=$1

	shift
	"on_$host" nft -f - <<-END
		table inet silent {
			chain input {
				type filter hook input priority 0;
				tcp dport { $(IFS=,; echo "$*") } drop;
			}
		}
	END
}

end_silence() { "on_$1" nft delete table inet silent; }

# forget_half_open NAME...: connections that nobody answers end, on either side
forget_half_open() {
	local name

	for name; do
		let_go "$name"
	done
	end_silence outside
	# The server ends when its SYN-ACK gets an RST
	until_true has_none_half_open
	tsr flush state embryonic --force >/dev/null
	tsr flush state closed >/dev/null
}

has_none_half_open() { ! on_inside ss -Hnt state syn-recv | grep -q .; }
