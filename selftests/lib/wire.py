#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare what the wires before and behind a firewall saw of TCP.

Every segment of one side must be on the other.  Then, as expected:

rewrite  a flow's TSvals go out moved by one number that is not 0; every TSecr
         delivered inside is the TSval of the very segment that the peer echoed;
         no TSval of inside appears outside; on one outside 4-tuple, TSvals never
         run backwards from one connection to the next
bug      the same, but every TSecr is delivered as it came
off      nothing differs
strip    what came out of the firewall has no TSopt, only SYNs had one before
mixed    each flow is one of these from its SYN to its end; --flow names those
         that must be there, and as what

An echo of what never left is none of these: --impossible says how many there
are.  Where TSecrs are restored, such a SYN-ACK's is delivered as 0, any other one's
moved back by the flow's number; elsewhere, both as they came.

Segments whose DSCP is that of --forged were sent by somebody else than the hosts.
They begin no flow and must shift none; --forgeries says how many there are.

With --transit, both ways: what is outside to the one attached device is inside
to the other, so that each segment belongs to two flows.

Checksums are verified unless --offloads says that devices fill them in.  With
--cut, packets larger than the MTU are compared as what they are cut up into.
"""
import argparse
import collections
import ipaddress
import shlex
import sys
import traceback

import dpkt

from capture import Mismatch, read_wire


def identity(segment, transit):
    """What no firewall changes: NAT may change the inside end, in transit both."""
    return (segment.leaves, None if transit else segment.outside, segment.seq,
            segment.ack, segment.flags, segment.size, segment.packet)


def shift(inner, outer):
    """By how much the stamp that the firewall may change was moved."""
    if inner.tsval is None or outer.tsval is None:
        return None
    if outer.leaves:
        return (outer.tsval - inner.tsval) % 2**32
    return (outer.tsecr - inner.tsecr) % 2**32


def take_pair(queue, segment, usual, left):
    """Two of a kind may come in another order: the stamp that is never changed
    tells more of them than the order, and so does the flow's usual shift. Of those
    of which some were dropped, it is the last that came through: as many as are
    left on the outside wire."""
    def likeness(one):
        unchanged = one.tsecr == segment.tsecr if segment.leaves \
            else one.tsval == segment.tsval
        return unchanged, shift(one, segment) in (usual, 0)
    first = max(len(queue) - left, 0)
    best = max(list(queue)[first:] + list(queue)[:first], key=likeness)
    queue.remove(best)
    return best


def pair_up(inside_wire, outside_wire, transit=False, dropped=0):
    """Pairs (inside, outside) in the order of the outside wire."""
    waiting = collections.defaultdict(collections.deque)
    for segment in inside_wire:
        waiting[identity(segment, transit)].append(segment)
    pairs, alone, usual = [], [], {}
    left = collections.Counter(identity(segment, transit) for segment in outside_wire)
    for segment in outside_wire:
        kind = identity(segment, transit)
        queue = waiting[kind]
        flow = segment.inside, segment.outside
        if queue:
            inner = take_pair(queue, segment, usual.get(flow), left[kind])
            if segment.leaves:
                usual[flow] = shift(inner, segment)
            pairs.append((inner, segment))
        else:
            alone.append(("outside", segment))
        left[kind] -= 1
    alone += [("inside", segment) for queue in waiting.values()
              for segment in queue]
    check_dropped(alone, dropped)
    return pairs


def check_dropped(alone, dropped):
    """What only one wire has is as much as was dropped, and came from there."""
    for where, segment in alone:
        if not dropped or segment.leaves != (where == "inside"):
            raise Mismatch(f"only {where}: {segment}")
    if len(alone) != dropped:
        raise Mismatch(f"{len(alone)} segments dropped instead of {dropped}")


def after(a, b):
    return 0 < (a - b) % 2**32 < 2**31


class Flow:
    """One connection, from its SYN on."""

    def __init__(self, kind):
        self.kind = kind      # None: the first segments tell
        self.key = None
        self.isn = None
        self.offset = None
        self.segments = 0
        self.sent = {}        # outside TSval -> inside TSval
        self.highest = None   # outside TSval

    def leaves(self, inner, outer):
        offset = (outer.tsval - inner.tsval) % 2**32
        if self.offset is None:
            self.offset = offset
            if not offset and not self.kind:
                self.kind = "off"
        changed = self.kind != "off"
        if offset != self.offset or changed != bool(offset) or not outer.tsval:
            raise Mismatch(f"TSval {inner.tsval} goes out as {outer.tsval}, "
                           f"the flow's offset is {self.offset}: {outer}")
        self.segments += 1
        self.sent[outer.tsval] = inner.tsval
        if self.highest is None or after(outer.tsval, self.highest):
            self.highest = outer.tsval

    def expected_echo(self, inner, outer):
        if not outer.flags & dpkt.tcp.TH_ACK or not outer.tsecr:
            return outer.tsecr
        if not self.kind:
            self.kind = "bug" if inner.tsecr == outer.tsecr else "rewrite"
        if self.kind != "rewrite":
            return outer.tsecr
        if outer.tsecr in self.sent:
            return self.sent[outer.tsecr]
        if outer.flags & dpkt.tcp.TH_SYN:
            return 0
        return (outer.tsecr - (self.offset or 0)) % 2**32

    def arrives(self, inner, outer):
        self.segments += 1
        wanted = self.expected_echo(inner, outer)
        if inner.tsecr != wanted:
            raise Mismatch(f"TSecr {outer.tsecr} must be delivered as {wanted}, "
                           f"not as {inner.tsecr}: {inner}")


class Wires:
    """Both wires, packet by packet."""

    COUNTED = {"rewrite": "restored", "bug": "unrestored", "off": "untouched"}

    def __init__(self, kind, forged=None):
        self.kind = kind
        self.forged = forged  # the DSCP of what is
        self.flows = {}
        self.all_flows = []
        self.impossible = []  # echoes of what never left
        self.ended = {}       # outside 4-tuple -> highest outside TSval
        self.count = collections.Counter()

    def begin(self, key, inner, outer):
        flow = self.flows.get(key)
        if flow and flow.isn == inner.seq:
            return flow
        if flow:
            if flow.offset:   # what passed untouched leaves no value behind
                self.ended[key] = flow.highest
            self.count["reused"] += 1
        flow = self.flows[key] = Flow(self.kind)
        flow.key, flow.isn = key, inner.seq
        self.all_flows.append(flow)
        if key in self.ended and not after(outer.tsval, self.ended[key]):
            raise Mismatch(f"TSvals run backwards on a reused 4-tuple: {outer}")
        return flow

    def pass_bare(self, key):
        if key in self.flows and self.flows[key].kind == "strip":
            self.flows[key].segments += 1

    def strip(self, key, inner, outer):
        before, behind = (inner, outer) if outer.leaves else (outer, inner)
        if self.kind or behind.tsval is not None or before.flags & ~dpkt.tcp.TH_SYN:
            raise Mismatch(f"TSopt came or went: {outer}")
        flow = self.flows.get(key)
        if not flow or flow.isn != before.seq:
            flow = self.flows[key] = Flow("strip")
            flow.key, flow.isn = key, before.seq
            self.all_flows.append(flow)
        flow.segments += 1
        self.count["stripped"] += 1

    def pass_pair(self, inner, outer):
        key = outer.inside, outer.outside
        if inner.tsval is None and outer.tsval is None:
            self.pass_bare(key)
            return
        if inner.tsval is None or outer.tsval is None:
            self.strip(key, inner, outer)
            return
        syn = outer.flags & dpkt.tcp.TH_SYN
        if key in self.flows and self.flows[key].kind == "strip":
            if not syn:
                raise Mismatch(f"TSopt in a flow whose SYN lost its own: {outer}")
            # Another SYN of this connection came with it
            self.all_flows.remove(self.flows.pop(key))
        forged = outer.dscp == self.forged
        flow = self.begin(key, inner, outer) \
            if outer.leaves and syn and not forged else self.flows.get(key)
        if outer.leaves:
            if inner.tsecr != outer.tsecr:
                raise Mismatch(f"a TSecr that leaves was changed: {outer}")
            if syn and forged:
                return
            if not flow:
                raise Mismatch(f"no SYN before it: {outer}")
            flow.leaves(inner, outer)
            self.count["rewritten"] += bool(flow.offset)
            return
        if inner.tsval != outer.tsval:
            raise Mismatch(f"a TSval that arrives was changed: {outer}")
        if not flow:        # a SYN from outside
            flow = Flow(self.kind)
        flow.arrives(inner, outer)
        if not outer.flags & dpkt.tcp.TH_ACK or not outer.tsecr:
            return
        if outer.tsecr in flow.sent:
            self.count[self.COUNTED[flow.kind]] += 1
        else:
            self.impossible.append(outer)

    def check_flow(self, wanted, segments):
        """PORT=KIND: the flow with that port at either end."""
        port, kind = wanted.split("=")
        flows = [flow for flow in self.all_flows
                 if int(port) in (flow.key[0][1], flow.key[1][1])]
        for flow in flows:
            if flow.kind != kind:
                raise Mismatch(f"port {port}: {flow.kind} instead of {kind}")
            if flow.segments < segments:
                raise Mismatch(f"port {port}: only {flow.segments} segments")
        if not flows:
            raise Mismatch(f"port {port}: no flow")


def distinct_echoes(pairs):
    return len({inner.tsecr for inner, outer in pairs
                if not outer.leaves and inner.tsecr})


def check_nothing_leaks(pairs):
    """No TSval that was rewritten shows outside; what is off shows both sides."""
    rewritten = [(inner.tsval, outer.tsval) for inner, outer in pairs
                 if outer.leaves and inner.tsval != outer.tsval]
    inside = {inner for inner, _ in rewritten}
    for _, outer in rewritten:
        if outer in inside:
            raise Mismatch(f"a TSval of inside appears outside: {outer}")


def check_strip(pairs, flows):
    stripped = 0
    for inner, outer in pairs:
        before, behind = (inner, outer) if outer.leaves else (outer, inner)
        if behind.tsval is not None:
            raise Mismatch(f"a TSopt came through: {behind}")
        if before.tsval is not None:
            stripped += 1
            if before.flags & ~dpkt.tcp.TH_SYN:
                raise Mismatch(f"a TSopt in no SYN: {before}")
    if stripped < flows:
        raise Mismatch(f"only {stripped} SYNs had a TSopt")
    return f"{len(pairs)} segments, {stripped} stripped"


def check_off(pairs):
    for inner, outer in pairs:
        if (inner.tsval, inner.tsecr) != (outer.tsval, outer.tsecr):
            raise Mismatch(f"the firewall is off and yet: {inner} {outer}")


def check_strangers(wires, pairs, args):
    """What neither host has said: as much of it as there was."""
    if len(wires.impossible) != args.impossible:
        raise Mismatch(f"{len(wires.impossible)} echoes of what never left, not "
                       f"{args.impossible}: {wires.impossible[:1]}")
    wires.count["of what never left"] = args.impossible
    wires.count["forged"] = sum(outer.dscp == args.forged for _, outer in pairs)
    if wires.count["forged"] != args.forgeries:
        raise Mismatch(f"{wires.count['forged']} segments are forged, not "
                       f"{args.forgeries}")


def turn(pair):
    """What is outside to the one attached device is inside to the other."""
    return [segment._replace(leaves=not segment.leaves, inside=segment.outside,
                             outside=segment.inside) for segment in reversed(pair)]


def hide_other_flow(inner, outer):
    """Leave of a pair what the flow in question does to it."""
    if outer.leaves:
        return inner, outer._replace(tsecr=inner.tsecr)
    return inner, outer._replace(tsval=inner.tsval)


def compare(args):
    hosts = {ipaddress.ip_address(host) for host in args.outside}
    inside = [segment for wire in args.inside_wire
              for segment in read_wire(wire, hosts, args.offloads, args.cut)]
    outside = read_wire(args.outside_wire, hosts, args.offloads, args.cut)
    pairs = pair_up(inside, outside, args.transit, args.dropped)
    if len(pairs) < args.segments:
        raise Mismatch(f"only {len(pairs)} segments: nothing is shown by so few")
    if args.expect == "strip":
        return check_strip(pairs, args.flows)
    if args.expect == "off":
        check_off(pairs)
        return f"{len(pairs)} segments, nothing changed"
    if not args.transit:
        return compare_pairs(args, pairs)
    return "; back: ".join(
        compare_pairs(args, [hide_other_flow(*pair) for pair in side])
        for side in (pairs, [turn(pair) for pair in pairs]))


def compare_pairs(args, pairs):
    wires = Wires(None if args.expect == "mixed" else args.expect, args.forged)
    for inner, outer in pairs:
        wires.pass_pair(inner, outer)
    check_nothing_leaks(pairs)
    check_strangers(wires, pairs, args)
    if distinct_echoes(pairs) < args.echoes:
        raise Mismatch(f"only {distinct_echoes(pairs)} distinct TSecrs: "
                       "a constant would have passed")
    if len(wires.all_flows) < args.flows:
        raise Mismatch(f"only {len(wires.all_flows)} flows")
    if wires.count["reused"] < args.reused:
        raise Mismatch(f"only {wires.count['reused']} reused 4-tuples")
    for wanted in args.flow:
        wires.check_flow(wanted, args.segments)
    counts = ", ".join(f"{n} {what}" for what, n in wires.count.items() if n)
    return f"{len(pairs)} segments, {len(wires.all_flows)} flows, {counts}"


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="--serve alone: options are read from standard input, a line for "
        "each comparison, and behind what each has to say comes 'status N'")
    parser.add_argument("--inside-wire", required=True, action="append",
                        help="once for each inside host")
    parser.add_argument("--outside-wire", required=True)
    parser.add_argument("--expect", required=True,
                        choices=["rewrite", "bug", "off", "strip", "mixed"])
    parser.add_argument("--outside", action="append",
                        default=["198.51.100.2", "2001:db8::2"],
                        help="an address of the outside host")
    parser.add_argument("--transit", action="store_true",
                        help="two attached devices, or twice the same")
    parser.add_argument("--offloads", action="store_true",
                        help="devices fill checksums in")
    parser.add_argument("--dropped", type=int, default=0,
                        help="so many segments that the firewall drops")
    parser.add_argument("--cut", type=int, default=0, metavar="MTU",
                        help="devices put packets together and cut them up")
    parser.add_argument("--segments", type=int, default=8)
    parser.add_argument("--echoes", type=int, default=3)
    parser.add_argument("--flows", type=int, default=1)
    parser.add_argument("--reused", type=int, default=0,
                        help="at least so many connections on 4-tuples of others")
    parser.add_argument("--flow", action="append", default=[],
                        metavar="PORT=KIND",
                        help="a flow with that port is wholly of that kind")
    parser.add_argument("--impossible", type=int, default=0, metavar="COUNT",
                        help="so many echoes of what never left")
    parser.add_argument("--forged", type=int, metavar="DSCP",
                        help="what neither host sent")
    parser.add_argument("--forgeries", type=int, default=0, metavar="COUNT",
                        help="so many segments are forged")
    return parser


def judge(words):
    try:
        print(compare(options().parse_args(words)))
    except Mismatch as mismatch:
        print(mismatch)
        return 1
    except SystemExit as refused:
        return refused.code
    return 0


def serve():
    """Whatever goes wrong with one comparison, the next one is another."""
    for line in sys.stdin:
        try:
            status = judge(shlex.split(line))
        except Exception:   # pylint: disable=broad-except
            traceback.print_exc(file=sys.stdout)
            status = 1
        print("status", status, flush=True)


def main():
    if sys.argv[1:] == ["--serve"]:
        return serve()
    return judge(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
