# SPDX-License-Identifier: GPL-2.0-only
"""ask_mode.py GROUP MODE [TIMES] - sets the mode of a group without the command: MODE is a
number of enum tsrewrite_mode. With TIMES it is set to off and to MODE so many times, faster
than any event of that is read.
"""
import pathlib
import socket
import struct
import sys

NLM_F_REQUEST, NLM_F_ACK = 1, 4
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
BATCH = 100     # messages that are sent at once

# Of this tree, or the installed one
HEADERS = [pathlib.Path(__file__).resolve().parents[2] / "kmod/include/uapi/linux/tsrewrite.h",
           pathlib.Path("/usr/include/linux/tsrewrite.h")]


def header_value(name):
    """The value of a member of an enum without gaps in the header"""
    inside = None
    with open(next(filter(pathlib.Path.exists, HEADERS)), encoding="ascii") as header:
        for line in header:
            word = line.strip().rstrip(",").split(" ")[0]
            if line.startswith("enum "):
                inside = 0
            elif inside is not None and line.startswith("\t") and word.startswith("TSREWRITE_"):
                if word == name:
                    return inside
                inside += 1
    raise KeyError(name)


def attribute(kind, payload):
    padding = b"\0" * (-len(payload) % 4)
    return struct.pack("=HH", len(payload) + 4, kind) + payload + padding


def message(family, command, attributes, flags=NLM_F_REQUEST):
    body = struct.pack("=BBH", command, 1, 0) + attributes
    return struct.pack("=IHHII", len(body) + 16, family, flags, 1, 0) + body


def ask(wire, family, command, attributes):
    """The answer, or an exception with the errno of the refusal"""
    wire.send(message(family, command, attributes, NLM_F_REQUEST | NLM_F_ACK))
    answer = wire.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == 2 and struct.unpack_from("=i", answer, 16)[0]:
        raise OSError(-struct.unpack_from("=i", answer, 16)[0], "refused")
    return answer


def family_id(answer):
    at = 20
    while True:
        size, kind = struct.unpack_from("=HH", answer, at)
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack_from("=H", answer, at + 4)[0]
        at += (size + 3) & ~3


def setting(group, mode):
    """The attributes that set the mode of the group"""
    return attribute(header_value("TSREWRITE_A_GROUP_NAME"), group.encode() + b"\0") + \
        attribute(header_value("TSREWRITE_A_GROUP_MODE"), struct.pack("=I", mode))


def main():
    group, mode, times = sys.argv[1], int(sys.argv[2]), int((sys.argv + ["0"])[3])
    command = header_value("TSREWRITE_CMD_GROUP_SET")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as wire:
        wire.bind((0, 0))
        family = family_id(ask(wire, GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                               attribute(CTRL_ATTR_FAMILY_NAME, b"tsrewrite\0")))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as wire:
        wire.bind((0, 0))
        both = message(family, command, setting(group, 0)) + \
            message(family, command, setting(group, mode))
        for _ in range(times // BATCH):
            wire.send(both * BATCH)
        ask(wire, family, command, setting(group, mode))


if __name__ == "__main__":
    main()
