#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Attach a program of XDP that passes everything to a device, until killed.

    xdp_pass.py DEVICE

Says "attached" when it is.
"""
import ctypes
import os
import signal
import socket
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280}
PROG_LOAD, LINK_CREATE = 5, 28
PROG_TYPE_XDP, ATTACH_TYPE_XDP = 6, 37
XDP_FLAGS_DRV_MODE = 1 << 2
XDP_PASS = 2
# r0 = XDP_PASS; exit
PROGRAM = bytes([0xb7, 0, 0, 0, XDP_PASS, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0])


class Load(ctypes.Structure):
    _fields_ = [("prog_type", ctypes.c_uint32), ("insn_cnt", ctypes.c_uint32),
                ("insns", ctypes.c_uint64), ("license", ctypes.c_uint64),
                ("rest", ctypes.c_uint8 * 104)]


class Link(ctypes.Structure):
    _fields_ = [("prog_fd", ctypes.c_uint32), ("ifindex", ctypes.c_uint32),
                ("attach_type", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("rest", ctypes.c_uint8 * 32)]


def bpf(command, attributes):
    libc = ctypes.CDLL(None, use_errno=True)
    ret = libc.syscall(SYS_BPF[os.uname().machine], command,
                       ctypes.byref(attributes), ctypes.sizeof(attributes))
    if ret < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return ret


def main():
    program = ctypes.create_string_buffer(PROGRAM, len(PROGRAM))
    words = ctypes.create_string_buffer(b"GPL")
    loaded = bpf(PROG_LOAD, Load(PROG_TYPE_XDP, len(PROGRAM) // 8,
                                 ctypes.addressof(program),
                                 ctypes.addressof(words)))
    bpf(LINK_CREATE, Link(loaded, socket.if_nametoindex(sys.argv[1]),
                          ATTACH_TYPE_XDP, XDP_FLAGS_DRV_MODE))
    print("attached", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
