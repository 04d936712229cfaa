# SPDX-License-Identifier: GPL-2.0-only
"""The other host of ./stack.py: a program at a tun device, which sends segments of any kind
and sees what the kernel answers."""
import fcntl
import os
import select
import socket
import struct
import subprocess
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 1, 0x1000
FIN, SYN, RST, ACK = 1, 2, 4, 16
HERE, THERE, OTHER = "10.9.0.1", "10.9.0.2", "10.9.0.3"
MOD = 2**32
PATIENCE = 3.0          # seconds for an answer, of a kernel in an emulated guest


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Segment:
    """One that the kernel has sent."""

    def __init__(self, packet):
        size = (packet[0] & 15) * 4
        tcp = packet[size:]
        self.dst = socket.inet_ntoa(packet[16:20])
        self.sport, self.dport, self.seq, self.ack, offset, self.flags = \
            struct.unpack("!HHIIBB", tcp[:14])
        self.data = tcp[(offset >> 4) * 4:]
        self.tsval = self.tsecr = None
        self._read_options(tcp[20:(offset >> 4) * 4])

    def _read_options(self, options):
        while options and options[0]:
            size = 1 if options[0] == 1 else options[1] if len(options) > 1 else 1
            if options[0] == 8 and size == 10:
                self.tsval, self.tsecr = struct.unpack("!II", options[2:10])
            options = options[max(size, 1):]


class Peer:
    """The other host, at its wire."""

    def __init__(self):
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", b"peer0", IFF_TUN | IFF_NO_PI))
        for words in ("link set lo up", f"addr add {HERE}/24 dev peer0", "link set peer0 up"):
            subprocess.run(["ip", *words.split()], check=True)
        self.port = 20000

    def send(self, source, sport, dport, seq, ack, flags, times=None, data=b""):
        options = b"" if times is None else \
            struct.pack("!BBBBII", 1, 1, 8, 10, times[0] % MOD, times[1] % MOD)
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq % MOD, ack % MOD,
                          (20 + len(options)) << 2, flags, 65535, 0, 0) + options + data
        ends = socket.inet_aton(source) + socket.inet_aton(HERE)
        total = checksum(ends + struct.pack("!HH", 6, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + ends
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        os.write(self.tun, head + tcp)

    def receive(self, wanted=lambda segment: True, patience=PATIENCE):
        """The next TCP segment that is wanted, or None."""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.tun], [], [], left)[0]:
                break
            packet = os.read(self.tun, 65536)
            if packet[0] >> 4 == 4 and packet[9] == 6:
                segment = Segment(packet)
                if wanted(segment):
                    return segment
        return None

    def drain(self):
        while self.receive(patience=0.05):
            pass
