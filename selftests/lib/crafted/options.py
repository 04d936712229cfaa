# SPDX-License-Identifier: GPL-2.0-only
"""TCP options: bytes, or functions of the first TSval and TSecr."""
import struct

MOD = 2**32
NOP, EOL = b"\x01", b"\x00"
MSS, SACK_OK, SCALE = b"\x02\x04\x05\xb4", b"\x04\x02", b"\x03\x03\x07"
MD5 = b"\x13\x12" + bytes(range(16))
AO = b"\x1d\x10" + bytes(range(14))


def ts(tsval, tsecr):
    return struct.pack("!BBII", 8, 10, tsval % MOD, tsecr % MOD)


def usual(tsval, tsecr):
    return NOP * 2 + ts(tsval, tsecr)


def none(_tsval, _tsecr):
    return b""


def sequence(*parts):
    """Bytes and functions such as ts(), padded with NOPs."""
    def options(tsval, tsecr):
        made = b"".join(part if isinstance(part, bytes) else part(tsval, tsecr)
                        for part in parts)
        return made + NOP * (-len(made) % 4)
    return options


def sack(blocks):
    return bytes([5, 2 + 8 * blocks]) + bytes(range(8 * blocks))
