# SPDX-License-Identifier: GPL-2.0-only
"""A screen of a terminal as SVG: text that can be marked and read aloud, in the colours of
whoever looks, light or dark.
"""
import html
import itertools

WIDE, HIGH = 8.4, 18  # pixels a cell
MARGIN = 12
COLOURS = ("red", "green", "brown", "blue", "magenta", "cyan")
STYLE = """
:root { --paper: #fbfbfa; --ink: #24262b; --red: #b3141e; --green: #14743a; --brown: #8a5a00;
  --blue: #1f4fa8; --magenta: #8a2a86; --cyan: #0b6b75; --bar: #e2e3e6; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1c1f; --ink: #e4e4e7; --red: #ff7a80;
  --green: #5fd08a; --brown: #f0b95a; --blue: #82aaff; --magenta: #e79ce3; --cyan: #6fd3de;
  --bar: #3a3b40; } }
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  fill: var(--ink); white-space: pre; }
.paper { fill: var(--paper); stroke: var(--bar); } .bar { fill: var(--bar); }
.bold { font-weight: 700; }
""" + "\n".join(f".{name} {{ fill: var(--{name}); }}" for name in COLOURS)


def kind(char):
    """What a cell looks like: the words of its class, and whether there is a bar behind it"""
    words = [char.fg] if char.fg in COLOURS else []
    if char.bold:
        words.append("bold")
    return " ".join(words), char.reverse or char.bg != "default"


def runs(row, columns):
    """Cells beside each other that look the same: where they begin, their text, their look"""
    cells = [(column, row[column]) for column in range(columns)]
    for look, group in itertools.groupby(cells, lambda cell: kind(cell[1])):
        group = list(group)
        yield group[0][0], "".join(char.data for _, char in group), look


def draw_run(column, y, data, look):
    words, has_bar = look
    x = MARGIN + column * WIDE
    bar = f'<rect class="bar" x="{x:.1f}" y="{y - HIGH + 5}" width="{len(data) * WIDE:.1f}" ' \
          f'height="{HIGH}"/>' if has_bar else ""
    shown = data.rstrip()
    if not shown:
        return bar
    # Whatever font there is, columns line up
    return f'{bar}<text{f" class={chr(34)}{words}{chr(34)}" if words else ""} x="{x:.1f}" ' \
           f'y="{y}" textLength="{len(shown) * WIDE:.1f}">{html.escape(shown, quote=False)}</text>'


def draw(screen, title):
    """SVG of what pyte's screen shows, without empty lines at its end"""
    lines = [list(runs(screen.buffer[line], screen.columns)) for line in range(screen.lines)]
    while lines and not any(data.strip() for _, data, _ in lines[-1]):
        lines.pop()
    width, height = 2 * MARGIN + screen.columns * WIDE, 2 * MARGIN + len(lines) * HIGH
    body = "\n".join("".join(draw_run(column, MARGIN + 14 + number * HIGH, data, look)
                             for column, data, look in line)
                     for number, line in enumerate(lines))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" ' \
           f'role="img">\n<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n' \
           f'<rect class="paper" x=".5" y=".5" width="{width - 1:.0f}" ' \
           f'height="{height - 1:.0f}" rx="6"/>\n{body}\n</svg>\n'
