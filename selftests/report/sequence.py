# SPDX-License-Identifier: GPL-2.0-only
"""A sequence diagram, as SVG: what two wires have shown, with the device between them.

Pure. An arrow has what its wire has shown; where that is nothing, there is none. What is
wrong is marked by colour, by a cross and by weight, so that it is seen in print as well.
"""
import collections
import html

# One segment: flags in words, which way it goes, and what either wire has shown of it, a
# Stamp or None
Arrow = collections.namedtuple("Arrow", "label leaves inside outside why", defaults=("",))
# TSval and TSecr as told, None where there is no TSopt; wrong: "tsval", "tsecr" or None
Stamp = collections.namedtuple("Stamp", "tsval tsecr wrong", defaults=(None,))

WIDTH, TOP, ROW, GAP = 440, 44, 66, 26
LINES = {"inside": 16, "device": 220, "outside": 424}
WHERE = {"inside": ("inside", "device"), "outside": ("device", "outside")}


def text(x, y, words, kind="", anchor="middle"):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"' + \
        (f' class="{kind}"' if kind else "") + f">{html.escape(words)}</text>"


def head(bottom):
    for name, anchor in (("inside", "start"), ("device", "middle"), ("outside", "end")):
        words = "inside host" if name == "inside" else \
            "device" if name == "device" else "outside host"
        x = {"start": 2, "end": WIDTH - 2}.get(anchor, LINES[name])
        yield text(x, 16, words, "who", anchor)
        yield f'<line class="life" x1="{LINES[name]}" y1="24" x2="{LINES[name]}" ' \
            f'y2="{bottom}"/>'


def value(x, y, name, stamp):
    number = getattr(stamp, name.lower())
    told = f"{name} {'none' if number is None else number}"
    if stamp.wrong == name.lower():
        return text(x, y, "✗ " + told, "wrong")
    return text(x, y, told)


def draw_wire(arrow, wire, y):
    """An arrow, its label above it and the two values below."""
    stamp = getattr(arrow, wire)
    if stamp is None:
        return
    left, right = (LINES[name] for name in WHERE[wire])
    begin, end = (left, right) if arrow.leaves else (right, left)
    step = 6 if arrow.leaves else -6
    kind = "arrow wrong" if stamp.wrong else "arrow"
    middle = (left + right) // 2
    yield f'<path class="{kind}" d="M{begin} {y}H{end - step // 3}m{-step} -4l{step} 4l{-step} 4"/>'
    yield text(middle, y - 6, arrow.label, "label")
    yield value(middle, y + 15, "TSval", stamp)
    yield value(middle, y + 29, "TSecr", stamp)


def draw(arrows, name):
    """The SVG of arrows, in order; None among them: something is left out."""
    parts, y = [], TOP
    for arrow in arrows:
        if arrow is None:
            parts.append(text(LINES["device"], y - 4, "· · ·", "gap"))
            y += GAP
            continue
        for wire in WHERE:
            parts += draw_wire(arrow, wire, y + 14)
        y += ROW
        if arrow.why:
            parts.append(text(WIDTH // 2, y - 4, "▲ " + arrow.why, "wrong why"))
            y += GAP - 4
    return f'<svg viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{html.escape(name)}">' + \
        "".join([*head(y - 6), *parts]) + "</svg>"
