#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""link_ipv4_size.py SIZE DEVICE...: set gso_ipv4_max_size and gro_ipv4_max_size

As newer ip(8) does; iproute2 before 6.3 knows only IPv6's.  Fails where the
kernel has none.
"""
import os
import socket
import struct
import sys

RTM_NEWLINK, RTM_GETLINK, NLM_F_REQUEST, NLM_F_ACK = 16, 18, 1, 4
IFLA_GSO_IPV4_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE = 63, 64


def attributes(size):
    return b"".join(struct.pack("=HHI", 8, kind, size) for kind in
                    (IFLA_GSO_IPV4_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE))


def ask(kind, flags, device, more=b""):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        body = struct.pack("=BxHiII", 0, 0, socket.if_nametoindex(device), 0,
                           0) + more
        netlink.send(struct.pack("=IHHII", 16 + len(body), kind,
                                 NLM_F_REQUEST | flags, 1, 0) + body)
        return netlink.recv(65536)


def set_size(device, size):
    error, = struct.unpack_from("=i", ask(RTM_NEWLINK, NLM_F_ACK, device,
                                          attributes(size)), 16)
    if error:
        sys.exit(f"{device}: {os.strerror(-error)}")
    # A kernel that does not know them says nothing
    if attributes(size) not in ask(RTM_GETLINK, 0, device):
        sys.exit(f"{device}: this kernel has no gso_ipv4_max_size")


def main():
    for device in sys.argv[2:]:
        set_size(device, int(sys.argv[1]))


if __name__ == "__main__":
    main()
