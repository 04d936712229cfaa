# SPDX-License-Identifier: GPL-2.0-only
"""What two sides have in common and what not, and what follows: GO, NO-GO, or neither.

Pure: two sides go in, see gather.py, a Comparison comes out. What speaks against the target
decides; what could not be seen, or seen only by tools that differ, can but leave it open.
"""
import collections

from rows import Row, as_keys, differing, flatten
from suites import compare_suite

GO, NO_GO, NOT_JUDGED = "GO", "NO-GO", "could not judge"
STATUS = {GO: 0, NO_GO: 1, NOT_JUDGED: 2}

# against: reasons for NO-GO; open: why it could not be judged; look: what an operator should
# know of, and decides nothing; tables: (title, rows of (what, from, to, kind))
Comparison = collections.namedtuple("Comparison", "against open look tables")

NO_HOOKS = "nft lists none, as where a kernel has no CONFIG_NETFILTER_NETLINK_HOOK"
COSTLY = 1.1    # so many times the instructions are worth a look


class Found:
    """What the comparisons below add to, one after the other."""

    def __init__(self):
        self.against, self.open, self.look, self.tables = [], [], [], []

    def table(self, title, rows):
        if rows:
            self.tables.append((title, rows))


def compare_judge(found, old, new):
    """The traffic of ../judge: by what either side does to it."""
    if not old.judge or old.judge["status"] != 0:
        why = old.judge["reasons"] if old.judge else \
            [old.missing.get("judge", "its traffic was not judged")]
        found.open += [f"the side to upgrade from is not GO itself: {reason}" for reason in why]
    if not new.judge:
        found.open.append("the traffic of the target was not judged: "
                          f"{new.missing.get('judge', 'nothing is known of it')}")
        return
    if new.judge["status"] == 2:
        found.open += [f"traffic: {reason}" for reason in new.judge["reasons"]]
    elif new.judge["status"]:
        found.against += new.judge["reasons"]
    before, now = (outcomes(side.judge) for side in (old, new))
    found.table("Traffic", [Row(what, before.get(what, "-"), outcome,
                                "bad" if outcome == "BROKEN" else "unclear")
                            for what, outcome in now.items()
                            if outcome != before.get(what, "-")])


def outcomes(judged):
    return {f"{case['subject']}: {case['question']}": case["outcome"]
            for case in judged["cases"]} if judged else {}


def compare_features(found, old, new):
    """What `tsrewrite features -j` tells: a default that changes is what an outage began by."""
    if not old.features or not new.features:
        found.look.append("tsrewrite features was not compared")
        return
    before, now = old.features, new.features
    rows = differing({"version": before.get("version", "-")},
                     {"version": now.get("version", "-")}, "")
    defaults = differing(flatten(before.get("defaults", {})), flatten(now.get("defaults", {})))
    rows += [row._replace(what="default: " + row.what) for row in defaults]
    for row in defaults:
        if row.what == "mode":
            found.against.append(f"the default mode is {row.now} instead of {row.before}: "
                                 "it does something that nobody has asked for")
        else:
            found.look.append(f"the default of {row.what} is {row.now} instead of {row.before}")
    for title, told in (("mode", lambda one: one.get("modes", [])), ("change", changes_of),
                        ("known bug", lambda one: one.get("known_bugs", []))):
        rows += [Row(title, "-", words, "unclear") for words in told(now)
                 if words not in told(before)]
        rows += [Row(title, words, "-") for words in told(before) if words not in told(now)]
    found.table("tsrewrite features", rows)


def changes_of(features):
    return [words for version in features.get("changes", []) for words in version["changes"]]


def compare_stack(found, old, new):
    """The host's own TCP: each that differs is worth a look, and none decides."""
    if not old.stack or not new.stack:
        found.look.append("the TCP of the hosts was not compared: " + next(
            (side.missing["stack"] for side in (old, new) if "stack" in side.missing),
            "it was not measured"))
        return
    changed = differing(old.stack, new.stack)
    for row in changed:
        found.look.append(f"hosts' TCP, {row.what}: {row.now} instead of {row.before}")
    changed_names = {row.what for row in changed}
    found.table("What the hosts' TCP does", changed + [
        Row(name, value, value) for name, value in new.stack.items()
        if name not in changed_names])


def compare_system(found, old, new):
    found.table("TCP and conntrack settings whose defaults differ",
                differing(old.sysctls or {}, new.sysctls or {}))
    found.table("Modules, loaded or listed to be", differing(as_keys(old.modules),
                                                             as_keys(new.modules)))
    compare_hooks(found, old, new)
    found.table("Versions", differing(old.versions or {}, new.versions or {}, ""))


def compare_hooks(found, old, new):
    for side, name in ((old, "before"), (new, "now")):
        if not side.hooks:
            found.look.append(f"netfilter's hooks are not known {name}: "
                              f"{side.missing.get('hooks', NO_HOOKS)}")
            return
    found.table("Netfilter hooks of a plain firewall", differing(as_keys(old.hooks),
                                                                 as_keys(new.hooks)))


def compare_costs(found, old, new):
    rows = []
    for what, before in (old.packets or {}).items():
        now = (new.packets or {}).get(what)
        if now is None:
            continue
        dear = before > 0 and now / before > COSTLY
        rows.append(Row(f"instructions, {what}", f"{before:.0f}", f"{now:.0f}",
                        "unclear" if dear else ""))
        if dear:
            found.look.append(f"{what} takes {now:.0f} instructions instead of {before:.0f}")
    if (old.memory or new.memory) and old.memory != new.memory:
        for row in differing(old.memory or {}, new.memory or {}):
            rows.append(row._replace(what=f"memory, {row.what}"))
            found.look.append(f"{row.what} is {row.now} instead of {row.before}")
    elif old.memory:
        rows += [Row(f"memory, {name}", value, value) for name, value in old.memory.items()]
    found.table("What it costs", rows)


def compare_replay(found, old, new):
    if old.replay is None and new.replay is None:
        return
    before, now = ({one["file"]: one for one in side.replay or []} for side in (old, new))
    if not before or not now:
        found.open.append("the captures were not replayed on both sides")
    rows = []
    for file, played in now.items():
        was = before.get(file)
        rows.append(Row(file, was["reason"] if was else "-", played["reason"],
                        "" if played["ok"] else "bad"))
        if not played["ok"] and was and was["ok"]:
            found.against.append(f"{file}, replayed: {played['reason']}")
        elif not played["ok"]:
            found.open.append(f"{file}, replayed, shows nothing on either side: "
                              f"{played['reason']}")
    found.table("Captures, replayed", rows)


def compare(old, new):
    """The Comparison of two sides."""
    found = Found()
    for side, name in ((old, "the side to upgrade from"), (new, "the target")):
        if side.stopped:
            found.open.append(f"{name} could not be tried: {side.stopped}")
    if new.broken:
        found.against.append(f"the target does not work at all: {new.broken}")
    if old.broken:
        found.open.append(f"the side to upgrade from does not work at all: {old.broken}")
    if not (found.against or found.open):
        for part in (compare_judge, compare_suite, compare_replay, compare_features,
                     compare_stack, compare_costs, compare_system):
            part(found, old, new)
    return Comparison(unique(found.against), unique(found.open), unique(found.look),
                      found.tables)


def unique(words):
    return list(dict.fromkeys(words))


def decide(comparison):
    """The verdict, and the reasons for it."""
    if comparison.against:
        return NO_GO, comparison.against
    if comparison.open:
        return NOT_JUDGED, comparison.open
    return GO, ["what was tried does on the target what it does before, and hides and restores "
                "timestamps there"]
