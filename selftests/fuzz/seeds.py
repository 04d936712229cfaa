#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write seeds of the fuzzers: seeds.py BUILD DIRECTORY - below DIRECTORY, a folder for each target

What the module answers is made from the netlink specification, each attribute of it; the
rules are those that the command itself sends when it is asked for groups; files are those
that the tree has, or their like. BUILD has the targets, as `make -C selftests/fuzz` builds
them.
"""
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TOP / "selftests/lib"))

# pylint: disable=wrong-import-position
import craft_captures as craft                                      # noqa: E402

SPEC = yaml.safe_load((TOP / "Documentation/netlink/specs/tsrewrite.yaml").read_text())
SETS = {one["name"]: one for one in SPEC["attribute-sets"]}
COMMANDS = {one["name"]: i + 1 for i, one in enumerate(SPEC["operations"]["list"])}
# As kernel.h has them
NFT, HOOK, LINK, FILTER, EVENT, WATCH, COMMIT = 0x40, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85
REFUSES, FAMILY, NESTED = 4, 0x20, 0x8000
NETDEV = 5
BATCH_BEGIN = 16


def attribute(kind, payload, nested=False):
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind | (NESTED if nested else 0)) + payload + bytes(-size % 4)


def text(kind, word):
    return attribute(kind, word.encode() + b"\0")


def nest(kind, *inner):
    return attribute(kind, b"".join(inner), True)


def message(kind, head, *attributes):
    body = head + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 0, 0) + body


def genl(command, *attributes):
    return message(FAMILY, struct.pack("=BBH", command, 1, 0), *attributes)


def nfnl(kind, *attributes):
    return message(10 << 8 | kind, struct.pack("!BBH", NETDEV, 0, 0), *attributes)


def record(key, *messages, flags=0):
    data = b"".join(messages)
    return struct.pack("=BBH", key, flags, len(data)) + data


class Module:
    """What the module says, by the specification."""

    STRINGS = {"name": "eth0", "comm": "ip", "old-name": "eth1", "version": "1.0",
               "group": "a"}

    def __init__(self, family, seed):
        self.address = socket.inet_pton(family, "10.0.1.2" if family == socket.AF_INET
                                        else "fd00:1::2")
        self.number = seed

    def value(self, one, given):
        name, kind = one["name"], one["type"]
        if name in given:
            self.number = given[name] if isinstance(given[name], int) else self.number
        if kind == "string":
            word = given.get(name, self.STRINGS.get(name, "x"))
            return word.encode() + b"\0"
        if kind == "binary":
            return self.address
        if kind == "flag":
            return b""
        number = given.get(name, 1)
        order = "!" if one.get("byte-order") == "big-endian" else "="
        return struct.pack(order + {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}[kind],
                           number)

    def attributes(self, space, names=None, given=None):
        given = given or {}
        whole = SETS[SETS[space].get("subset-of", space)]["attributes"]
        if names is None:
            names = [one["name"] for one in SETS[space]["attributes"]]
        for number, one in enumerate(whole, 1):
            if one["name"] not in names or one["type"] == "pad":
                continue
            if one["type"] == "nest":
                yield nest(number, *self.attributes(one["nested-attributes"], None, given))
            else:
                yield attribute(number, self.value(one, given))

    def reply(self, operation, **given):
        found = next(one for one in SPEC["operations"]["list"] if one["name"] == operation)
        how = found.get("dump") or found.get("do") or found.get("event")
        names = how.get("reply", how)["attributes"]
        given = {key.replace("_", "-"): value for key, value in given.items()}
        return genl(COMMANDS[operation], *self.attributes(found["attribute-set"], names, given))


def groups(module, **given):
    return record(COMMANDS["group-get"], module.reply("group-get", id=0, name="default", prefix_count=0,
                                                      fingerprint=0),
                  module.reply("group-get", id=1, name="a", **given))


def links():
    def link(index, *attributes):
        return message(16, struct.pack("=BxHiII", 0, 1, index, 1, 0), *attributes)

    return record(LINK, link(1, text(3, "lo")), link(2, text(3, "eth0"),
                                                     attribute(10, struct.pack("=I", 3))),
                  link(3, text(3, "br0"), nest(18, text(1, "bridge"))),
                  link(4, text(3, "eth0.7"), attribute(5, struct.pack("=I", 2)),
                       nest(18, text(1, "vlan")), nest(43, attribute(2, b"\1"))),
                  link(5, text(3, "gre1"), attribute(5, struct.pack("=I", 2)),
                       nest(18, text(1, "gre"))))


def filters():
    mirred = struct.pack("=IIiiiiI", 1, 0, 4, 1, 1, 1, 5)
    action = nest(1, text(1, "mirred"), nest(2, attribute(2, mirred)))
    return record(FILTER, message(44, struct.pack("=BxxxiIII", 0, 2, 1, 0xfffffff2, 0x0300),
                                  text(1, "flower"), nest(2, attribute(18, b"\6"),
                                                          nest(3, action))))


def hooks():
    chain = nest(2, text(1, "filter"), text(3, "input"), attribute(4, bytes([NETDEV])))
    return record(HOOK, nfnl(0, text(3, "nft_do_chain"), text(4, "nf_tables"),
                             nest(6, chain, attribute(2, struct.pack("!I", 1)))),
                  nfnl(0, text(3, "hook"), text(4, "nf_tsrewrite")),
                  nfnl(0, text(3, "other")))


def flowtables():
    devices = nest(3, text(1, "eth0"), text(1, "eth1"))
    return record(NFT + 23, nfnl(22, text(1, "filter"), text(2, "f"),
                                 nest(3, attribute(1, struct.pack("!I", 0)),
                                      attribute(2, struct.pack("!i", -5)), devices)))


def service():
    incident = {"group": "a", "kind": "connections", "verdict": "unclear", "title": "t",
                "state": "open", "estimated_onset": "2026-11-30T00:00:00.000000000Z",
                "confirmed_onset": "2026-11-30T00:00:01.000000000Z"}
    answer = {"time": "2026-11-30T00:00:00.000000000Z", "incidents": [incident],
              "groups": [{"name": "a", "usual_success": 0.5}]}
    return record(WATCH, json.dumps(answer).encode())


def netlink_seeds():
    for family in (socket.AF_INET, socket.AF_INET6):
        module = Module(family, 1)
        flows = module.reply("flow-get", mode=1, state=1)
        parts = {
            "groups": groups(module, mode=1, tripped=0),
            "devices": record(COMMANDS["device-get"], module.reply("device-get", ifindex=2),
                              module.reply("device-get", name="eth7", unread=0x8864)),
            "config": record(COMMANDS["config-get"],
                             module.reply("config-get", mark_mask=0xff000000)),
            "stats": record(COMMANDS["stats-get"], module.reply("stats-get")),
            "flows": record(COMMANDS["flow-get"], flows, flows),
            "links": links(), "filters": filters(), "hooks": hooks(),
            "flowtables": flowtables(), "service": service(),
            "detached": record(COMMANDS["device-detach"],
                               module.reply("device-detach", flows=3)),
            "flushed": record(COMMANDS["flow-flush"], module.reply("flow-flush")),
            "refused": record(COMMANDS["config-set"], flags=REFUSES),
        }
        events = b"".join(record(EVENT, module.reply("event", type=kind, time=10**18))
                          for kind in range(13))
        uses = [["groups", "devices", "config", "stats", "links", "filters", "hooks",
                 "flowtables"]] * 2 + \
            [["flows", "groups"]] * 2 + [["flushed", "groups"]] * 2 + \
            [["stats"]] * 2 + [["groups", "devices", "config", "stats", "service"],
                               ["config"], ["config"], ["config", "refused"]]
        for command, names in enumerate(uses):
            yield bytes([command]) + b"".join(parts[name] for name in names)
        for command in (12, 13):
            yield bytes([command]) + events
        for command in (14, 15, 16):
            yield bytes([command]) + parts["groups"]
        for command in (17, 18):
            yield bytes([command]) + parts["detached"] + parts["devices"] + parts["groups"]


def sent_rules(build, seed):
    """The messages of the transaction that the command sends for this input, in which
    there are no rules yet."""
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, "seed")
        sent = os.path.join(directory, "sent")
        pathlib.Path(name).write_bytes(seed)
        subprocess.run([build / "rules", name], check=True, stderr=subprocess.DEVNULL,
                       env={**os.environ, "TSREWRITE_FUZZ_SENT": sent})
        data = pathlib.Path(sent).read_bytes()
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from("=IH", data, at)
        if at and kind == BATCH_BEGIN:
            return      # libFuzzer runs an input twice
        yield kind, data[at:at + size]
        at += size + -size % 4


def as_dumped(data):
    """In a transaction elements are numbered by their attributes, in a dump all are 1; and
    the name of their map."""
    data, at, name = bytearray(data), 20, b""
    while at < len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if kind == 2:
            name = bytes(data[at + 4:at + size - 1])
        inner = at + 4 if kind & 0x7fff == 3 else at + size
        while inner < at + size:
            one, = struct.unpack_from("=H", data, inner)
            struct.pack_into("=H", data, inner + 2, NESTED | 1)
            inner += one + -one % 4
        at += size + -size % 4
    return name, bytes(data)


def map_records(messages):
    """Each map is asked for by itself: that of ports first, then those of prefixes."""
    maps = {b"ports": b""}
    for name, data in map(as_dumped, messages):
        maps[name] = maps.get(name, b"") + data
    return b"".join(record(NFT + 13, data) for data in maps.values())


GET = {0: 1, 3: 4, 6: 7, 9: 10, 12: 13}     # what is new, and what asks for it


def rules_seeds(build):
    module = Module(socket.AF_INET, 1)
    base = record(COMMANDS["device-get"], module.reply("device-get", ifindex=2)) + \
        record(COMMANDS["config-get"], module.reply("config-get", mark_mask=0xff000000)) + \
        record(COMMANDS["stats-get"], module.reply("stats-get")) + \
        record(COMMANDS["group-add"], module.reply("group-add", id=2, name="b")) + \
        record(COMMIT) + record(NFT + 16, nfnl(15, attribute(1, struct.pack("!I", 7))))
    empty = groups(module, prefix_count=0, fingerprint=0)
    for command in (4, 5, 8):
        answers = {}
        for kind, data in sent_rules(build, bytes([command]) + empty + base):
            if kind >> 8 == 10 and kind & 0xff in GET:
                answers.setdefault(GET[kind & 0xff], []).append(data)
        rules = b"".join(map_records(messages) if key == 13 else record(NFT + key, *messages)
                         for key, messages in answers.items())
        noted = re.search(rb"port-\d+: (\d+) prefixes, sum ([0-9a-f]{8})", rules)
        filled = groups(module, prefix_count=int(noted[1]), fingerprint=int(noted[2], 16))
        for index in range(12):
            yield bytes([index]) + filled + base + rules
    yield b"\0" + empty + base


STATE = """# tsrewrite save 1
config set limit 1000 timeout-closed 2m mark-mask 0xff000000 when-full pass
attach eth0 zone 3
attach --absent "a b" # comment
group add alpha mode observe canary 50 to 10.0.0.0/8,2001:db8::/32 port 53,80-90
group add beta to any \\
    count on id 7
mode rewrite
# end
"""

PREFIXES = ["10.0.0.0/8\n192.0.2.1 # one\n\n2001:db8::/32\n", "0.0.0.0/0\n::/0\n",
            "10.0.0.0/9\n10.128.0.0/9\n10.0.0.0/8\n", "# none\n", "255.255.255.255\n",
            "80,443,5000-5100", "1-65535"]

INCIDENT = {"id": "urn:uuid:01234567-89ab-cdef-0123-456789abcdef", "state": "open",
            "group": "alpha", "kind": "connections", "verdict": "firewall",
            "estimated_onset": "2026-11-30T00:00:00.000000000Z",
            "confirmed_onset": "2026-11-30T00:00:01.000000000Z",
            "updated": "2026-11-30T00:00:01.000000000Z", "closed": None,
            "tripped_to": None, "figures": "1 of 9 attempts", "change_before": "mode",
            "end": None}
NEWS = {"id": INCIDENT["id"], "feed": "alpha", "time": "2026-11-30T00:00:00.000000000Z",
        "what": "opened", "title": "opened: t", "text": "figures: 1\n"}
JOB = {"command": "true", "timeout": 60, "environment":
       {"TSREWRITE_WHAT": "opened", "TSREWRITE_TITLE": "t"}, "input": {}}


def store_seeds():
    store = {"feed": INCIDENT["id"], "group_feeds": {"alpha": INCIDENT["id"]},
             "news": [NEWS], "incidents": [INCIDENT]}
    yield json.dumps(store).encode()
    yield json.dumps({**store, "incidents": [{**INCIDENT, "group": "", "kind": kind,
                                              "closed": INCIDENT["updated"]}
                                             for kind in ("module", "table", "asymmetric")]
                      }).encode()
    yield json.dumps(JOB).encode()


def usual_seeds():
    hour = 1796069400 // 3600
    week = [[hour - ago, 600.5, 100, 99, 98.5, 1, 0, 97, 0, *[0] * 7] for ago in (0, 1, 167)]
    group = {"name": "alpha", "absent_seconds": 12.5, "trial": week}
    usual = {"version": 1, "saved": INCIDENT["updated"], "groups": [group]}
    yield json.dumps(usual).encode()
    yield json.dumps({**usual, "groups": [{**group, "untouched": [], "off": week[:1]},
                                          {"name": "beta", "absent_seconds": 0,
                                           "trial": [[hour + 99] + week[0][1:]]}]}).encode()
    yield json.dumps({**usual, "groups": [{**group, "trial": [[hour, 0, 100, *week[0][3:]],
                                                              [hour - 1, *[1e308] * 15]]}]
                      }).encode()


def host_seeds():
    host = {"version": 1, "boot_id": "5ac7", "kernel": "6.1.0-57", "module_version": "0.2.0",
            "module_srcversion": "ABBA", "packages": INCIDENT["updated"], "changes": [
                {"time": INCIDENT["updated"], "kind": "the machine was booted",
                 "text": "booted with kernel 6.1.0-57"}]}
    yield json.dumps(host).encode()
    yield json.dumps({**host, "changes": host["changes"] * 17}).encode()


# As craft_captures.py has them, but short, and with a TSval of 0 and one that comes again
SHORT = craft.HANDSHAKE + [(True, "PA", b"request", 0x7ffffffc, 70),
                           (False, "PA", b"answer", 81, 0x7ffffffc),
                           (False, "A", b"", 82, 0x7ffffff4),
                           (True, "FA", b"", 0x80000009, 82),
                           (True, "R", b"", 0, 0)]


def capture_seeds():
    """Large packets as well, but cut: they are zeros from there on."""
    craft.DATA = SHORT[len(craft.HANDSHAKE):]
    with tempfile.TemporaryDirectory() as directory:
        to = pathlib.Path(directory)
        craft.complete(to)
        craft.incomplete(to)
        craft.write_pcap(to / "big.pcap", craft.big_tcp(), snaplen=160)
        craft.write_pcap(to / "jumbo.pcap", craft.jumbo(), snaplen=160)
        for path in sorted(to.iterdir()):
            yield path.read_bytes()


def all_seeds(build):
    yield "netlink", netlink_seeds()
    yield "rules", rules_seeds(build)
    yield "state", [STATE.encode(), b"\1\1\2\3\4\5\6"]
    yield "settings", [(TOP / "tools/watch.conf").read_bytes(),
                       b"trip = off\n[group a]\nrun = true\n", json.dumps(JOB).encode()]
    yield "prefixes", [one.encode() for one in PREFIXES]
    yield "store", store_seeds()
    yield "usual", usual_seeds()
    yield "host", host_seeds()
    yield "parse", [b"10.0.0.0/8:80", b"[2001:db8::/32]:443", b"80,5000-5100", b"5d", b"eth0"]
    yield "capture", capture_seeds()
    yield "passes", capture_seeds()
    yield "tcp_option", [bytes([1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]),
                         bytes([2, 4, 5, 0xb4, 4, 2, 8, 10, *range(8), 1, 3, 3, 7])]


def main():
    build, to = (pathlib.Path(word) for word in sys.argv[1:3])
    for target, seeds in all_seeds(build):
        directory = to / target
        directory.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            (directory / f"seed-{number}").write_bytes(seed)


if __name__ == "__main__":
    main()
