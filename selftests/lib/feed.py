#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Show an Atom feed, as a reader has it, as JSON, with what RFC 4287 has against it."""
import json
import re
import sys
import xml.etree.ElementTree

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.I)


def texts(element, name):
    return [child.text or "" for child in element.findall(ATOM + name)]


def wrong_with(element, where):
    """What feeds and entries have in common: sections 4.1.1 and 4.1.2"""
    for name in ("id", "title", "updated"):
        if len(texts(element, name)) != 1:
            yield f"{where}: not exactly one {name}"
    for name in ("updated", "published"):
        for text in texts(element, name):
            if not DATE.fullmatch(text):
                yield f"{where}: {name} {text!r} is no date"
    for text in texts(element, "id"):
        if not IRI.fullmatch(text):
            yield f"{where}: id {text!r} is no IRI"
    for link in element.findall(ATOM + "link"):
        if not IRI.fullmatch(link.get("href", "")):
            yield f"{where}: link {link.get('href')!r} is no IRI"


def wrong_with_feed(root):
    entries = root.findall(ATOM + "entry")
    if root.tag != ATOM + "feed":
        yield f"the root is {root.tag}"
    yield from wrong_with(root, "feed")
    authors = root.findall(ATOM + "author")
    if not authors or not all(len(texts(author, "name")) == 1 for author in authors):
        yield "feed: no author with a name"
    if len([link for link in root.findall(ATOM + "link") if link.get("rel") == "self"]) > 1:
        yield "feed: more than one link to itself"
    for entry in entries:
        where = f"entry {texts(entry, 'id')}"
        yield from wrong_with(entry, where)
        content = entry.findall(ATOM + "content")
        if len(content) != 1 or len(content[0]) or content[0].get("type") != "text":
            yield f"{where}: not exactly one content, of text"
    for name in ("id", "updated"):
        found = [text for entry in entries for text in texts(entry, name)]
        if len(found) != len(set(found)):
            yield f"entries: two with the same {name}"


def main():
    with open(sys.argv[1], "rb") as file:
        text = file.read()
    try:
        wrong = list(wrong_with_feed(xml.etree.ElementTree.fromstring(text)))
    except xml.etree.ElementTree.ParseError as error:
        wrong = [str(error)]
    feed = feedparser.parse(text)
    json.dump({
        "bozo": bool(feed.bozo), "version": feed.version, "wrong": wrong,
        "id": feed.feed.get("id"), "title": feed.feed.get("title"),
        "updated": feed.feed.get("updated"),
        "self": [link.href for link in feed.feed.get("links", []) if link.rel == "self"],
        "entries": [{
            "id": entry.id, "title": entry.title, "published": entry.published,
            "updated": entry.updated, "content": entry.content[0].value,
            "what": entry.tags[0].term,
        } for entry in feed.entries],
    }, sys.stdout)


main()
