#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Answer a SYN to PORT on DEVICE by an ICMP error that quotes no more than RFC 792 asks
for: the IP header and 8 bytes. Says "ready" when it listens, and ends behind it."""
import sys

from scapy.all import ICMP, IP, Raw, conf, send, sniff

ADMINISTRATIVELY_PROHIBITED = 13


def answer(packet):
    quote = bytes(packet[IP])[:packet[IP].ihl * 4 + 8]
    send(IP(src=packet[IP].dst, dst=packet[IP].src) /
         ICMP(type="dest-unreach", code=ADMINISTRATIVELY_PROHIBITED) / Raw(quote))


conf.verb = 0
sniff(iface=sys.argv[1], count=1, prn=answer,
      filter=f"tcp dst port {sys.argv[2]} and tcp[tcpflags] & tcp-syn != 0",
      started_callback=lambda: print("ready", flush=True))
