#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Send crafted segments through a firewall and judge what comes out.

One program has a packet socket in each of three namespaces.  Each frame is
built twice by scapy, with its checksum computed in full: as it is sent, and as
it must come out.  The latter and what comes out are compared byte for byte, so
that nothing but timestamps and checksum may have changed.  A serial number in
the source MAC address tells frames apart.  After each case, every counter must
have moved by what the case's frames say.
"""
import argparse
import os
import sys

from crafted.clocks import (
    fast_clock, long_flow, slow_clock, wrapping_clock)
from crafted.hosts import (
    abandoned_with_data_in_flight, answer_by_two_cookies,
    answers_of_another_connection, clock_begins_with_the_second_syn,
    clock_behind_zero_client, clock_behind_zero_server,
    data_of_a_syn_acknowledged, half_closed, never_a_clock, no_tsopt_any_more,
    refusal_with_a_wrong_echo, reset_outside_of_the_flight,
    reset_without_a_flow, same_number_lower_clock, values_of_no_clock)
from crafted.icmp import (
    behind_the_quote, cut_tsecr, cut_tsval, echo_zero_in_quotes,
    echoes_of_any_age, error_kinds, errors_in_fragments, handshakes_in_quotes,
    headers_around_quotes, layouts_in_quotes, malformed_errors, no_errors,
    quote_lengths, quotes_change_no_flow, quotes_in_other_modes,
    quotes_keep_no_flow, quotes_of_no_flow, quotes_of_others,
    quotes_of_two_spans, tags_around_quotes)
from crafted.ip import (
    capture_on_the_device, extension_headers, fragments, malformed,
    malformed_ipv4, malformed_ipv6, mapped_addresses, one_counter_each,
    options_of_ip, padding_is_no_payload, sent_past_the_queue, short_fragments,
    source_routes, tag_priority, three_tags, untracked_headers, vlan_tags)
from crafted.lab import Lab, Mismatch, drain
from crafted.modes import (
    asked_before_strip, crossing_syns_stripped, garbled_echoes_observed,
    observe_counts_as_rewrite, observed_client, observed_fast_open,
    observed_fragments, observed_server, second_answer, strip_spares_the_older,
    stripped_client, stripped_fragments, stripped_layouts, stripped_server,
    unasked_answers)
from crafted.asymmetry import (
    another_far_ahead, beyond_the_window, forged_beside_answers)
from crafted.tcp import (
    alignments, authentication, bad_options_in_flow, bad_options_in_syn,
    client_inside, duplicates, end_of_list, fast_open, flags_of_any_kind,
    header_lengths, impossible_syn_acks, meaningless_echoes, never_zero,
    option_orders, options_of_other_length, resets, sack_blocks,
    server_inside, simultaneous_open, without_tsopt, zero_checksums)

BOTH, IPV4, IPV6, ANY = (4, 6), (4,), (6,), (0,)
CASES = [
    (client_inside, BOTH, "client inside: each TSecr is the one echoed"),
    (server_inside, BOTH, "server inside: the same"),
    (simultaneous_open, BOTH, "simultaneous open"),
    (alignments, BOTH, "TSopt at every alignment, payload of any length"),
    (zero_checksums, BOTH, "a checksum that becomes 0, or was"),
    (option_orders, BOTH, "every order of a SYN's options"),
    (sack_blocks, BOTH, "SACK blocks before and behind a TSopt"),
    (header_lengths, BOTH, "every header length that holds a TSopt"),
    (duplicates, BOTH, "duplicate TSopts: all translated, and counted"),
    (bad_options_in_syn, BOTH, "malformed options in a SYN: TSopts before"),
    (options_of_other_length, BOTH, "kind 8 of another length is no TSopt"),
    (bad_options_in_flow, BOTH,
     "malformed options in a flow: a TSopt before them is translated"),
    (end_of_list, BOTH, "a TSopt behind EOL is none"),
    (meaningless_echoes, BOTH, "TSecr 0, and TSecr without ACK, untouched"),
    (resets, BOTH, "RST with TSopt"),
    (without_tsopt, BOTH, "segments without TSopt"),
    (never_zero, BOTH, "TSval 0 is never sent, and its echo restored"),
    (slow_clock, BOTH, "clocks of 2 Hz and 100 Hz"),
    (fast_clock, BOTH, "a clock of 1 MHz, and its silences"),
    (long_flow, BOTH, "flows of 25 and 50 days"),
    (wrapping_clock, BOTH, "a clock that wraps"),
    (flags_of_any_kind, BOTH, "AccECN, PSH, URG"),
    (fast_open, BOTH, "data on a SYN"),
    (impossible_syn_acks, BOTH, "a SYN-ACK's impossible TSecr becomes 0"),
    (fragments, BOTH, "fragments: the first is translated, no other"),
    (short_fragments, BOTH,
     "a first fragment too short: dropped in a flow, else passed"),
    (options_of_ip, IPV4, "IP options"),
    (source_routes, IPV4, "source routes untouched"),
    (extension_headers, IPV6, "extension headers"),
    (untracked_headers, IPV6, "routing header, home address, AH untouched"),
    (mapped_addresses, IPV6, "IPv4-mapped addresses untouched"),
    (authentication, BOTH, "TCP-AO untouched, TCP-MD5 rewritten"),
    (malformed, BOTH, "malformed headers untouched"),
    (malformed_ipv4, IPV4, "more malformed headers untouched"),
    (malformed_ipv6, IPV6, "more malformed headers untouched"),
    (padding_is_no_payload, BOTH, "Ethernet padding is no payload"),
    (vlan_tags, BOTH, "VLAN and QinQ: each tag makes flows of its own"),
    (tag_priority, BOTH, "VLAN: the priority makes none"),
    (three_tags, BOTH, "three VLAN tags untouched"),
    (capture_on_the_device, BOTH,
     "a capture on the attached device shows the outside wire"),
    (sent_past_the_queue, BOTH,
     "a packet socket that bypasses the queue: its segments are handled as any"),
    (error_kinds, BOTH, "quotes: in errors of every type, both ways"),
    (echoes_of_any_age, BOTH, "quotes: of any age, each value its own"),
    (quote_lengths, BOTH, "quotes: cut at each byte of the TCP header"),
    (cut_tsecr, BOTH, "quotes: the beginning of a TSecr is blanked"),
    (cut_tsval, BOTH, "quotes: the beginning of a TSval untouched"),
    (layouts_in_quotes, BOTH, "quotes: TSopts wherever they are"),
    (headers_around_quotes, BOTH, "quotes: IP options, extension headers"),
    (tags_around_quotes, BOTH, "quotes: VLAN tags"),
    (errors_in_fragments, BOTH, "quotes: in fragments and of fragments"),
    (behind_the_quote, BOTH, "quotes: padding and objects behind them"),
    (handshakes_in_quotes, BOTH, "quotes: of SYN and SYN-ACK"),
    (quotes_of_two_spans, BOTH, "quotes: of both connections of a 4-tuple"),
    (echo_zero_in_quotes, BOTH, "quotes: TSecr 0, or without ACK, untouched"),
    (quotes_of_no_flow, BOTH, "quotes: of no flow untouched"),
    (quotes_in_other_modes, BOTH, "quotes: in the modes off, observe, bug"),
    (no_errors, BOTH, "quotes: in what is no error untouched"),
    (quotes_of_others, BOTH, "quotes: of anything else untouched"),
    (malformed_errors, BOTH, "quotes: malformed errors untouched"),
    (quotes_change_no_flow, BOTH, "quotes: no flow changes"),
    (quotes_keep_no_flow, BOTH, "quotes: no flow is kept alive"),
    (observed_client, BOTH, "observe: client inside, nothing changes"),
    (observed_server, BOTH, "observe: server inside, nothing changes"),
    (garbled_echoes_observed, BOTH, "observe: impossible echoes are counted"),
    (observed_fragments, BOTH, "observe: fragments of any size pass"),
    (observed_fast_open, BOTH, "observe: data on a SYN"),
    (observe_counts_as_rewrite, BOTH, "observe: counts what rewrite would"),
    (stripped_client, BOTH, "strip: client inside"),
    (stripped_server, BOTH, "strip: server inside"),
    (second_answer, BOTH, "a second SYN-ACK has the TSopt the first lacked"),
    (stripped_layouts, BOTH, "strip: TSopts wherever they are"),
    (stripped_fragments, BOTH, "strip: a SYN in fragments"),
    (asked_before_strip, BOTH, "strip: a SYN that came before it"),
    (unasked_answers, BOTH, "strip: a TSopt that nobody asked for"),
    (crossing_syns_stripped, BOTH, "strip: simultaneous open"),
    (strip_spares_the_older, BOTH, "strip: older connections go on"),
    (beyond_the_window, BOTH, "beyond the window: asymmetric after a while"),
    (forged_beside_answers, BOTH, "beyond the window: not while answers come by"),
    (another_far_ahead, BOTH, "beyond the window: a new connection may be"),
    (clock_behind_zero_client, BOTH, "odd hosts: a client's clock behind TSval 0"),
    (clock_begins_with_the_second_syn, BOTH,
     "odd hosts: a clock that begins with the second SYN"),
    (clock_behind_zero_server, BOTH, "odd hosts: a server's clock behind TSval 0"),
    (never_a_clock, BOTH, "odd hosts: TSval 0 for ever"),
    (values_of_no_clock, BOTH, "odd hosts: TSvals that are of no clock"),
    (reset_without_a_flow, BOTH, "odd hosts: a TSopt in an RST that refuses"),
    (same_number_lower_clock, BOTH,
     "odd hosts: the same SYN from a clock that began anew"),
    (answer_by_two_cookies, BOTH,
     "odd hosts: two SYN cookies, of which the first is acknowledged"),
    (answers_of_another_connection, BOTH,
     "odd hosts: an answer of another connection"),
    (refusal_with_a_wrong_echo, BOTH, "odd hosts: an RST with a wrong TSecr"),
    (data_of_a_syn_acknowledged, BOTH,
     "odd hosts: data on a SYN, accepted and refused"),
    (abandoned_with_data_in_flight, BOTH,
     "odd hosts: an RST behind data in flight closes"),
    (reset_outside_of_the_flight, BOTH,
     "odd hosts: an RST with any other number does not"),
    (half_closed, BOTH, "odd hosts: half-closed, closing, and a forged FIN"),
    (no_tsopt_any_more, BOTH, "odd hosts: no TSopt behind the handshake"),
    (one_counter_each, ANY, "every frame has moved one counter"),
]


def run_case(lab, function, family):
    drain(lab)
    before = lab.counters()
    lab.expected.clear()
    function(lab, family)
    after = lab.counters()
    moved = {name: after[name] - before[name] for name in after
             if after[name] != before[name]}
    if moved != dict(lab.expected):
        raise Mismatch(f"counters moved by {moved}, not {dict(lab.expected)}")


def chosen(words):
    cases = [(function, family, f"IPv{family}: {what}" if family else what)
             for function, families, what in CASES for family in families]
    return [case for case in cases
            if any(word == case[0].__name__ or word in case[2] for word in words)]


def run_cases(lab, cases):
    failed = 0
    print(f"TAP version 13\n1..{len(cases)}")
    for number, (function, family, what) in enumerate(cases, 1):
        try:
            run_case(lab, function, family)
            print("ok", number, what, flush=True)
        except Mismatch as mismatch:
            failed += 1
            print(f"# {mismatch}\nnot ok", number, what, flush=True)
    print(f"# Totals: pass:{len(cases) - failed} fail:{failed} "
          "xfail:0 xpass:0 skip:0 error:0")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default="tsrewrite")
    parser.add_argument("--deadline", type=int, default=10000,
                        help="for a frame to come out, in ms")
    parser.add_argument("--port", type=int, default=1024,
                        help="the first inside port: others' flows stay")
    parser.add_argument("--only", action="append", metavar="WORDS",
                        help="the cases called so, or with that in their description")
    parser.add_argument("--mangled-zero", action="store_true",
                        help="a checksum of 0 may come out as 0xffff")
    for host in ("inside", "firewall", "outside"):
        parser.add_argument(host, help="its network namespace")
    args = parser.parse_args()
    # Frames of one CPU keep their order
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cases = chosen(args.only or [""])
    if not cases:
        sys.exit(f"no case is called so, or has that in its description: {args.only}")
    return 1 if run_cases(Lab(args), cases) else 0


if __name__ == "__main__":
    sys.exit(main())
