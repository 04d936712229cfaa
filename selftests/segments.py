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

from crafted.ip import (
    capture_on_the_device, extension_headers, fragments, malformed,
    malformed_ipv4, malformed_ipv6, mapped_addresses, one_counter_each,
    options_of_ip, padding_is_no_payload, short_fragments, source_routes,
    tag_priority, three_tags, untracked_headers, vlan_tags)
from crafted.lab import Lab, Mismatch, drain
from crafted.tcp import (
    alignments, authentication, bad_options_in_flow, bad_options_in_syn,
    client_inside, duplicates, end_of_list, fast_open, flags_of_any_kind,
    header_lengths, impossible_syn_acks, meaningless_echoes, never_zero,
    option_orders, resets, sack_blocks, server_inside, simultaneous_open,
    without_tsopt)

BOTH, IPV4, IPV6, ANY = (4, 6), (4,), (6,), (0,)
CASES = [
    (client_inside, BOTH, "client inside: each TSecr is the one echoed"),
    (server_inside, BOTH, "server inside: the same"),
    (simultaneous_open, BOTH, "simultaneous open"),
    (alignments, BOTH, "TSopt at every alignment, payload of any length"),
    (option_orders, BOTH, "every order of a SYN's options"),
    (sack_blocks, BOTH, "SACK blocks before and behind a TSopt"),
    (header_lengths, BOTH, "every header length that holds a TSopt"),
    (duplicates, BOTH, "duplicate TSopts: all translated, and counted"),
    (bad_options_in_syn, BOTH, "malformed options in a SYN: no flow"),
    (bad_options_in_flow, BOTH,
     "malformed options in a flow: a TSopt before them is translated"),
    (end_of_list, BOTH, "a TSopt behind EOL is none"),
    (meaningless_echoes, BOTH, "TSecr 0, and TSecr without ACK, untouched"),
    (resets, BOTH, "RST with TSopt"),
    (without_tsopt, BOTH, "segments without TSopt"),
    (never_zero, BOTH, "TSval 0 is never sent, and its echo restored"),
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
    return [case for case in cases if words in case[2]]


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
    parser.add_argument("--only", default="", metavar="WORDS",
                        help="the cases with that in their description")
    for host in ("inside", "firewall", "outside"):
        parser.add_argument(host, help="its network namespace")
    args = parser.parse_args()
    # Frames of one CPU keep their order
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return 1 if run_cases(Lab(args), chosen(args.only)) else 0

if __name__ == "__main__":
    sys.exit(main())
