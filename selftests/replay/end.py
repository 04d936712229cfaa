# SPDX-License-Identifier: GPL-2.0-only
"""What the outside has seen of a connection's timestamps, and whether it may."""
import collections

MOD, HALF = 2**32, 2**31
NEAR = 2**24            # so far from what was captured, an echo may be of a gap

Echo = collections.namedtuple("Echo", "tsecr kind")
EXACT, UNSEEN, STRANGE = "exact", "unseen", "strange"


def is_before(a, b):
    return (a - b) % MOD >= HALF


class Outside:
    """The outside end of a connection, as it knows the inside end's clock."""

    def __init__(self, earlier=None):
        self.earlier = earlier          # the connection before, on the same 4-tuple
        if earlier and earlier.earlier:
            earlier.earlier.earlier = None      # nobody remembers those for ever
        self.seen = {}                  # inside TSval: what came out
        self.first = None
        self.last = None                # inside and outside, the latest one
        self.offset = 0
        self.offsets, self.zeros = set(), set()
        self.is_hidden = False

    def hear(self, inside, outside, is_reset=False):
        """A TSval came out. What is wrong with it: 'ran back', 'shown', or None."""
        wrong = self.judge(inside, outside)
        self.seen[inside] = outside
        if inside != outside:
            self.is_hidden = True
        if inside == 1 and self.last and self.last[0] == 0:
            self.zeros.clear()          # that 0 was the clock's, which nobody outside knows
        (self.offsets if inside else self.zeros).add((outside - inside) % MOD)
        if not is_reset or self.last is None:
            self.note_clock(inside, outside)
        if self.is_hidden and self.offsets & self.zeros:
            self.zeros.clear()
            return "shown"
        return wrong

    def note_clock(self, inside, outside):
        """What hosts have in an RST need not be of their clock."""
        if inside or self.last is None:
            self.offset = (outside - inside) % MOD
        if self.is_latest(inside):
            self.last = inside, outside
        if inside and self.first is None:
            self.first = inside

    def is_latest(self, inside):
        """A clock that was 0 is none yet; a 0 later on is none, too."""
        return self.last is None or self.last[0] == 0 or \
            (inside != 0 and not is_before(inside, self.last[0]))

    def judge(self, inside, outside):
        if inside == outside:
            return None         # it is raw
        if self.last is None:
            past = self.earlier and self.earlier.latest_hidden()
            return "ran back" if past is not None and \
                not is_before(past, outside) else None
        if (self.is_latest(inside) or inside == 0) and self.is_hidden and \
                is_before(outside, self.last[1]):
            return "ran back"
        return None

    def latest_hidden(self):
        if self.last and self.is_hidden:
            return self.last[1]
        return self.earlier and self.earlier.latest_hidden()

    def has_seen(self, tsval):
        """What came out for it; those before are asked as well."""
        if tsval in self.seen or not tsval or not self.earlier:
            return self.seen.get(tsval)
        return self.earlier.has_seen(tsval)

    def echo(self, tsecr):
        """What this end says where the capture has this TSecr."""
        seen = self.has_seen(tsecr)
        if seen is not None:
            return Echo(seen, EXACT)
        if not tsecr or not self.is_hidden:
            return Echo(tsecr, EXACT)
        if self.first is None:
            return Echo(tsecr, STRANGE)
        first, last = self.first, self.last[0]
        if not is_before(tsecr, first) and not is_before(last, tsecr):
            return Echo((tsecr + self.offset) % MOD, EXACT)
        if min((tsecr - last) % MOD, (first - tsecr) % MOD) < NEAR:
            return Echo((tsecr + self.offset) % MOD, UNSEEN)
        return Echo(tsecr, STRANGE)

    def is_same(self, wanted, delivered, said):
        """An echo of 1 may be of 0 or of 1: both leave as 1."""
        return wanted == delivered or \
            (said == 1 and self.has_seen(delivered) == 1)
