# SPDX-License-Identifier: GPL-2.0-only
"""What is told of a capture and of what became of it, in words and in JSON."""
from packet import show_end
from player import FAULTS

SHOWN = 10              # connections of each kind, unless all are asked for

# What a pass counts beside faults, and what it is called
COUNTS = {
    "connections": "connections",
    "segments": "segments",
    "rewritten": "TSvals rewritten",
    "restored": "TSecrs restored to the captured ones",
    "as_they_were": "TSecrs delivered as they were",
    "stripped": "SYNs stripped; from there on without TSopt",
    "resets": "RSTs without a flow that lost TSopt",
    "mid_stream": "TSvals untouched: begun before the capture",
    "not_agreed": "TSvals untouched: no timestamps agreed on",
    "unseen": "echoes of what the capture lacks so far",
    "strange": "echoes of what was never sent",
    "impossible": "impossible echoes, as the module counts",
}
ALWAYS = ("connections", "segments", "rewritten", "restored", "impossible")


def few(things, every):
    """Those that are shown, and how many are not."""
    things = list(things)
    return (things, 0) if every else (things[:SHOWN], max(len(things) - SHOWN, 0))


def number_of(count, noun):
    return f"{count:,} {noun}{'s'[:count != 1]}"


def show_ends(connection):
    return f"{show_end(connection.client)} > {show_end(connection.server)}"


def capture_lines(capture, every):
    connections = capture.connections
    if capture.unreadable:
        yield f"{capture.path}:"
        return
    yield f"{capture.path}: {number_of(capture.packets, 'packet')}, of these " \
        f"{capture.played:,} TCP in {number_of(len(connections), 'connection')}"
    for reason, count in sorted(capture.unplayed.items()):
        yield f"   not played, {reason}: {count:,}"
    if capture.damage:
        yield f"   the file is damaged: {capture.damage}; what is before that is played"
    if capture.wrong_checksums:
        yield f"   wrong in the capture, as offloads leave them, and set right: " \
            f"{number_of(capture.wrong_checksums, 'checksum')}"
    if capture.pppoe:
        yield f"   taken out of PPPoE, which tsrewrite does not read: {capture.pppoe:,}"
    yield from lack_lines(connections, every)


def lack_lines(connections, every):
    sums = [(sum(c.is_one_way() for c in connections), "with one direction only"),
            (sum(not c.opened for c in connections), "begun before the capture"),
            (sum(bool(c.gaps()[0]) for c in connections), "with gaps"),
            (sum(bool(c.cut) for c in connections), "with segments cut")]
    said = [f"{count:,} {what}" for count, what in sums if count]
    if not said:
        return
    yield f"   incomplete connections: {', '.join(said)}"
    shown, more = few((c for c in connections if c.lacks()), every)
    for connection in shown:
        yield f"      {show_ends(connection)}: {'; '.join(connection.lacks())}"
    if more:
        yield f"      and {more:,} more"


def table_lines(passes):
    """A column for each pass."""
    yield " " * 48 + "".join(f"{head:>15}" for head in
                             (played.heading[0] for played in passes))
    yield " " * 48 + "".join(f"{head:>15}" for head in
                             (played.heading[1] for played in passes))
    for key, what in {**COUNTS, **FAULTS}.items():
        counts = [played.totals[key] for played in passes]
        if any(counts) or key in ALWAYS or key in FAULTS:
            wrong = "  WRONG" if key in FAULTS and any(counts) else ""
            yield f"   {what:45}" + "".join(f"{n:15,}" for n in counts) + wrong


def fault_lines(played, every):
    for trouble in played.troubles:
        yield f"   {played.name}: WRONG: {trouble}"
    shown, more = few((t for t in played.tracks if t.first), every)
    for track in shown:
        yield f"   {played.name}: {show_ends(track.connection)}"
        for fault, (number, what) in track.first.items():
            yield f"      {FAULTS[fault]}: {track.count[fault]:,}, the first in packet " \
                f"{number}: {what}"
    if more:
        yield f"   and {more:,} more connections"


def lines(capture, passes, every):
    yield from capture_lines(capture, every)
    if passes:
        yield from table_lines(passes)
    for played in passes:
        others = len(capture.connections) - len(played.tracks)
        if others:
            yield f"   {number_of(others, 'connection')} not played: not one end of it inside, " \
                "and one outside"
        yield from fault_lines(played, every)
    if every:
        for played in passes:
            moved = ", ".join(f"{name} {n}" for name, n in played.moved.items())
            yield f"   {played.name}: the module counted {moved or 'nothing'}"
    verdict, reason = judge(capture, passes)
    yield f"   {'ok' if verdict else 'FAILED'}: {reason}"


def judge(capture, passes):
    """Whether all is well, and why."""
    wrong = {fault: sum(played.totals[fault] for played in passes) for fault in FAULTS}
    troubles = [trouble for played in passes for trouble in played.troubles]
    rewritten, restored, stripped = (
        sum(played.totals[key] for played in passes)
        for key in ("rewritten", "restored", "stripped"))
    if capture.unreadable:
        return False, capture.unreadable
    if any(wrong.values()):
        return False, ", ".join(f"{FAULTS[fault]}: {count:,}"
                                for fault, count in wrong.items() if count)
    if troubles:
        return False, troubles[0]
    if not capture.played:
        return False, "there is no TCP segment in it that can be played"
    if not any(played.tracks for played in passes):
        return False, "it shows nothing: no connection has one end inside and one outside"
    if rewritten and not restored:
        return True, "nothing leaked; but no echo came back, so that restoring is not shown"
    if rewritten or stripped:
        return True, f"nothing leaked, {describe_echoes(passes)}, and nothing else was " \
            "changed"
    if any(c.timestamps for c in capture.connections):
        return False, "it shows nothing: no connection that has timestamps has its " \
            "beginning in the capture"
    return True, "nothing was changed, but it shows little: no connection has timestamps"


def describe_echoes(passes):
    unknown = sum(played.totals[key] for played in passes for key in ("unseen", "strange"))
    if not unknown:
        return "each echo is right"
    return f"each echo is right but {unknown:,} that cannot be judged"


def as_json(capture, passes):
    verdict, reason = judge(capture, passes)
    return {
        "file": capture.path, "ok": verdict, "reason": reason,
        "packets": capture.packets, "played": capture.played,
        "not_played": dict(capture.unplayed), "damage": capture.damage,
        "wrong_in_capture": capture.wrong_checksums,
        "connections": [connection_json(c) for c in capture.connections],
        "passes": [pass_json(played) for played in passes],
    }


def connection_json(connection):
    gaps, size = connection.gaps()
    return {"client": show_end(connection.client), "server": show_end(connection.server),
            "first_packet": connection.first_packet, "segments": connection.segments(),
            "timestamps": connection.timestamps, "one_way": connection.is_one_way(),
            "beginning": bool(connection.opened), "gaps": gaps, "gap_bytes": size,
            "cut": connection.cut}


def pass_json(played):
    return {
        "name": played.name,
        **{key: played.totals[key] for key in
           (*COUNTS, *FAULTS)},
        "troubles": played.troubles, "module": played.moved,
        "faults": [{"connection": show_ends(track.connection), "fault": fault,
                    "count": track.count[fault], "packet": number, "what": what}
                   for track in played.tracks
                   for fault, (number, what) in track.first.items()],
    }
