# SPDX-License-Identifier: GPL-2.0-only
"""A report as one HTML file that loads nothing: for a browser, narrow or wide, light or
dark, and for paper.

Pure. What is judged best comes first: the verdict, its reasons, then each failing case with
its diagram, then tables.
"""
import collections
import html

import sequence

Report = collections.namedtuple("Report", "title verdict kind reasons about failures tables notes",
                                defaults=((),))
# kind: of the verdict, "good", "bad" or "unclear"
Failure = collections.namedtuple("Failure", "title reason arrows")
# A row is its cells; a cell is text, or (text, "good", "bad" or "unclear")
Table = collections.namedtuple("Table", "title head rows note", defaults=("",))

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1c1e; --faint: #6b6b70;
  --line: #d4d4d8; --band: #f4f4f5; --good: #14743a; --bad: #b3141e; --unclear: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #17181a; --ink: #e8e8ea;
  --faint: #a0a0a8; --line: #3a3b40; --band: #212226; --good: #5fd08a; --bad: #ff7a80;
  --unclear: #f0b95a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
.verdict { border-left: .5rem solid; padding: .25rem .75rem; margin: 1rem 0;
  font-size: 1.6rem; font-weight: 700; }
.good { color: var(--good); } .bad { color: var(--bad); } .unclear { color: var(--unclear); }
ul.reasons { padding-left: 1.25rem; font-size: 1.05rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
.failures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
  gap: 1rem; }
figure { margin: 0; padding: .75rem; border: 1px solid var(--line); break-inside: avoid; }
figcaption { margin-bottom: .5rem; }
svg { display: block; width: 100%; max-width: 36rem; margin: 0 auto;
  font: 12px ui-monospace, monospace; fill: currentColor; }
svg .life { stroke: var(--faint); stroke-dasharray: 2 3; }
svg .arrow { stroke: currentColor; stroke-width: 1.5; fill: none; }
svg .arrow.wrong { stroke: var(--bad); stroke-width: 2.5; }
svg .wrong { fill: var(--bad); font-weight: 700; } svg .arrow.wrong { fill: none; }
svg .why { font-size: 11px; } svg .who, svg .label { font-weight: 700; }
svg .gap { fill: var(--faint); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td { min-width: 3.5rem; } td:first-child { min-width: 10rem; } thead th { background: var(--band); }
td.good, td.bad, td.unclear { font-weight: 600; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
@media print { :root { --paper: #fff; --ink: #000; --faint: #555; --line: #bbb; --band: #eee;
  --good: #14743a; --bad: #b3141e; --unclear: #8a5a00; }
  body { max-width: none; font-size: 10pt; } tr, figure { break-inside: avoid; }
  .scroll { overflow: visible; } h2 { break-after: avoid; } }
"""


def sentence(reason, more=""):
    """A reason as a sentence of its own, and what follows it."""
    return f"{reason[:1].upper()}{reason[1:]}. {more}".strip()


def element(name, words, kind=""):
    attribute = f' class="{kind}"' if kind else ""
    return f"<{name}{attribute}>{html.escape(str(words))}</{name}>"


def cell(what):
    words, kind = what if isinstance(what, tuple) else (what, "")
    return element("td", words, kind)


def show_table(table):
    yield element("h2", table.title)
    if table.note:
        yield element("p", table.note)
    yield '<div class="scroll"><table><thead><tr>'
    yield from (element("th", words) for words in table.head)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield "<tr>" + "".join(cell(what) for what in row) + "</tr>"
    yield "</tbody></table></div>"


def show_failure(failure):
    yield "<figure><figcaption>" + element("h3", failure.title) + element("div", failure.reason)
    yield "</figcaption>"
    if failure.arrows:
        yield sequence.draw(failure.arrows, f"{failure.title}: what both wires have shown")
    yield "</figure>"


def body(report):
    yield element("h1", report.title)
    yield element("p", report.verdict, f"verdict {report.kind}")
    yield '<ul class="reasons">' + "".join(element("li", why) for why in report.reasons) + "</ul>"
    if report.about:
        yield "<dl>" + "".join(element("dt", what) + element("dd", words)
                               for what, words in report.about) + "</dl>"
    if report.failures:
        yield element("h2", "What went wrong, on both wires") + '<div class="failures">'
        for failure in report.failures:
            yield from show_failure(failure)
        yield "</div>"
    for table in report.tables:
        yield from show_table(table)
    if report.notes:
        yield element("h2", "Notes") + "<ul>" + \
            "".join(element("li", note) for note in report.notes) + "</ul>"


def page(report):
    """The whole file."""
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        element("title", f"{report.verdict}: {report.title}"),
        f"<style>{STYLE}</style></head><body>", *body(report), "</body></html>", ""])
