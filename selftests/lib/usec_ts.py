#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usec_ts.py on|off DEVICE GATEWAY: the default route's TCP timestamps in
microseconds, or not.

tcp_usec_ts, of Linux 6.7, is a feature of routes that Debian 12's ip does not know.
Exits with 1 where the kernel does not, either.
"""
import os
import socket
import struct
import sys

NLM_F_REQUEST, NLM_F_ACK, NLM_F_REPLACE, NLM_F_CREATE = 1, 4, 0x100, 0x400
RTM_NEWROUTE, RTA_OIF, RTA_GATEWAY, RTA_METRICS = 24, 4, 5, 8
RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST = 254, 3, 0, 1
RTAX_FEATURES, RTAX_FEATURE_TCP_USEC_TS = 12, 1 << 4


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data


def request(device, gateway, features):
    route = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, RT_TABLE_MAIN,
                        RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0)
    route += attribute(RTA_GATEWAY, socket.inet_aton(gateway))
    route += attribute(RTA_OIF, struct.pack("=I", socket.if_nametoindex(device)))
    if features:
        route += attribute(RTA_METRICS, attribute(RTAX_FEATURES,
                                                  struct.pack("=I", features)))
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_REPLACE | NLM_F_CREATE
    return struct.pack("=IHHII", 16 + len(route), RTM_NEWROUTE, flags, 1, 0) + route


def main():
    switch, device, gateway = sys.argv[1:]
    features = RTAX_FEATURE_TCP_USEC_TS if switch == "on" else 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.bind((0, 0))
        netlink.send(request(device, gateway, features))
        error = -struct.unpack_from("=i", netlink.recv(4096), 16)[0]
    if error:
        sys.exit(f"usec_ts.py: {os.strerror(error)}")


if __name__ == "__main__":
    main()
