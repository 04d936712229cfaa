#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The judge of captures that are replayed: each fault of a firewall is seen, and none
is seen where there is none.

A firewall of a few lines is between the two ends. What a capture lacks is told, and what
is no capture, or a damaged one.
"""
import gzip
import os
import socket
import struct
import sys
import tempfile
import tracemalloc

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "replay"), os.path.join(HERE, "..", "lib")]

from capture_file import Damage, NoCapture, Record, records
from connection import Connections
from end import EXACT, Outside
from packet import ACK, CWR, FIN, PSH, RST, SYN, Unplayed, read_segment, tcp_sum, \
    timestamp_places
from player import Player, Track
from replay import Capture, Command, Pass, Progress, passes_of, prefix_list
from report import judge
import wires

CLIENT = socket.inet_aton("10.0.1.2"), 4001
SERVER = socket.inet_aton("198.51.100.2"), 443
OFFSET = 0x12345678
RAW_IP = 101


def packet(leaves, flags, times=None, seq=1, ack=1, payload=b""):
    (source, sport), (target, dport) = (CLIENT, SERVER) if leaves else (SERVER, CLIENT)
    options = b"" if times is None else struct.pack("!BBBBII", 1, 1, 8, 10, *times)
    tcp = bytearray(struct.pack("!HHIIBBHHH", sport, dport, seq, ack,
                                (20 + len(options)) // 4 << 4, flags, 500, 0, 0) +
                    options + payload)
    struct.pack_into("!H", tcp, 16, 0xffff - tcp_sum(source + target, bytes(tcp)))
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + \
        source + target + tcp


def record(*args, cut=0, **kwargs):
    data = packet(*args, **kwargs)
    return Record(RAW_IP, data[:len(data) - cut], len(data))


def handshake(isn=0, clock=1000):
    return [record(True, SYN, (clock, 0), seq=isn, ack=0),
            record(False, SYN | ACK, (70, clock), seq=0, ack=isn + 1),
            record(True, ACK, (clock + 5, 70), seq=isn + 1)]


CONNECTION = handshake() + [
    record(True, ACK, (1010, 70), payload=b"request"),
    record(False, ACK, (80, 1005), payload=b"one", ack=8),
    record(False, ACK, (81, 1010), payload=b"two", seq=4, ack=8),
    record(True, FIN | ACK, (1020, 81), seq=8, ack=7)]


class Firewall:
    """A path through one that is right, unless a fault is made."""

    def __init__(self, judge, fault):
        self.judge, self.fault = judge, fault
        self.frames = []

    def send(self, leaves, frame, context):
        self.frames.append((leaves, frame))
        out = bytearray(frame)
        for place in context.places:
            tsval, tsecr = struct.unpack_from("!II", out, place)
            if leaves:
                tsval = (tsval + OFFSET) % 2**32
            elif context.flags & ACK and tsecr:
                tsecr = (tsecr - OFFSET) % 2**32
            struct.pack_into("!II", out, place, tsval, tsecr)
        out = self.fault(self, leaves, frame, out, context)
        sent = type("Sent", (), {"frame": frame, "context": context})
        if out is None:
            self.judge.lose(leaves, sent)
            return
        if self.fault is not sums_left:
            seal(out, context)
        self.judge.come_out(leaves, sent, bytes(out))

    def settle(self, leaves):
        """Nothing waits here."""


class SlowFirewall(Firewall):
    """The same, but nothing comes out before somebody waits for it."""

    def __init__(self, judge, fault):
        super().__init__(judge, fault)
        self.held = {True: [], False: []}

    def send(self, leaves, frame, context):
        self.held[leaves].append((frame, context))

    def settle(self, leaves):
        held, self.held[leaves] = self.held[leaves], []
        for frame, context in held:
            super().send(leaves, frame, context)


def seal(frame, context):
    at = context.tcp_at
    frame[at + 16:at + 18] = bytes(2)
    struct.pack_into("!H", frame, at + 16,
                     0xffff - tcp_sum(context.addresses, bytes(frame[at:])))


# Faults: of a firewall, whether a frame leaves, how it was sent and comes out

def none(_firewall, _leaves, _sent, out, _context):
    return out


def sums_left(_firewall, _leaves, _sent, out, _context):
    return out


def raw(_firewall, leaves, sent, out, _context):
    return bytearray(sent) if leaves else out


def untouched(_firewall, _leaves, sent, _out, _context):
    return bytearray(sent)


def raw_once(_firewall, leaves, sent, out, context):
    return bytearray(sent) if leaves and context.flags & FIN else out


def unrestored(_firewall, leaves, sent, out, _context):
    return out if leaves else bytearray(sent)


def always_the_first(_firewall, leaves, _sent, out, context):
    if not leaves and context.places:
        struct.pack_into("!I", out, context.places[0] + 4, 1000)
    return out


def lower_at_the_end(_firewall, leaves, sent, out, context):
    if leaves and context.flags & FIN:
        tsval, = struct.unpack_from("!I", sent, context.places[0])
        struct.pack_into("!I", out, context.places[0], tsval + OFFSET - 100)
    return out


def other_byte(_firewall, leaves, _sent, out, context):
    if leaves and context.flags & FIN:
        out[context.tcp_at + 14] ^= 1
    return out


def change_word(out, at):
    word, = struct.unpack_from("!I", out, at)
    struct.pack_into("!I", out, at, word ^ 1)


def other_echo_leaves(_firewall, leaves, _sent, out, context):
    if leaves and context.flags & FIN:
        change_word(out, context.places[0] + 4)
    return out


def other_tsval_arrives(_firewall, leaves, _sent, out, context):
    if not leaves and context.flags & SYN:
        change_word(out, context.places[0])
    return out


def echo_without_ack(_firewall, leaves, _sent, out, context):
    if not leaves and not context.flags & ACK:
        change_word(out, context.places[0] + 4)
    return out


def swallow(_firewall, leaves, _sent, out, context):
    return None if leaves and context.flags & FIN else out


def stripping(_firewall, _leaves, _sent, out, context):
    for place in context.places:
        out[place - 2:place + 8] = b"\1" * 10
    return out


def play(records, fault=none, client_inside=True, firewall=Firewall):
    connections = Connections()
    segments = [(number, read_segment(captured))
                for number, captured in enumerate(records, 1)]
    owners = [connections.take(segment, number) for number, segment in segments]
    player = Player(lambda judge: firewall(judge, fault))
    tracks = []
    for connection in connections.all:
        earlier = connection.earlier
        tracks.append(Track(connection, client_inside,
                            None if earlier is None else tracks[earlier]))
    for owner, (number, segment) in zip(owners, segments):
        player.play(tracks[owner], segment, number)
    player.settle_all()
    return player, tracks


def faults(*args, **kwargs):
    """What was seen, of all connections."""
    _, tracks = play(*args, **kwargs)
    return {fault: track.count[fault] for track in tracks for fault in track.first}


def right():
    _, (track,) = play(CONNECTION)
    return not track.first and track.count["rewritten"] == 4 and \
        track.count["restored"] == 3


def right_from_outside():
    _, (track,) = play(CONNECTION, client_inside=False)
    return not track.first and track.count["rewritten"] == 3 and \
        track.count["restored"] == 3


def right_when_late():
    """What an end answers to must have come out before, and a strip be known."""
    _, (track,) = play(CONNECTION, firewall=SlowFirewall)
    # with data before the answer, as of TCP Fast Open
    _, (stripped,) = play(CONNECTION[:1] + CONNECTION[3:4] + CONNECTION[1:], stripping,
                          firewall=SlowFirewall)
    return not track.first and not stripped.first and track.count["restored"] == 3 and \
        stripped.count["stripped"] == 1


def outside_echoes_what_it_saw():
    player, _ = play(CONNECTION)
    return [struct.unpack_from("!I", frame, 2 + 20 + 20 + 8)[0]
            for leaves, frame in player.path.frames if not leaves] == \
        [OFFSET + 1000, OFFSET + 1005, OFFSET + 1010]


def leaks():
    return faults(CONNECTION, raw).get("leaked") == 4 and \
        faults(CONNECTION, raw_once) == {"leaked": 1}


def no_leak_without_beginning():
    _, (track,) = play(CONNECTION[3:], untouched)
    return not track.first and track.count["mid_stream"] == 2


def no_leak_unless_agreed():
    records = [record(True, SYN, seq=0, ack=0), record(False, SYN | ACK, seq=0)] + \
        CONNECTION[2:]
    _, (track,) = play(records, untouched)
    return not track.first and track.count["not_agreed"] == 3


def leaks_of_a_refusal():
    """It was offered timestamps, and answers with its own."""
    records = [CONNECTION[0], record(False, RST | ACK, (70, 1000))]
    return faults(records, raw, client_inside=False) == {"leaked": 1}


def bad_echoes():
    return faults(CONNECTION, unrestored) == {"wrong_echoes": 3} and \
        faults(CONNECTION, always_the_first) == {"wrong_echoes": 2}


def runs_back():
    return faults(CONNECTION, lower_at_the_end) == {"ran_back": 1}


def runs_back_on_the_next():
    """A connection on the same 4-tuple, of an inside host with a lower clock."""
    return faults(CONNECTION + handshake(isn=5000, clock=400)) == {"ran_back": 1} and \
        not faults(CONNECTION + handshake(isn=5000, clock=4000))


def late_segments_do_not_run_back():
    return not faults(CONNECTION[:4] + [record(True, ACK, (1007, 70))])


def zero_shows_offset():
    return faults(CONNECTION[:4] + [record(True, RST, (0, 0), seq=8)]).get("shown") == 1 \
        and faults(handshake(clock=0)).get("shown") == 1


def clock_from_zero():
    """The next reading is 1: so it leaves, whether or not that 0 was one."""
    end = Outside()
    return end.hear(0, OFFSET) is None and end.hear(1, OFFSET + 1) is None and \
        end.hear(2, OFFSET + 2) is None and end.hear(0, OFFSET) == "shown"


def zero_is_echoed():
    """Not by 0, which would say that there is no echo: outside saw another number."""
    player, _ = play(handshake(clock=0))
    return struct.unpack_from("!I", player.path.frames[1][1], 50)[0] == OFFSET


def strange_echoes():
    records = handshake() + [record(False, ACK, (80, 0xdeadbeef)),
                             record(False, ACK, (80, 1500)),
                             record(False, ACK, (80, 1003))]
    _, (track,) = play(records)
    return not track.first and track.count["strange"] == 1 and \
        track.count["unseen"] == 1 and track.count["restored"] == 2


def changes():
    return faults(CONNECTION, other_byte) == {"changed": 1} and \
        faults(CONNECTION, other_echo_leaves) == {"changed": 1} and \
        faults(CONNECTION, other_tsval_arrives) == {"changed": 1}


def echoes_without_ack():
    """Nobody looks at them, and nobody may change them."""
    records = [record(True, SYN, (1000, 77), ack=0)]
    return faults(records, echo_without_ack, client_inside=False) == {"wrong_echoes": 1} \
        and not faults(records, client_inside=False)


def echo_of_one():
    """0 leaves as 1 where the offset is such: who echoes 1 may mean either."""
    end = Outside()
    end.hear(0, 1)
    end.hear(1, 1)
    return end.is_same(0, 1, 1) and end.is_same(1, 0, 1) and not end.is_same(0, 2, 2)


def sums():
    return faults(CONNECTION, sums_left).get("wrong_checksums") == 7


def losses():
    return faults(CONNECTION, swallow) == {"lost": 1}


class Wire:
    """One of two ends. What is sent at one comes out at the other, but for payloads
    that say that they do not."""

    ends = []

    def __init__(self, *_):
        self.socket = self
        self.arrived = []
        self.ends.append(self)

    def setsockopt(self, *_):
        """It has room enough."""

    def send(self, frame):
        for end in self.ends[-2:]:
            if end is not self and b"lost" not in frame:
                end.arrived.append(frame)

    def receive(self, _seconds):
        return self.arrived.pop(0) if self.arrived else None


class Witness:
    """What a path says of its frames."""

    def __init__(self):
        self.said = []

    def lose(self, leaves, sent):
        self.said.append((leaves, sent.context, "lost"))

    def come_out(self, leaves, sent, frame):
        self.said.append((leaves, sent.context, frame == sent.frame))


def path_loses():
    """The first and the last, which no later frame of the same kind can tell."""
    wires.Wire = Wire
    witness = Witness()
    path = wires.Path("inside", "outside", witness)
    for number, payload in enumerate((b"lost", b"data", b"lost")):
        path.send(True, b"\x08\0" + payload, number)
    path.send(False, b"\x08\0" + b"data", 3)
    path.settle(True)
    path.settle(False)
    path.settle(True)
    return witness.said == [(True, 1, True), (True, 0, "lost"), (True, 2, "lost"),
                            (False, 3, True)]


def path_is_dead():
    wires.Wire, wires.DEADLINE = Wire, 0
    path = wires.Path("inside", "outside", Witness())
    path.send(True, b"\x08\0lost", 0)
    path.wires[True].send = lambda frame: None
    try:
        path.settle(True)
    except wires.DeadPath:
        return True
    return False


def strips():
    player, (track,) = play(CONNECTION, stripping)
    return not track.first and track.count["stripped"] == 1 and \
        all(b"\x08\x0a" not in frame[42:] for _, frame in player.path.frames[1:])


def resets_lose_options():
    """Those that leave, and nothing else."""
    refusal = [CONNECTION[0], record(False, RST | ACK, (70, 1000))]

    def strip_resets(_firewall, _leaves, _sent, out, context):
        return stripping(None, None, None, out, context) if context.flags & RST else out

    def strip_data(_firewall, leaves, _sent, out, context):
        return stripping(None, None, None, out, context) \
            if leaves and not context.flags & SYN else out

    _, (track,) = play(refusal, strip_resets, client_inside=False)
    return not track.first and track.count["resets"] == 1 and not track.is_stripped and \
        faults(refusal, strip_resets) == {"changed": 1} and \
        faults(CONNECTION, strip_data) == {"changed": 3}


def connection_of(records):
    connections = Connections()
    for number, captured in enumerate(records, 1):
        connections.take(read_segment(captured), number)
    connection, = connections.all
    return connection


def nothing_is_lacking():
    return not connection_of(CONNECTION).lacks()


def gaps():
    hole = connection_of(CONNECTION[:4] + CONNECTION[5:])
    tail = connection_of(CONNECTION[:5] + CONNECTION[6:])
    late = connection_of(CONNECTION[:4] + [CONNECTION[5], CONNECTION[4], CONNECTION[6]])
    return hole.gaps() == (1, 3) and tail.gaps() == (1, 3) and late.gaps() == (0, 0)


def one_way():
    words = connection_of([CONNECTION[n] for n in (0, 2, 3, 6)]).lacks()
    return words == ["one direction only, nothing from 198.51.100.2:443"]


def cuts():
    cut = connection_of(CONNECTION[:3] +
                        [record(True, ACK, (1010, 70), payload=b"request", cut=5)])
    try:
        read_segment(record(True, SYN, (1, 0), cut=3))
    except Unplayed as reason:
        return (cut.cut, cut.cut_bytes) == (1, 5) and "cut" in str(reason)
    return False


def clock_of_a_reset():
    """Whatever is in an RST, and whatever leaves for it: the clock is that of before."""
    end = Outside()
    end.hear(1000, 1000 + OFFSET)
    end.hear(5000000, 1000 + OFFSET, True)
    end.hear(1100, 1100 + OFFSET)
    return end.echo(1050) == (1050 + OFFSET, EXACT) and \
        end.hear(1090, 900 + OFFSET) is None and end.hear(1110, 1000 + OFFSET) == "ran back"


# Packets

def options():
    tsopt = b"\x08\x0a" + bytes(8)
    return [timestamp_places(bytes(20) + words) for words in
            (tsopt, b"\1\1" + tsopt, b"\0\2" + tsopt, b"\5\0" + tsopt, b"\5\1" + tsopt,
             b"\x08\x09" + bytes(7), tsopt + tsopt, tsopt[:-1], b"\5\4ab" + tsopt, b"\5")] \
        == [[22], [24], [], [], [], [], [22, 32], [], [26], []]


def is_unplayed(reason, data, link=RAW_IP):
    try:
        read_segment(Record(link, data, len(data)))
    except Unplayed as why:
        return reason in str(why)
    return False


def unplayed_ones():
    whole = bytearray(packet(True, SYN, (1, 0)))
    fragment, datagram, none_of_both = whole[:], whole[:], whole[:]
    fragment[6] = 0x20
    datagram[9] = 17
    none_of_both[0] = 0x55
    mpls = bytes(12) + b"\x88\x47" + bytes(4) + whole
    return is_unplayed("fragment", fragment) and is_unplayed("not TCP", datagram) and \
        is_unplayed("not IP", none_of_both) and is_unplayed("link type 127", whole, 127) \
        and is_unplayed("EtherType 0x8847", mpls, 1) and \
        is_unplayed("cut before the TCP header", whole[:9]) and \
        is_unplayed("cut before the TCP header", b"")


def is_malformed(data, size=None):
    try:
        for one in read_segment(Record(RAW_IP, bytes(data), size or len(data))).packets():
            one.finish()
    except Unplayed as reason:
        return str(reason) == "malformed"
    except (MemoryError, ValueError):
        pass
    return False


def malformed_ones():
    """Sizes that a damaged or a hostile capture says."""
    short, endless, vast = (bytearray(packet(True, SYN, (1, 0))) for _ in range(3))
    short[0] = 0x44
    endless[2:4] = vast[2:4] = bytes(2)     # BIG TCP: as long as the record says
    extensions = struct.pack("!BB6x", 60, 255) + bytes(2040)
    far = struct.pack("!IHBB32x", 0x60000000, 0, 60, 64) + extensions * 31 + \
        struct.pack("!BB6x", 6, 0) + bytes(vast[20:])
    return is_malformed(short) and is_malformed(endless, 2**32 - 1) and \
        is_malformed(vast, 2**21) and is_malformed(far, len(far) + 70000)


def large_ones():
    """What offloads have put together, beyond what IPv4 can say."""
    data = bytearray(packet(True, ACK | PSH | FIN | CWR, (1, 2), seq=2**32 - 5,
                            payload=b"x" * 32))
    data[2:4] = bytes(2)
    data += b"y" * 70000
    sent = list(read_segment(Record(RAW_IP, bytes(data), len(data))).packets())
    heads = [struct.unpack_from("!I5xB", one.data, one.tcp_at + 4) for one in sent]
    first_size = len(sent[0].data) - 52
    return len(sent) == 2 and heads == [(2**32 - 5, ACK | CWR),
                                        ((first_size - 5) % 2**32, ACK | PSH | FIN)] and \
        b"".join(bytes(one.data[52:]) for one in sent) == bytes(data[52:])


# Files

def pcap(captured, order="<", magic=0xa1b2c3d4, link=RAW_IP):
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link) + \
        b"".join(struct.pack(order + "4I", 0, 0, len(one.data), one.size) + one.data
                 for one in captured)


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def section(order="<"):
    return block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1), order)


def interface(order="<", link=RAW_IP, cut=0):
    return block(1, struct.pack(order + "HHI", link, 0, cut), order)


def enhanced(data, order="<", device=0, captured=None):
    return block(6, struct.pack(order + "5I", device, 0, 0,
                                len(data) if captured is None else captured,
                                len(data)) + data, order)


def simple(data, size, order="<"):
    return block(3, struct.pack(order + "I", size) + data, order)


def on_disk(data, use):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return use(file.name)


def read_all(path):
    """How many packets there are, and what was wrong then."""
    count = 0
    try:
        for _ in records(path):
            count += 1
    except (Damage, NoCapture) as reason:
        return count, str(reason)
    return count, None


def found(data):
    return on_disk(data, read_all)


def pcaps():
    return all(found(pcap(CONNECTION, order, magic)) == (7, None)
               for order in "<>" for magic in (0xa1b2c3d4, 0xa1b23c4d)) and \
        found(pcap([])) == (0, None)


def list_records(path):
    return list(records(path))


def sums_of_frames():
    """Ethernet's checksum is behind each packet, as the link type says in upper bits."""
    data = pcap([Record(1, b"abcd", 4)], link=1 << 28 | 1 << 26 | 1)
    return on_disk(data, list_records)[0].link == 1


def pcapngs():
    data = b"".join(section(order) + interface(order, cut=3) + interface(order, 1) +
                    enhanced(b"abcde", order, 1) + simple(b"abc", 9, order)
                    for order in "<>")
    return on_disk(data, list_records) == [(1, b"abcde", 5), (RAW_IP, b"abc", 9)] * 2


def packed_ones():
    return found(gzip.compress(pcap(CONNECTION))) == (7, None)


def no_captures():
    fifo = os.path.join(tempfile.mkdtemp(), "fifo")
    os.mkfifo(fifo)
    said = read_all(fifo)
    os.remove(fifo)
    os.rmdir(os.path.dirname(fifo))
    return found(b"") == (0, "empty") and found(gzip.compress(b"")) == (0, "empty") and \
        "neither pcap nor pcapng" in found(b"this is none")[1] and \
        "regular file" in said[1]


def damaged_pcaps():
    whole = pcap(CONNECTION)
    return found(whole[:20]) == (0, "it ends within its header") and \
        found(whole[:-1]) == found(whole[:-len(CONNECTION[-1].data) - 3]) == \
        (6, "it ends within a packet") and \
        found(whole + b"\xff" * 16) == (7, "it says that a packet has 4294967295 bytes")


def damaged_gzips():
    whole = gzip.compress(pcap(CONNECTION * 1000), 1)
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2:] = b"\xff" * (len(whole) - len(whole) // 2)
    return all("gzip" in found(data)[1] for data in (whole[:-100], bytes(spoilt)))


def damaged_pcapngs():
    begin = section() + interface()
    return found(section() + enhanced(b"abcd")) == (0, "a packet of it is of no interface") \
        and found(begin + enhanced(b"abcd", captured=9)) == \
        (0, "a packet of it is larger than the block that has it") and \
        found(begin + simple(b"abcd", 9)) == \
        (0, "a packet of it is larger than the block that has it") and \
        found(begin + block(6, b"abcd")) == (0, "a block of it is too short") and \
        found(begin + struct.pack("<3I", 6, 4, 4)) == (0, "it says that a block has 4 bytes") \
        and found(section()[:8] + bytes(20)) == (0, "a section of it has no byte order")


def memory_of(data):
    """How much is taken at most to read it, and what was wrong."""
    tracemalloc.start()
    try:
        said = found(data)
        return tracemalloc.get_traced_memory()[1], said
    finally:
        tracemalloc.stop()


def vast_ones():
    """Sizes that a file of a few bytes says, and what gzip makes of a few: it is read, or is
    damaged, without the memory that it asks for."""
    size = 200 << 20
    begin = section() + interface()
    vast = struct.pack("<2I", 0x0bad, size + 12) + bytes(size) + struct.pack("<I", size + 12)
    packed = gzip.compress(begin + vast + enhanced(b"abcd"), 1)
    said = [memory_of(data) for data in (
        pcap([]) + struct.pack("<4I", 0, 0, size, size),
        begin + struct.pack("<2I", 6, size), begin + struct.pack("<2I", 0x0bad, size), packed)]
    return [why for _, why in said] == [
        (0, f"it says that a packet has {size} bytes"),
        (0, f"it says that a packet has {size - 12} bytes"),
        (0, "it ends within a packet"), (1, None)] and \
        max(memory for memory, _ in said) < 40 << 20


# What is said at the end

def read_capture(path):
    return Capture(path, Progress(False))


def played(capture, moved=None, prefixes=(), **totals):
    """What became of a capture, without having played it."""
    passes = passes_of(prefixes)
    for one in passes:
        one.moved = moved or {}
        one.tracks = [Track(connection, one.is_client_inside(connection), None)
                      for connection in capture.connections
                      if one.is_client_inside(connection) is not None]
        one.add_up()
        one.totals.update(totals)
    return judge(capture, passes)


def verdicts():
    capture = on_disk(pcap(CONNECTION), read_capture)
    empty = on_disk(pcap([]), read_capture)
    said = [played(capture, rewritten=4, restored=3),
            played(capture, rewritten=4, restored=3, shown=1, lost=2),
            played(capture, {"echo_impossible": 1}, rewritten=4, restored=3),
            played(capture, {"ingress_stripped_no_room": 1}, rewritten=4, restored=3),
            played(capture, prefixes=prefix_list("192.0.2.0/24")),
            played(empty)]
    return [ok for ok, _ in said] == [True] + [False] * 5 and \
        all(part in reason for part, (_, reason) in zip(
            ("each echo is right", "TSvals that show the offset: 2, segments lost: 4",
             "echoes impossible", "flow table was full", "no connection has one end inside",
             "no TCP segment"), said))


def unreadable_ones():
    return judge(on_disk(b"", read_capture), []) == (False, "it is empty") and \
        judge(read_capture("/nothing/here"), []) == \
        (False, "it cannot be read: No such file or directory")


class Recorder:
    """A player that only hears what is played."""

    def __init__(self):
        self.numbers = []

    def play(self, _track, _segment, number):
        self.numbers.append(number)

    def settle_all(self):
        """Nothing waits here."""


def files_that_grow():
    """Somebody still writes to it: what came later is not played."""
    def use(path):
        capture = read_capture(path)
        with open(path, "ab") as file:
            file.write(pcap(CONNECTION)[24:])
        recorder = Recorder()
        Pass(("client", "inside"), lambda connection: True).play_segments(
            capture, recorder, Progress(False))
        return recorder.numbers
    return on_disk(pcap(CONNECTION), use) == [1, 2, 3, 4, 5, 6, 7]


def room_is_made():
    """For all flows at once, since none expires."""
    said = []

    def run(*words):
        said.append(" ".join(words))
        return b'{"limit": 10, "inbound_limit": 2}'

    command = Command("tsrewrite", "firewall")
    command.run = run
    command.forget(2)
    command.forget(5)
    return said == ["flush --force", "-j config"] * 2 + ["config set inbound-limit 5"]


CASES = {
    "a firewall that is right": right,
    "the same with the server inside": right_from_outside,
    "the same that lets nothing out at once": right_when_late,
    "outside echoes what it saw": outside_echoes_what_it_saw,
    "TSvals that leave raw": leaks,
    "not those of connections whose beginning is missing": no_leak_without_beginning,
    "nor those that were not agreed on": no_leak_unless_agreed,
    "those of a refusal": leaks_of_a_refusal,
    "echoes that are not restored, or to another TSval": bad_echoes,
    "TSvals that run back": runs_back,
    "those of the next connection on a 4-tuple": runs_back_on_the_next,
    "not late segments": late_segments_do_not_run_back,
    "an offset that TSval 0 shows": zero_shows_offset,
    "a clock that begins with 0": clock_from_zero,
    "an echo of TSval 0": zero_is_echoed,
    "echoes of nothing that was captured": strange_echoes,
    "another byte changed": changes,
    "an echo without ACK": echoes_without_ack,
    "an echo of 1": echo_of_one,
    "wrong checksums": sums,
    "the clock, whatever an RST has": clock_of_a_reset,
    "a segment lost": losses,
    "a frame that does not come out of a path": path_loses,
    "a path that nothing comes out of": path_is_dead,
    "a stripped SYN": strips,
    "an RST that loses TSopt": resets_lose_options,
    "a capture that lacks nothing": nothing_is_lacking,
    "gaps": gaps,
    "one direction only": one_way,
    "segments that are cut": cuts,
    "options, of any length": options,
    "what is not played, and why": unplayed_ones,
    "sizes that no packet has": malformed_ones,
    "packets of more than 64 KiB": large_ones,
    "pcap, of either byte order": pcaps,
    "pcap with checksums of frames": sums_of_frames,
    "pcapng, of several interfaces and sections": pcapngs,
    "what gzip has packed": packed_ones,
    "what is no capture": no_captures,
    "damaged pcap": damaged_pcaps,
    "damaged pcapng": damaged_pcapngs,
    "damaged gzip": damaged_gzips,
    "sizes that would take all memory": vast_ones,
    "the verdict, and why": verdicts,
    "room for all flows": room_is_made,
    "files that cannot be read": unreadable_ones,
    "a file that grows meanwhile": files_that_grow,
}


def main():
    failed = 0
    print(f"TAP version 13\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES.items(), 1):
        passed = case()
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
