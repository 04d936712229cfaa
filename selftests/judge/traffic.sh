# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The traffic by which a device between the two wires is judged. One capture has all of it;
# a server's port tells what is what. Wants lib.sh, reject.sh and dns.sh.
#
# What the ends noticed goes to $facts, a line of JSON for each attempt. What the wires
# show is for judge.py.

# Of each the same port for IPv4 and IPv6: recording.py has the same numbers
transfer_port=7001 plain_port=7002 reuse_port=7003 behind_port=7004 quote_port=7005
inside_port=7011 udp_port=7021
visits=4

# note NAME FAMILY true|false [COUNT]
note() {
	printf '{"name": "%s", "family": %s, "works": %s, "count": %s}\n' \
		"$1" "$2" "$3" "${4:-1}" >>"$facts"
}

# attempt NAME FAMILY COMMAND...: does it work?
attempt() {
	if "${@:3}"; then
		note "$1" "$2" true
	else
		note "$1" "$2" false
		return 1
	fi
}

start_servers() {
	serve outside $transfer_port cat && serve outside $plain_port cat &&
		serve outside $reuse_port 'echo hello' &&
		serve outside $behind_port 'echo hello' &&
		serve outside $quote_port cat && serve inside $inside_port cat || return
	in_background outside socat "UDP6-LISTEN:$udp_port,ipv6only=0,fork" EXEC:cat
	in_background inside socat "UDP6-LISTEN:$udp_port,ipv6only=0,fork" EXEC:cat
	start_dns "$outside4" "$outside6"
}

address() { # HOST FAMILY
	local name=$1$2

	echo "${!name}"
}

# Names a connection from where it begins: what leaves, and what comes from outside
transfers() { # FAMILY
	attempt client "$1" echoes inside "$(address outside "$1")" $transfer_port 20000
	attempt server "$1" echoes outside "$(address inside "$1")" $inside_port 20000
}

# As hosts do that have no TSopt
without_timestamps() { # FAMILY
	on_inside sysctl -qw net.ipv4.tcp_timestamps=0
	attempt plain "$1" echoes inside "$(address outside "$1")" $plain_port 2000
	on_inside sysctl -qw net.ipv4.tcp_timestamps=2
}

# visit PORT SOURCE_PORT: the server says something and closes first, so that it is the
# one that is in TIME-WAIT
visit() {
	[ "$(on_inside timeout 10 socat -u \
		"TCP4:$outside4:$1,sourceport=$2,reuseaddr,connect-timeout=$patience" - \
		2>/dev/null)" = hello ]
}

in_time_wait() { # PORT
	on_outside ss -Htn state time-wait "sport = :$1" | grep -q .
}

# The same host again and again on one port
reuse_port_of_a_host() {
	local visit came=0

	for ((visit = 0; visit < visits; visit++)); do
		visit $reuse_port 5001 || break
		((came += 1))
		until_true in_time_wait $reuse_port
	done
	if [ $came = $visits ]; then
		note reuse 4 true $visits
	else
		note reuse 4 false $came
	fi
}

# Another host gets the port, whose clock is behind, as NAT may do
reuse_port_of_another() {
	visit $behind_port 5002 && until_true in_time_wait $behind_port
	on_inside nft -f - <<-END
		table inet behind {
			chain out {
				type filter hook output priority 0;
				tcp dport $behind_port tcp option timestamp tsval set 1000;
			}
			chain in {
				type filter hook input priority 0;
				tcp sport $behind_port tcp option timestamp tsecr set 0;
			}
		}
	END
	attempt behind 4 visit $behind_port 5002
	on_inside nft delete table inet behind
}

has_errors() { # WIRE COUNT
	[ "$(count_segments "judged.$1" 'icmp[0] = 3 or icmp6[40] = 1')" -gt "$2" ]
}

# refused_by HOST NAME: what is said is answered by an error, and then the connection goes on
refused_by() {
	local host=$1 name=$2 wire=$1 before

	before=$(count_segments "judged.$wire" 'icmp[0] = 3 or icmp6[40] = 1')
	if [ "$host" = outside ]; then
		refuse outside input "tcp dport $quote_port tcp flags & (syn | rst) == 0"
	else
		refuse inside input "tcp sport $quote_port tcp flags & (syn | rst) == 0"
	fi
	say "$name"
	until_true has_errors "$wire" "$before"
	unchain "$host"
	until_true has_heard "$name"
}

quote_segments() { # FAMILY
	hold "quoted$1" inside "$(address outside "$1")" $quote_port
	attempt quote "$1" still_talks "quoted$1" &&
		attempt quote "$1" refused_by outside "quoted$1" &&
		attempt quote "$1" refused_by inside "quoted$1"
	let_go "quoted$1"
}

# asks HOST ADDRESS BYTES
asks() {
	local sent got

	sent=$(head -c "$3" /dev/zero | tr '\0' x)
	got=$(printf %s "$sent" | "on_$1" timeout 10 socat -b 65536 -t 1 -T 5 - \
		"$(address_for_socat "$2" $udp_port | sed s/^TCP/UDP/)" 2>/dev/null)
	[ "$sent" = "$got" ]
}

# Small, and in fragments
datagrams() { # FAMILY
	attempt udp "$1" asks inside "$(address outside "$1")" 100
	attempt udp "$1" asks inside "$(address outside "$1")" 3000
	attempt udp "$1" asks outside "$(address inside "$1")" 100
}

# The first question goes over UDP; the answer is too long for it
has_answer() { # ADDRESS
	on_inside dig +noedns +tries=1 +time=5 "@$1" "$dns_name" NAPTR >"$scratch/dig" 2>&1 &&
		grep -q 'status: NOERROR' "$scratch/dig" && grep -q '(TCP)' "$scratch/dig"
}

names() { attempt dns "$1" has_answer "$(address outside "$1")"; } # FAMILY

has_worked() { grep -q "\"name\": \"client\", \"family\": $1, \"works\": true" "$facts"; } # FAMILY

# FAMILIES, "4 6" unless given, are those that are tried. Where no connection comes up there
# is nothing to use a port again by, or to quote
play_traffic() {
	local family

	# shellcheck disable=SC2034 # lib.sh's
	capture_filter='tcp or icmp or icmp6' capture_bytes=1500
	capture judged
	for family in ${FAMILIES:-4 6}; do
		transfers "$family"
		without_timestamps "$family"
		datagrams "$family"
		names "$family"
		! has_worked "$family" || quote_segments "$family"
	done
	if has_worked 4; then
		reuse_port_of_a_host
		reuse_port_of_another
	fi
	end_capture judged
}
