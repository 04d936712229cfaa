# SPDX-License-Identifier: GPL-2.0-only
"""Changes to bytes, as a hostile or a damaged file may have them: bits, lengths that lie, parts
that are missing, doubled, of another file, or packed."""
import gzip
import struct
import zlib

NUMBERS = (0, 1, 2, 3, 4, 8, 12, 20, 40, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff,
           0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff)
SIZES = {1: "B", 2: "H", 4: "I"}
GZIP = b"\x1f\x8b"


def unpack(data):
    """What is in it, so that this is changed, and not only how it is packed."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data


class Mutator:
    """What it makes follows from the random numbers."""

    def __init__(self, random, numbers=()):
        """The numbers are those that mean something to who reads them."""
        self.random, self.numbers = random, NUMBERS + tuple(numbers)

    def mutate(self, data, other):
        packed = data[:2] == GZIP and self.random.random() < 0.8
        changed = bytearray(unpack(data) if packed else data)
        for _ in range(1 << self.random.randrange(4)):
            self.random.choice(self.CHANGES)(self, changed, other)
        if packed or self.random.random() < 0.01:
            return gzip.compress(bytes(changed), 1, mtime=0)
        return bytes(changed)

    def place(self, data):
        return self.random.randrange(len(data) + 1)

    def part(self, data):
        """Where it begins and ends."""
        first, size = self.place(data), self.random.randrange(
            1 << self.random.randrange(1, 8))
        return first, min(first + 1 + size, len(data))

    def change_bit(self, data, _other):
        if data:
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)

    def change_number(self, data, _other):
        """To one that matters, to what is left from there on, or by a little."""
        size = self.random.choice((1, 2, 4))
        if len(data) < size:
            return
        form = self.random.choice("<>") + SIZES[size]
        at = self.random.randrange(len(data) - size + 1)
        if self.random.random() < 0.5:
            at -= at % size
        before, = struct.unpack_from(form, data, at)
        after = self.random.choice((
            self.random.choice(self.numbers), len(data) - at, before * 2,
            before + self.random.randint(-9, 9), self.random.getrandbits(32)))
        struct.pack_into(form, data, at, after % (1 << 8 * size))

    def cut_off(self, data, _other):
        del data[self.place(data):]

    def leave_out(self, data, _other):
        first, last = self.part(data)
        del data[first:last]

    def put_in(self, data, _other):
        at = self.place(data)
        data[at:at] = self.random.randbytes(self.random.randrange(1, 17))

    def double(self, data, _other):
        first, last = self.part(data)
        at = self.place(data)
        data[at:at] = data[first:last]

    def take_over(self, data, other):
        """A part of the other, in place of what is there or before it."""
        first, last = self.part(other)
        at = self.place(data)
        data[at:at + self.random.choice((0, last - first))] = other[first:last]

    def go_on_with(self, data, other):
        data[self.place(data):] = other[self.place(other):]

    CHANGES = (change_bit, change_number, change_number, change_number, cut_off, leave_out,
               put_in, double, take_over, go_on_with)
